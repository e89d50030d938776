import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ConfigError, loadConfig } from "../../src/config.ts";
import { type Environment, unsetVariables } from "../../src/config-reader.ts";
import { VARIABLES } from "../../src/config-table.ts";
import { exampleFile } from "./example.ts";

function load(env: Environment): ReturnType<typeof loadConfig> {
  return loadConfig(env, (path) => {
    if (path === "/secrets/redis") return "redis://:word@host:6379\n";
    throw new Error("no such file");
  });
}

function problemsOf(env: Environment): readonly string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("configuration", () => {
  test("nothing has to be set", () => {
    const config = load({});
    expect(config).toMatchObject({
      redisUrl: null,
      dataDir: "./data",
      digestFrom: 10,
      settleMs: 60_000,
      attemptMs: 15_000,
      platforms: ["console"],
    });
    expect(config.poll).toEqual({ minMs: 900_000, maxMs: 21_600_000 });
  });

  test("every problem is reported at once, with the variable, what is wrong and an example", () => {
    const problems = problemsOf({
      POLL_MIN_SECONDS: "often",
      DIGEST_FROM: "1",
      REDIS_URL: "localhost",
      LOG_LEVEL: "loud",
      ALLOW_PRIVATE_NETWORKS: "10.0.0.0/99",
    });
    expect(problems).toHaveLength(5);
    for (const name of ["POLL_MIN_SECONDS", "DIGEST_FROM", "REDIS_URL", "LOG_LEVEL", "ALLOW_PRIVATE_NETWORKS"]) {
      expect(problems.some((problem) => problem.startsWith(name) && problem.includes(`For example: ${name}=`))).toBe(
        true,
      );
    }
  });

  test("the longest interval may not be shorter than the shortest", () => {
    expect(problemsOf({ POLL_MIN_SECONDS: "60", POLL_MAX_SECONDS: "30" })[0]).toMatch(/^POLL_MAX_SECONDS is less than/);
  });

  test("a post ends well before anyone looks for it, however short the waits are set", () => {
    for (const wait of ["0.3", "3", "60", "3600"]) {
      const { attemptMs, settleMs } = load({ UNCERTAIN_WAIT_SECONDS: wait });
      expect(attemptMs).toBe(Math.min(15_000, Math.max(1000, settleMs / 4)));
    }
  });

  test("a secret may come from a file, and a file that cannot be read is a problem", () => {
    expect(load({ REDIS_URL_FILE: "/secrets/redis" }).redisUrl).toBe("redis://:word@host:6379");
    expect(problemsOf({ REDIS_URL_FILE: "/secrets/none" })[0]).toMatch(
      /^REDIS_URL_FILE names a file that cannot be read/,
    );
  });

  test("a wrong secret is never shown", () => {
    expect(problemsOf({ REDIS_URL: "hunter2" }).join(" ")).not.toContain("hunter2");
  });

  test("a cluster's URL is taken as it is, and refused where it names none", () => {
    const url = "rediss+cluster://:word@a:7000,b:7001";
    expect(load({ REDIS_URL: url }).redisUrl).toBe(url);
    const problems = problemsOf({ REDIS_URL: "redis+cluster://:hunter2@a:7000,b:70000" });
    expect(problems[0]).toMatch(/^REDIS_URL names no cluster/);
    expect(problems.join(" ")).not.toContain("hunter2");
  });

  test(".env.example lists exactly the variables there are, grouped, each with what it does and its default", async () => {
    const text = await readFile(new URL("../../.env.example", import.meta.url), "utf8");
    expect(text).toBe(exampleFile());
    const listed = Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map((match) => [match[1], match[2]]));
    expect(listed).toEqual(Object.fromEntries([...VARIABLES].map(([name, row]) => [name, row.default])));
    for (const [name, { help }] of VARIABLES) expect(help, name).toMatch(/^[A-Z\d].{20,}/);
  });

  test("every default is what its variable may be", () => {
    for (const [name, { default: value }] of VARIABLES) expect(problemsOf({ [name]: value }), name).toEqual([]);
  });

  test("a variable that is read stands in the table, and one in the table is read", async () => {
    const sources = ["config.ts", "config-platforms.ts", "config-reader.ts"];
    const texts = await Promise.all(
      sources.map(async (name) => await readFile(new URL(`../../src/${name}`, import.meta.url), "utf8")),
    );
    const read = new Set(texts.join("\n").match(/(?<=\b(?:text|seconds|integer|list|choice|webUrl)\(")[A-Z_]+/g));
    expect([...read].toSorted()).toEqual([...VARIABLES.keys()].toSorted());
  });

  test("bounds are the table's", () => {
    expect(problemsOf({ DIGEST_FROM: "2", LOCK_SECONDS: "0.5", HTTP_PORT: "65535" })).toEqual([]);
    expect(problemsOf({ DIGEST_FROM: "1001", LOCK_SECONDS: "301", HTTP_PORT: "0" })).toEqual([
      "HTTP_PORT must be a whole number from 1 to 65535, and is “0”. For example: HTTP_PORT=8080",
      "DIGEST_FROM must be a whole number from 2 to 1000, and is “1001”. For example: DIGEST_FROM=10",
      "LOCK_SECONDS must be a number of seconds from 0.5 to 300, and is “301”. For example: LOCK_SECONDS=5",
    ]);
  });

  test("every variable and every secret's file can be unset", () => {
    expect(Object.keys(unsetVariables())).toEqual(expect.arrayContaining(["REDIS_URL", "REDIS_URL_FILE", "LOG_LEVEL"]));
    expect(Object.keys(unsetVariables())).not.toContain("LOG_LEVEL_FILE");
  });

  test.each([
    ["DISCORD_TOKE", "DISCORD_TOKEN"],
    ["DISCORD_BOT_TOKEN", "DISCORD_TOKEN"],
    ["SLACK_APP_TOKEN_FILES", "SLACK_APP_TOKEN_FILE"],
    ["RETENTION_DAY", "RETENTION_DAYS"],
    ["redis_url", "REDIS_URL"],
    ["REDIS_URI", "REDIS_URL"],
  ])("%s is noticed and taken for %s", (name, meant) => {
    expect(load({ [name]: "1" }).unknown).toEqual([{ name, meant }]);
  });

  test("what belongs to others is left alone", () => {
    const others = ["PATH", "HOME", "HTTP_PROXY", "REDIS_HOST", "LOG_FILE", "CONTACTS_DIR", "DATABASE_URL", "TZ"];
    const env = Object.fromEntries([...others, ...VARIABLES.keys(), "DISCORD_TOKEN_FILE"].map((name) => [name, ""]));
    expect(load(env).unknown).toEqual([]);
  });

  test("the User-Agent says who calls and carries this package's version", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(load({}).fetch.userAgent).toBe(`Planetwire/${version}`);
    expect(load({ CONTACT: "https://example.org/bot" }).fetch.userAgent).toBe(
      `Planetwire/${version} (+https://example.org/bot)`,
    );
  });
});
