import { expect, test } from "vitest";
import { readFirst, rssOf } from "./reading.ts";

test("where the content is what nobody reads, the description says the rest", async () => {
  const style = `<content:encoded><![CDATA[<style>p { color: red }</style>]]></content:encoded>`;
  const { html } = await readFirst(rssOf(`<guid>1</guid>${style}<description>In words.</description>`));
  expect(html).toContain("In words.");
});

test.each([
  [
    "a picture alone",
    `<content:encoded>&lt;img src="/a.png"&gt;</content:encoded><description>In words.</description>`,
  ],
  [
    "a picture with much about it",
    `<content:encoded>&lt;img src="/a.png" class="${"x".repeat(3000)}"&gt;</content:encoded><description>In words.</description>`,
  ],
])("where the content is %s, the description says the rest", async (_, item) => {
  const { html } = await readFirst(rssOf(`<guid>1</guid>${item}`));
  expect(html).toMatch(/^<img src="https:[^"]+"[^>]*>\nIn words\.$/);
});
