import { PLAIN_FARM } from "./farm-plan.ts";
import { seed } from "./growth.ts";
import { checked } from "./polls.ts";
import type { BenchRedis, RedisKind } from "./redis.ts";
import { memoryOf, openStage, type ProductRound, productRound, type Stage, startProducts } from "./stage.ts";
import { median } from "./statistics.ts";

/** The same 304 polls by one process and two, on one Redis and on a cluster: what each costs, against the first. */

const SETUPS: readonly (readonly [what: string, processes: number, redis: RedisKind])[] = [
  ["one process, one Redis on its socket", 1, "socket"],
  ["one process, one Redis over TCP", 1, "tcp"],
  ["two processes, one Redis over TCP", 2, "tcp"],
  ["one process, a cluster of three", 1, "cluster"],
  ["two processes, a cluster of three", 2, "cluster"],
];
const WARM_UP_POLLS = 10_000;
const MEASURED_ROUNDS = 5;

interface Setup {
  readonly what: string;
  readonly cpuMs: number;
  readonly redisCpuMs: number;
  readonly redisBytes: number;
  readonly pollsPerSecond: number;
  readonly rssMb: number;
  readonly redisMb: number;
  readonly connections: number;
}

export async function scaling(feeds: number): Promise<string> {
  const setups: Setup[] = [];
  for (const [what, processes, redis] of SETUPS) setups.push(await measure(what, feeds, processes, redis));
  const [base] = setups;
  const ratio = (setup: Setup, of: "cpuMs" | "redisCpuMs" | "redisBytes" | "pollsPerSecond"): string =>
    `${(setup[of] / (base?.[of] ?? Number.NaN)).toFixed(2)} ×`;
  const line = (one: Setup): string =>
    `| ${one.what} | ${ratio(one, "cpuMs")} (${one.cpuMs.toFixed(3)}) | ${ratio(one, "redisCpuMs")} (${one.redisCpuMs.toFixed(3)}) | ${ratio(one, "redisBytes")} (${one.redisBytes.toFixed(0)}) | ${ratio(one, "pollsPerSecond")} (${one.pollsPerSecond.toFixed(0)}) | ${one.rssMb.toFixed(0)} | ${one.redisMb.toFixed(0)} | ${String(one.connections)} |`;
  const head = `| ${String(feeds)} feeds, 304 each | CPU ms a poll, bots | CPU ms a poll, Redis | bytes a poll to and from Redis | polls a second | peak RSS of a bot, MB | RSS of Redis, MB | connections |\n|---|---|---|---|---|---|---|---|`;
  return [head, ...setups.map(line)].join("\n");
}

async function measure(what: string, feeds: number, processes: number, redis: RedisKind): Promise<Setup> {
  const plan = { ...PLAIN_FARM, feeds };
  const stage = await openStage({ plan, withFloor: false, products: processes, redis });
  try {
    await seed(stage);
    await startProducts(stage);
    const round = async (): Promise<ProductRound> => {
      await stage.farm.ask("dropConnections");
      return checked(await productRound(stage, 0, feeds), { status200: 0, status304: feeds }, what);
    };
    for (let polls = 0; polls < WARM_UP_POLLS; polls += feeds) await round();
    const before = await totals(stage.redis);
    const rounds: ProductRound[] = [];
    for (let i = 0; i < MEASURED_ROUNDS; i += 1) rounds.push(await round());
    return { what, ...(await setupOf(stage, before, rounds, feeds)) };
  } finally {
    await stage.close();
  }
}

async function setupOf(
  stage: Stage,
  before: Totals,
  rounds: readonly ProductRound[],
  feeds: number,
): Promise<Omit<Setup, "what">> {
  const after = await totals(stage.redis);
  const polls = feeds * rounds.length;
  return {
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)) / feeds,
    redisCpuMs: (after.cpuMs - before.cpuMs) / polls,
    redisBytes: (after.bytes - before.bytes) / polls,
    pollsPerSecond: feeds / (median(rounds.map(({ wallMs }) => wallMs)) / 1000),
    rssMb: (await memoryOf(stage)).peakRssMb,
    redisMb: after.rssMb,
    connections: after.connections,
  };
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
