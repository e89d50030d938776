import { expect, test } from "vitest";
import { examineSlack } from "../../../adapters/slack/doctor.ts";
import type { Finding } from "../../../src/adapter.ts";
import { serverForTests } from "./raw.ts";

const here = serverForTests();

async function examine(): Promise<readonly Finding[]> {
  const { slack, apiUrl } = here.server;
  return await examineSlack({
    botToken: slack.botToken,
    inbound: { kind: "socket", appToken: slack.appToken },
    apiUrl,
  });
}

test("all is well: who we are, the scopes, the socket", async () => {
  const findings = await examine();
  expect(findings.map((one) => one.isGood)).toEqual([true, true, true]);
  expect(findings[0]?.text).toContain("“planetwire” in the workspace “Planet”");
  await here.server.socketMode.connected(0, 10_000);
});

test("a missing scope is named with the page where it is added", async () => {
  const { scopes } = here.server.slack;
  scopes.delete("groups:history");
  const [, finding] = await examine();
  scopes.add("groups:history");
  expect(finding).toMatchObject({ isGood: false });
  expect(finding?.text).toContain("groups:history");
  expect(finding?.mend).toContain("https://api.slack.com/apps/A0PLANET1/oauth");
});

test("a token that is over, and an app token that is wrong, each with what mends it", async () => {
  const { slack } = here.server;
  slack.botTokenError = "account_inactive";
  slack.appTokenError = "invalid_auth";
  const findings = await examine();
  slack.botTokenError = "";
  slack.appTokenError = "";
  expect(findings.map((one) => one.isGood)).toEqual([false, false]);
  expect(findings[0]?.mend).toContain("install");
  expect(findings[1]?.mend).toContain("connections:write");
});

test("nobody answers: said, not thrown", async () => {
  const { slack } = here.server;
  const inbound = { kind: "socket", appToken: slack.appToken } as const;
  const findings = await examineSlack({ botToken: slack.botToken, inbound, apiUrl: "http://127.0.0.1:9/api/" });
  expect(findings.map((one) => one.isGood)).toEqual([false, false]);
});
