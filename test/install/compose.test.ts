import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../src/config.ts";
import { VARIABLES } from "../../src/config-table.ts";
import { KEPT_SETTINGS } from "../../src/store/private-redis.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly user?: string;
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly services: Readonly<Record<"redis" | "bot" | "worker", Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

async function text(path: string): Promise<string> {
  return await readFile(new URL(`../../${path}`, import.meta.url), "utf8");
}

const compose = parse(await text("docker-compose.yml"), { merge: true }) as Compose;
const { redis, bot, worker } = compose.services;
/** What the container has and not the person who sets it. */
const FIXED = { DATA_DIR: "/data", HTTP_HOST: "0.0.0.0", HTTP_PORT: "8080" };

describe("docker-compose.yml", () => {
  test("hands on every variable that the code knows, and no other", () => {
    const expected = Object.fromEntries([...VARIABLES.keys()].map((name) => [name, `\${${name}:-}`]));
    expect(bot.environment).toEqual({ ...expected, ...FIXED, REDIS_URL: "${REDIS_URL:-redis://redis:6379}" });
    expect(worker.environment).toEqual(bot.environment);
  });

  test("what is not set has the code's own default, whatever the file hands on", () => {
    const unset = Object.fromEntries(
      Object.entries(bot.environment ?? {}).map(([name, value]) => [name, value.replace(/^\$\{\w+:-(.*)\}$/, "$1")]),
    );
    const bare = loadConfig({ ...FIXED, REDIS_URL: "redis://redis:6379" }, () => "");
    expect(loadConfig(unset, () => "")).toEqual(bare);
  });

  test("nothing runs with more rights, or writes elsewhere, than it must", () => {
    for (const service of Object.values(compose.services)) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        restart: "unless-stopped",
      });
      expect(service.logging?.options).toMatchObject({ "max-size": "10m", "max-file": "5" });
    }
    expect(redis.user).toBe("redis");
    expect(bot.tmpfs?.[0]).toMatch(/^\/tmp:/);
  });

  test("what is kept lies in volumes", () => {
    expect(redis.volumes).toEqual(["redis:/data"]);
    expect(bot.volumes).toEqual([`data:${FIXED.DATA_DIR}`]);
    expect(Object.keys(compose.volumes)).toEqual(["redis", "data"]);
  });

  test("its Redis has the settings of the private one", () => {
    const [program, ...options] = redis.command ?? [];
    expect(program).toBe("redis-server");
    expect(options).toEqual(Object.entries(KEPT_SETTINGS).flatMap(([name, value]) => [`--${name}`, value]));
  });

  test("the bot waits for Redis, is asked how it is, and has the time that it needs to end", () => {
    expect(bot.depends_on).toEqual({ redis: { condition: "service_healthy" } });
    expect(bot.healthcheck?.test.join(" ")).toContain(`http://127.0.0.1:${FIXED.HTTP_PORT}/healthz`);
    expect(bot.stop_grace_period).toBe("15s");
  });

  test("only the bot can be reached, from its own machine, and a second worker comes when it is asked for", () => {
    expect(bot.ports).toEqual([`\${HTTP_HOST:-127.0.0.1}:\${HTTP_PORT:-8080}:${FIXED.HTTP_PORT}`]);
    expect([redis.ports, worker.ports]).toEqual([undefined, undefined]);
    expect([bot.profiles, worker.profiles]).toEqual([undefined, ["two"]]);
    expect({ ...worker, profiles: undefined }).toEqual({ ...bot, profiles: undefined, ports: undefined });
  });
});

describe("the image", () => {
  test("has Node 24, is built in a stage of its own, and runs as nobody in particular", async () => {
    const lines = (await text("Dockerfile")).split("\n");
    expect(lines.filter((line) => line.startsWith("FROM "))).toEqual([
      "FROM node:24-bookworm-slim AS build",
      "FROM node:24-bookworm-slim",
    ]);
    expect(lines.filter((line) => line.startsWith("USER "))).toEqual(["USER 1000:1000"]);
    expect(lines.filter((line) => line.startsWith("CMD "))).toEqual(['CMD ["node", "dist/src/main.js"]']);
  });

  test("whatever it copies is sent to the engine, and nothing else", async () => {
    const copied = (await text("Dockerfile"))
      .split("\n")
      .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
      .flatMap((line) => line.split(" ").slice(1, -1))
      .filter((word) => !word.startsWith("--"))
      .map((path) => path.replace(/^\.\//, ""));
    const sent = (await text(".dockerignore")).split("\n").filter((line) => line.startsWith("!"));
    expect(sent.map((line) => line.slice(1)).toSorted()).toEqual(copied.toSorted());
    expect((await text(".dockerignore")).split("\n")).toContain("*");
  });
});
