import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { previews } from "../../adapters/index.ts";
import { complete } from "../../src/command/complete.ts";
import { queryCompletions } from "../../src/command/complete-search.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { createCommands } from "../../src/command/table.ts";
import { openSearching, type Searching } from "./searching.ts";
import { speaker } from "./speaker.ts";

let searching: Searching;
let channel: string;
let other: string;

beforeAll(async () => {
  searching = await openSearching();
  const posts = [
    { titleRaw: "Kernel notes", authorRaw: "Ada Quill", html: "<p>The kernel of kernels, and a kerning table.</p>" },
    {
      titleRaw: "More kernels",
      authorRaw: "Paul E. Mc Kenney",
      html: "<p>Kernels, kernels, and RCU in the kernel.</p>",
    },
    { titleRaw: "Bakery", authorRaw: "Zoë Straße", html: "<p>Bread with kernels of Überseeöl.</p>" },
  ];
  const [planet, secret] = [
    await searching.feed("Kernel Planet", posts),
    await searching.feed("Secret", [{ titleRaw: "Kerosene", authorRaw: "Kerry Hidden" }]),
  ];
  channel = await searching.channel(planet);
  other = await searching.channel(secret);
});

afterAll(async () => searching.close());

let clockMs = Date.UTC(2024, 0, 4, 2);
const asked = { command: "search", option: "query", options: {} };

function depsWith(changes: Partial<CommandDeps> = {}): CommandDeps {
  const { feeds, channels } = searching.real;
  const nowMs = async (): Promise<number> => await Promise.resolve((clockMs += 1));
  const some: Partial<CommandDeps> = { feeds, channels, previews, nowMs, ...searching.deps, ...changes };
  return some as CommandDeps;
}

async function values(typed: string, option = "query", options = {}, deps = depsWith()): Promise<string[]> {
  const all = createCommands(deps);
  const found = await complete(deps, all, { channel, role: "guest" }, { ...asked, option, typed, options });
  return found.map(({ value }) => value);
}

/** However busy the machine is. */
async function patient(typed: string): Promise<string[]> {
  const found = await queryCompletions(depsWith(), { channel, role: "guest" }, typed, 30_000);
  return found.map(({ value }) => value);
}

test("words of what would be found go on what was typed, those of the most entries first, and never another channel's", async () => {
  expect(await patient("ker")).toEqual(["kernels", "kernel", "kerning"]);
  expect(await patient("rcu KER")).toEqual(["rcu kernel", "rcu kernels"]);
  expect(await patient("ubers")).toEqual(["überseeöl"]);
  expect(await patient("k")).toEqual([]);
  expect(await patient("kernel ")).toEqual([]);
  expect(await patient("keros")).toEqual([]);
});

test("authors and feeds are completed where they are named", async () => {
  expect(await patient("kernel author:mck")).toEqual(['kernel author:"Paul E. Mc Kenney"']);
  expect(await patient('-from:"paul e')).toEqual(['-from:"Paul E. Mc Kenney"']);
  expect(await patient("feed:kern")).toEqual(['feed:"Kernel Planet"']);
  expect(await patient("author:hidden")).toEqual([]);
});

test("the field for an author takes one name, of the feed that is chosen", async () => {
  expect((await values("", "author")).toSorted()).toEqual(["Ada Quill", "Paul E. Mc Kenney", "Zoë Straße"]);
  expect(await values("strasse", "author", { feed: "1" })).toEqual(["Zoë Straße"]);
  expect(await values("strasse", "author", { feed: "7" })).toEqual([]);
});

test("what was searched here lately comes first, and nowhere else", async () => {
  const say = speaker(searching.real, channel, depsWith());
  await say("search kernel notes");
  await say('search "and rcu" -bread');
  await say("search nonsense");
  expect(await values("")).toEqual(['"and rcu" -bread', "kernel notes"]);
  expect((await values("NOTES"))[0]).toBe("kernel notes");
  const elsewhere = await complete(
    depsWith(),
    createCommands(depsWith()),
    { channel: other, role: "member" },
    { ...asked, typed: "" },
  );
  expect(elsewhere).toEqual([]);
});

async function nothing(): Promise<{ total: number; isTotalExact: boolean; stillReading: number }> {
  await sleep(20_000, undefined, { ref: false });
  return { total: 0, isTotalExact: true, stillReading: 0 };
}

test("an index that is busy holds no completion up", async () => {
  const busy: CommandDeps["search"] = {
    find: async () => ({ hits: [], ...(await nothing()) }),
    entries: async () => ({ entries: [], ...(await nothing()) }),
  };
  await searching.deps.recentSearches.note(channel, "kernel of truth", 9e12);
  const startedMs = performance.now();
  expect(await values("kernel of", "query", {}, depsWith({ search: busy }))).toEqual(["kernel of truth"]);
  expect(performance.now() - startedMs).toBeLessThan(1000);
});

test("odd input has no completion, and breaks nothing", async () => {
  for (const typed of ['"', "-", "author:", 'author:"', "OR", "*", "x".repeat(5000), "\u0000 ker\u0000", "ker\ud800"])
    expect(Array.isArray(await values(typed))).toBe(true);
});
