import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { feedKeys } from "../src/store/keys.ts";
import { checked } from "./polls.ts";
import { datasetBytes } from "./redis.ts";
import { feedId, forgetReadings, productRound, type Stage } from "./stage.ts";
import { exactly, type Figure, type RowName } from "./targets.ts";

/** What a feed weighs in Redis, and how often a poll speaks to it. */

const WATCHED_FEEDS = 200;
const CLONED_FEEDS = 20_000;
/** Keys per entry beyond the first, which the target leaves out. */
const ENTRIES = 20;

/** When each feed was last parsed: the script that records a document writes it. */
export async function readingTimes(stage: Stage, feeds: number): Promise<string[]> {
  const pipeline = stage.redis.client.pipeline();
  for (let feed = 0; feed < feeds; feed += 1) pipeline.hget(feedKeys(feedId(feed)).state, "readAtMs");
  return ((await pipeline.exec()) ?? []).map(([, value]) => String(value));
}

/** Row 9: commands that arrive while some feeds are polled; what a script calls inside, BullMQ's own and channels' are left out. */
export async function roundTrips(stage: Stage): Promise<Figure[]> {
  const count = async (row: RowName, what: string, prepare: () => Promise<number>, undo: () => Promise<unknown>) => {
    const messages = await prepare();
    const unmodified = what === "304" ? WATCHED_FEEDS : 0;
    const commands = await watched(stage, async () => {
      const round = await productRound(stage, 0, WATCHED_FEEDS, { messages });
      checked(round, { status200: WATCHED_FEEDS - unmodified, status304: unmodified }, what);
    });
    await undo();
    const total = [...commands.values()].reduce((sum, n) => sum + n, 0);
    const most = [...commands]
      .sort((a, b) => b[1] - a[1])
      .map(([name, n]) => `${name} ${(n / WATCHED_FEEDS).toFixed(2)}`);
    return { row, value: exactly(total / WATCHED_FEEDS), note: most.join(", ") };
  };
  const { farm } = stage;
  const nothing = async (): Promise<number> => 0;
  return [
    await count("9a", "304", nothing, nothing),
    await count(
      "9b",
      "unchanged",
      async () => {
        await farm.ask("ignoreValidators", true);
        return 0;
      },
      async () => await farm.ask("ignoreValidators", false),
    ),
    await count(
      "9c",
      "changed",
      async () => await farm.ask<number>("change", { every: 1, of: WATCHED_FEEDS }),
      nothing,
    ),
  ];
}

/** What the bench itself sends while a round runs; the product does these inside scripts. */
const OWN = /^(?:zadd|zcount)$/;

/** Commands on feeds, schedule and gates, by what they are, while `work` runs. */
async function watched(stage: Stage, work: () => Promise<void>): Promise<Map<string, number>> {
  const monitor = connect(stage.redis.client.options.path ?? "");
  await once(monitor, "connect");
  const commands = new Map<string, number>();
  const lines = createInterface({ input: monitor });
  lines.on("line", (line) => {
    // `+1700000000.000000 [0 unix:/path] "evalsha" "…"`; what a script calls is marked as lua.
    const [, source = "", command = ""] = /^\+[\d.]+ \[\d+ ([^\]]*)\] "([^"]*)"/.exec(line) ?? [];
    const name = command.toLowerCase();
    if (source === "" || source === "lua" || OWN.test(name)) return;
    const about = /"pw:(due|feed|seen|entries|authors|followers|fanout|gate|url):/.exec(line)?.[1];
    if (about === undefined && name !== "time") return;
    const kind = `${name} ${about ?? ""}`.trim();
    commands.set(kind, (commands.get(kind) ?? 0) + 1);
  });
  monitor.write("MONITOR\r\n");
  await once(lines, "line");
  await work();
  monitor.destroy();
  return commands;
}

/** Rows 7 and 8: `CLONED_FEEDS` feeds as real ones are, by copies of keys that the product wrote. */
export async function weights(stage: Stage, feeds: number): Promise<Figure[]> {
  const { client } = stage.redis;
  const fresh = await readFeeds(stage, Math.min(feeds, WATCHED_FEEDS));
  let keyCount = 0;
  let keyBytes = 0;
  let recordBytes = 0;
  for (const feed of fresh) {
    const { seen, entries } = feedKeys(feedId(feed));
    keyCount += await client.hlen(seen);
    keyBytes += Number(await client.memory("USAGE", seen, "SAMPLES", "0"));
    recordBytes += Number(await client.memory("USAGE", entries, "SAMPLES", "0"));
  }
  const perFeed = await weightOfClones(stage, fresh, ({ state, seen }) => [state, seen]);
  const everything = await weightOfClones(stage, fresh, ({ state, seen, followers, authors }) => {
    return [state, seen, followers, authors];
  });
  const perKey = keyBytes / keyCount;
  const keysPerEntry = keyCount / fresh.length / ENTRIES;
  const further = (keysPerEntry - 1) * ENTRIES * perKey;
  return [
    {
      row: "7",
      value: exactly(perFeed - further),
      note: `without the ${(keysPerEntry - 1).toFixed(1)} further keys an entry has`,
    },
    {
      row: "7a",
      value: exactly(everything),
      note: `${keysPerEntry.toFixed(1)} keys an entry, a follower, five authors with their counts`,
    },
    {
      row: "7b",
      value: exactly(recordBytes / fresh.length / ENTRIES),
      note: "its HTML, cut at 20 KB, is nearly all of it",
    },
    { row: "8", value: exactly(perKey), note: `${(keyCount / fresh.length).toFixed(0)} keys a feed, in one listpack` },
  ];
}

/** The first feeds, read once more from nothing: changes before this would have left more than 20 entries. */
async function readFeeds(stage: Stage, count: number): Promise<number[]> {
  await forgetReadings(stage, 0, count);
  await productRound(stage, 0, count);
  return Array.from({ length: count }, (_, feed) => feed);
}

const CLONE = `
for n = tonumber(ARGV[2]), tonumber(ARGV[3]) do
  for i = 1, #KEYS do
    local name = string.gsub(KEYS[i], '{feed', '{copy' .. string.format('%05d', n), 1)
    redis.call('COPY', KEYS[i], name)
  end
  redis.call('ZADD', ARGV[4], '9999999999999', 'copy' .. string.format('%05d', n) .. ARGV[1])
end
`;

type KeysOf = (keys: ReturnType<typeof feedKeys>) => string[];

/** Bytes that a feed takes with those of its keys and its place in the schedule. */
async function weightOfClones(stage: Stage, feeds: readonly number[], keysOf: KeysOf): Promise<number> {
  const { client } = stage.redis;
  const each = Math.floor(CLONED_FEEDS / feeds.length);
  const before = await datasetBytes(client);
  for (const feed of feeds) {
    const keys = keysOf(feedKeys(feedId(feed)));
    const due = `pw:due:{s${String(feed % stage.store.shardCount)}}`;
    const first = feed * each;
    await client.eval(CLONE, keys.length, ...keys, String(feed), first, first + each - 1, due);
  }
  const bytes = (await datasetBytes(client)) - before;
  await removeClones(stage);
  return bytes / (each * feeds.length);
}

async function removeClones(stage: Stage): Promise<void> {
  const { client } = stage.redis;
  for (let cursor = "0"; ;) {
    const [next, keys] = await client.scan(cursor, "MATCH", "*{copy*", "COUNT", "5000");
    if (keys.length > 0) await client.unlink(...keys);
    cursor = next;
    if (cursor === "0") break;
  }
  for (let shard = 0; shard < stage.store.shardCount; shard += 1)
    await client.zremrangebyscore(`pw:due:{s${String(shard)}}`, "9999999999999", "9999999999999");
}
