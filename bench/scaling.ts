import { PLAIN_FARM } from "./farm-plan.ts";
import { seed } from "./growth.ts";
import { checked } from "./polls.ts";
import type { BenchRedis, RedisKind } from "./redis.ts";
import { memoryOf, openStage, type ProductRound, productRound, type Stage, startProducts } from "./stage.ts";
import { median, ratioOf } from "./statistics.ts";

/** The same 304 polls by one process and two, on one Redis and on a cluster: what each costs, against the first. */

const SETUPS: readonly (readonly [what: string, processes: number, redis: RedisKind])[] = [
  ["one process, one Redis on its socket", 1, "socket"],
  ["one process, one Redis over TCP", 1, "tcp"],
  ["two processes, one Redis over TCP", 2, "tcp"],
  ["one process, a cluster of three", 1, "cluster"],
  ["two processes, a cluster of three", 2, "cluster"],
];
const WARM_UP_POLLS = 3000;
const MEASURED_ROUNDS = 7;
/** Every server and process of all stages is ended at exit. */
const EXIT_LISTENERS = 200;

interface Opened {
  readonly what: string;
  readonly stage: Stage;
  readonly rounds: ProductRound[];
  before: Totals;
}

/** All are open at once and take turns, so that a slow minute of the machine meets each. */
export async function scaling(feeds: number): Promise<string> {
  process.setMaxListeners(EXIT_LISTENERS);
  const all: Opened[] = [];
  try {
    for (const [what, processes, redis] of SETUPS) all.push(await opened(what, feeds, processes, redis));
    for (let i = 0; i < MEASURED_ROUNDS; i += 1)
      for (const one of all) one.rounds.push(await round(one.stage, feeds, one.what));
    return await tableOf(all, feeds);
  } finally {
    for (const { stage } of all) await stage.close();
  }
}

async function opened(what: string, feeds: number, processes: number, redis: RedisKind): Promise<Opened> {
  const plan = { ...PLAIN_FARM, feeds };
  const stage = await openStage({ plan, withFloor: false, products: processes, redis });
  await seed(stage);
  await startProducts(stage);
  for (let polls = 0; polls < WARM_UP_POLLS; polls += feeds) await round(stage, feeds, what);
  return { what, stage, rounds: [], before: await totals(stage.redis) };
}

async function round(stage: Stage, feeds: number, what: string): Promise<ProductRound> {
  await stage.farm.ask("dropConnections");
  return checked(await productRound(stage, 0, feeds), { status200: 0, status304: feeds }, what);
}

async function tableOf(all: readonly Opened[], feeds: number): Promise<string> {
  const head = `| ${String(feeds)} feeds, 304 each | CPU a poll, bots | CPU a poll, Redis | bytes a poll to and from Redis | polls a second | peak RSS of a bot, MB | RSS of Redis, MB | connections |\n|---|---|---|---|---|---|---|---|`;
  const [base] = all;
  if (base === undefined) return head;
  const baseSpent = await spentOf(base, feeds);
  const lines: string[] = [];
  for (const one of all) {
    const spent = await spentOf(one, feeds);
    const cells = [
      one.what,
      pairedText(one, base, (r) => r.cpuMs, `${(median(one.rounds.map((r) => r.cpuMs)) / feeds).toFixed(3)} ms`),
      `${(spent.cpuMs / baseSpent.cpuMs).toFixed(2)} × (${spent.cpuMs.toFixed(3)} ms)`,
      `${(spent.bytes / baseSpent.bytes).toFixed(2)} × (${spent.bytes.toFixed(0)})`,
      pairedText(one, base, (r) => 1 / r.wallMs, (feeds / median(one.rounds.map((r) => r.wallMs / 1000))).toFixed(0)),
      (await memoryOf(one.stage)).peakRssMb.toFixed(0),
      spent.rssMb.toFixed(0),
      String(spent.connections),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return [head, ...lines].join("\n");
}

/** Against the first setup in the same round. */
function pairedText(one: Opened, base: Opened, of: (round: ProductRound) => number, text: string): string {
  const [product, floor] = [one.rounds.map(of), base.rounds.map(of)];
  const { median: middle, low, high } = ratioOf({ product, floor });
  return `${middle.toFixed(2)} × [${low.toFixed(2)}–${high.toFixed(2)}] (${text})`;
}

async function spentOf({ stage, before, rounds }: Opened, feeds: number): Promise<Totals> {
  const after = await totals(stage.redis);
  const polls = feeds * rounds.length;
  return { ...after, cpuMs: (after.cpuMs - before.cpuMs) / polls, bytes: (after.bytes - before.bytes) / polls };
}

interface Totals {
  readonly cpuMs: number;
  readonly bytes: number;
  readonly rssMb: number;
  readonly connections: number;
}

/** Over all servers. What the bench itself asks, a command a feed and round, is in it. */
async function totals({ servers }: BenchRedis): Promise<Totals> {
  const infos = await Promise.all(servers.map(async (server) => await server.info()));
  const sum = (...names: readonly string[]): number =>
    infos.flatMap((info) => names.map((name) => fieldOf(info, name))).reduce((all, one) => all + one, 0);
  return {
    cpuMs: sum("used_cpu_sys", "used_cpu_user") * 1000,
    bytes: sum("total_net_input_bytes", "total_net_output_bytes"),
    rssMb: sum("used_memory_rss") / 1e6,
    connections: sum("connected_clients"),
  };
}

function fieldOf(info: string, name: string): number {
  return Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
}
