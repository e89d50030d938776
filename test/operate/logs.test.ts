import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { cleaner } from "../../src/logger.ts";
import type { PlatformStage } from "../chaos/platform-stage.ts";
import { portOf } from "../chaos/port.ts";
import { openStages } from "../chaos/stages.ts";
import { DiscordServer } from "../platforms/discord/server.ts";
import { describeWithSynapse } from "../platforms/matrix/synapse.ts";
import { endOf, repository, type Settings, stop, wire } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { until } from "../support/wait.ts";
import { openWorld } from "../support/world.ts";
import { logCalls } from "./log-calls.ts";
import { openOwnRedis } from "./own-redis.ts";

describe("the events in docs/operating.md", () => {
  test("are those of the code, at their levels, and their texts are constant", async () => {
    const calls = await logCalls();
    expect(calls.length).toBeGreaterThan(60);
    const isConstant = ({ events, text }: (typeof calls)[number]): boolean =>
      events.length > 0 && !text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").includes("`");
    expect(calls.filter((call) => !isConstant(call))).toEqual([]);
    const page = await readFile(join(repository, "docs/operating.md"), "utf8");
    const rows = Array.from(page.matchAll(/^\| ([^|]+) \| (trace|debug|[a-z ]*(?:info|warn|error)) \| \S/gm), (row) => [
      row[1],
      row[2],
    ]);
    const told = calls.flatMap(({ events, level }) => events.map((event) => [event, level]));
    const sorted = (list: readonly (readonly (string | undefined)[])[]): readonly string[] =>
      [...new Set(list.map((row) => row.join(" · ")))].toSorted((a, b) => a.localeCompare(b));
    expect(sorted(rows)).toEqual(sorted(told));
  });
});

describe("what must not stand in a line", () => {
  const clean = cleaner(["s3cret-word", 'with "quotes" in it', "abc"]);

  test.each([
    ["https://ada:word@blog.example/feed?key=1#x", "https://blog.example/feed?…"],
    ["https://blog.example/feed", "https://blog.example/feed"],
    ["redis://:word@host:6379/0", "redis://host:6379/0"],
    ["https://a:b@c@blog.example/", "https://blog.example/"],
    ["a s3cret-word, twice: s3cret-word", "a [secret], twice: [secret]"],
    ['it is with "quotes" in it', "it is [secret]"],
    ["abc is too short for a secret", "abc is too short for a secret"],
  ])("%s", (text, shown) => {
    expect(JSON.parse(clean(JSON.stringify({ text })))).toEqual({ text: shown });
  });
});

interface Line {
  readonly msg: string;
  readonly level: number;
  readonly [field: string]: unknown;
}

describeWithSynapse("everything a bot writes", () => {
  const stages: PlatformStage[] = [];
  const undo: (() => unknown)[] = [];

  afterAll(async () => {
    for (const one of undo.toReversed()) await one();
    for (const stage of stages) await stage.close();
  });

  /** Whatever it writes, on both streams. */
  function startRaw(settings: Settings): { child: ChildProcessWithoutNullStreams; written: () => string } {
    const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
      cwd: repository,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...settings },
    });
    let written = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (written += String(chunk)));
    return { child, written: () => written };
  }

  test("on the most talkative level, through success and failure, holds no secret; and from feed to message it is one thread", async () => {
    const secret = (name: string): string => `${name}-${randomBytes(12).toString("hex")}`;
    const [password, token, query, place, moved] = ["redis", "discord", "query", "userinfo", "moved"].map(secret);
    // Redis with a password.
    const redis = await openOwnRedis();
    undo.push(async () => await redis.close());
    await redis.ask("CONFIG", "SET", "requirepass", password ?? "");
    // Discord, Slack and Matrix, each with its token.
    const discord = await DiscordServer.start();
    discord.state.world.token = token ?? "";
    undo.push(async () => await discord.close());
    for (const open of [openStages["slack"], openStages["matrix"]]) if (open !== undefined) stages.push(await open());
    const env: Record<string, string> = Object.assign({}, ...stages.map((stage) => stage.env));
    const { id } = discord.addChannel();
    const channels = [`discord:${id}`];
    for (const stage of stages) channels.push(...(await stage.channels(1)));
    // A feed whose address is private, and which behaves as told.
    let mood: "well" | "failing" | "moved" | "strange" = "well";
    let items = [numbered(0)];
    const farm = createServer((request, response) => {
      const isMoved = request.url?.includes("elsewhere") ?? false;
      if (mood === "failing") response.writeHead(503).end();
      else if (mood === "strange") response.end(`<html>${String(request.url)}</html>`);
      else if (mood === "moved" && !isMoved)
        response.writeHead(301, { location: `/elsewhere?key=${String(moved)}` }).end();
      else response.end(rss(items));
    }).listen(0, "127.0.0.1");
    await once(farm, "listening");
    undo.push(() => farm.close());
    const host = `127.0.0.1:${String(portOf(farm))}`;
    const url = `http://${host}/feed?key=${String(query)}`;
    const world = await openWorld({
      ...env,
      REDIS_URL: redis.url.replace("//", `//:${String(password)}@`),
      DISCORD_TOKEN: token ?? "",
      DISCORD_API_URL: discord.apiUrl,
      LOG_LEVEL: "trace",
      UNCERTAIN_WAIT_SECONDS: "1",
      EDIT_WAIT_SECONDS: "0.2",
    });
    undo.push(async () => await world.close());
    const { child, written } = startRaw(world.settings);
    const ended = endOf(child);
    undo.push(async () => await stop(child, ended));
    const provoked = async (what: string, doing: () => unknown): Promise<void> => {
      const from = written().length;
      await doing();
      await until(`“${what}” in the log`, 60_000, () => (written().slice(from).includes(what) ? true : undefined));
    };
    await until("ready", 60_000, () => (written().includes('"msg":"ready"') ? true : undefined));
    for (const channel of channels) {
      expect(await wire(world.settings, channel, "follow", url)).toMatchObject({ status: 0 });
      await wire(world.settings, channel, "follow", `http://ada:${String(place)}@${host}/feed`);
    }
    const publish = (n: number): void => {
      items = [numbered(n), ...items];
    };
    publish(1);
    const posted = (): number => written().split('"msg":"posted"').length - 1;
    await until("a post in each channel", 60_000, () => (posted() >= channels.length ? true : undefined));
    // Everything fails that can.
    discord.state.trouble.set({ shares: { "500": 0.5, "cut after accepting": 0.3, rejected: 0.1 } });
    for (const stage of stages) stage.trouble({ failing: 0.5, cutAfter: 0.3, limited: 0.2 });
    await provoked('"msg":"post failed"', () => publish(2));
    for (const bad of ["failing", "strange"] as const)
      await provoked('"msg":"feed could not be read"', () => {
        mood = bad;
      });
    discord.state.trouble.nextAnswer("500");
    const channel = discord.state.world.channels.get(id);
    if (channel === undefined) throw new Error("no channel");
    await discord
      .manager()
      .command(channel, "wire", "feeds")
      .catch(() => undefined);
    await provoked('"msg":"unseen entries"', () => {
      mood = "moved";
      publish(3);
    });
    await provoked("OOM", async () => await redis.ask("CONFIG", "SET", "maxmemory", "100000"));
    await redis.ask("CONFIG", "SET", "maxmemory", "0");
    await provoked('"msg":"Matrix sync broke off, and is tried again"', async () => {
      discord.state.world.token = "another";
      for (const stage of stages.splice(0)) await stage.close();
    });
    await provoked('"msg":"trouble with Redis"', async () => {
      await redis.ask("CONFIG", "SET", "requirepass", "another");
      await redis.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    });
    await stop(child, ended);

    const all = written();
    const interactionTokens = [...discord.state.interactions.keys()];
    expect(interactionTokens.length).toBeGreaterThan(0);
    const platformSecrets = Object.entries(env).flatMap(([name, value]) =>
      /TOKEN|SECRET/.test(name) ? [[name, value] as const] : [],
    );
    expect(platformSecrets.length).toBeGreaterThan(2);
    const secrets: readonly (readonly [string, string | undefined])[] = [
      ["Redis' password", password],
      ["Discord's token", token],
      ["a query", query],
      ["a user's password", place],
      ["a query of where it moved", moved],
      ...platformSecrets,
      ...interactionTokens.map((one) => ["an interaction's token", one] as const),
    ];
    const found = secrets.filter(([, value]) => value === undefined || value === "" || all.includes(value));
    expect(found.map(([what]) => what)).toEqual([]);
    const where = all.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
    expect(where).toEqual([]);
    oneThread(all, channels);
  }, 300_000);

  /** An entry's way is found by its id, from the poll that met it to the message that shows it. */
  function oneThread(all: string, channels: readonly string[]): void {
    const lines = all.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Line] : []));
    const met = lines.find(({ msg }) => msg === "unseen entries");
    const entry = String(met?.["first"]);
    expect(entry).toMatch(/^[\w-]+\.\d+$/);
    const names = (line: Line): boolean => (line["entries"] as readonly string[] | undefined)?.includes(entry) === true;
    for (const channel of channels) {
      const own = lines.filter((line) => line["channel"] === channel);
      const offered = own.find(({ msg, feedId }) => msg === "offered to a channel" && feedId === met?.["feedId"]);
      expect([channel, offered?.msg]).toEqual([channel, "offered to a channel"]);
      const sending = own.find((line) => line.msg === "sending" && names(line));
      const posted = own.find((line) => line.msg === "posted" && names(line));
      expect([channel, sending?.["key"]]).toEqual([channel, posted?.["key"] ?? "not posted"]);
    }
  }
});
