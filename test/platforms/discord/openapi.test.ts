import { expect, test } from "vitest";
import { openApiIfPresent } from "./openapi.ts";

const openApi = openApiIfPresent();
const path = "/channels/{channel_id}/messages";

test.skipIf(openApi === null)("what Discord's description does not allow is named, in either direction", () => {
  expect(openApi?.check("POST", path, { content: 5 }, 200, undefined)).toHaveLength(1);
  expect(openApi?.check("POST", path, { content: "x" }, 200, undefined)).toEqual([]);
  expect(openApi?.check("POST", path, { content: "x" }, 200, { id: "1" })).toHaveLength(1);
  expect(openApi?.check("POST", path, { content: 5 }, 400, undefined)).toEqual([]);
  expect(openApi?.check("GET", "/nothing", null, 200, undefined)).toHaveLength(1);
});
