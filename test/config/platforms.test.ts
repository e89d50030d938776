import { expect, test } from "vitest";
import { ConfigError, loadConfig } from "../../src/config.ts";
import type { Environment } from "../../src/config-reader.ts";

function load(env: Environment): ReturnType<typeof loadConfig> {
  return loadConfig(env, (path) => `${path.slice("/secrets/".length)}\n`);
}

function problemsOf(env: Environment): string {
  try {
    load(env);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join("\n");
    throw error;
  }
}

const discord = { DISCORD_TOKEN: "Bot abc.def.ghi" };
const slack = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };
const matrix = { MATRIX_HOMESERVER_URL: "https://hs.example/", MATRIX_ACCESS_TOKEN: "syt_1" };

test("a platform is on when its variables are set, and the console when none is", () => {
  expect(load({}).platforms).toEqual(["console"]);
  expect(load(slack).platforms).toEqual(["slack"]);
  expect(load({ ...matrix, ...slack, ...discord }).platforms).toEqual(["discord", "slack", "matrix"]);
});

test("what people copy in slightly different forms is brought into one", () => {
  expect(load({ ...discord, DISCORD_API_URL: "http://127.0.0.1:1/api/" }).discord).toEqual({
    token: "abc.def.ghi",
    apiUrl: "http://127.0.0.1:1/api",
  });
  expect(load({ ...slack, SLACK_API_URL: "http://127.0.0.1:1/api" }).slack?.apiUrl).toBe("http://127.0.0.1:1/api/");
  expect(load({ ...matrix, MATRIX_INVITE_SERVERS: "a.example, b.example" }).matrix).toEqual({
    homeserverUrl: "https://hs.example",
    accessToken: "syt_1",
    inviteServers: ["a.example", "b.example"],
  });
});

test("Slack calls with an app token and is called with a signing secret", () => {
  expect(load(slack).slack?.inbound).toEqual({ kind: "socket", appToken: "xapp-1" });
  const http = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "s", HTTP_PORT: "8080" };
  expect(load(http).slack?.inbound).toEqual({ kind: "http", signingSecret: "s" });
  expect(load(http).http).toEqual({ host: "127.0.0.1", port: 8080 });
});

test.each([
  [{ SLACK_APP_TOKEN: "xapp-1" }, "SLACK_BOT_TOKEN is missing"],
  [{ SLACK_BOT_TOKEN: "xoxb-1" }, "SLACK_APP_TOKEN is missing"],
  [{ SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xoxb-1" }, "SLACK_BOT_TOKEN must be"],
  [{ SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "s" }, "HTTP_PORT is missing"],
  [{ MATRIX_ACCESS_TOKEN: "x" }, "MATRIX_HOMESERVER_URL is missing"],
  [{ MATRIX_HOMESERVER_URL: "https://hs.example" }, "MATRIX_ACCESS_TOKEN is missing"],
  [{ ...matrix, MATRIX_HOMESERVER_URL: "hs.example" }, "MATRIX_HOMESERVER_URL must be a web address"],
  [{ HTTP_PORT: "70000" }, "HTTP_PORT must be a whole number"],
])("half a platform says what is missing: %j", (env, problem) => {
  expect(problemsOf(env)).toContain(problem);
});

test("secrets may come from files, and are never shown", () => {
  expect(load({ DISCORD_TOKEN_FILE: "/secrets/token" }).discord?.token).toBe("token");
  expect(problemsOf({ SLACK_BOT_TOKEN: "hunter2", SLACK_APP_TOKEN: "hunter3" })).not.toContain("hunter");
});
