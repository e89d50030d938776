import { connect, mastersOf, type Redis } from "./connection.ts";

/** One thing that was looked at. */
export interface RedisFinding {
  /** `refused`: nothing can be promised on it. */
  readonly verdict: "good" | "risky" | "refused";
  readonly text: string;
  /** What mends it; "" where all is well. */
  readonly mend: string;
}

/** What one server says of itself. */
export interface ServerReport {
  /** As in "… runs with appendonly no". */
  readonly name: string;
  /** `null` where it does not show them. */
  readonly settings: Readonly<Record<string, string>> | null;
  /** "7.0.15"; "" for one that does not tell. */
  readonly version: string;
  readonly replicaCount: number;
  /** What it says of the cluster of which it is a node; null for one that is none. */
  readonly cluster: { readonly state: string; readonly servedSlots: number } | null;
  /** Its clock against ours, in ms. */
  readonly aheadMs: number;
}

const OLDEST_MAJOR = 7;
/** Far below every wait that the promise rests on, and far above what NTP leaves. */
const MOST_SKEW_MS = 1000;
const PATIENCE_MS = 10_000;

/** Also said where a command meets it. */
export const ONE_OF_A_CLUSTER = {
  text: "This Redis is a node of a cluster.",
  mend: "Begin REDIS_URL with redis+cluster:// (rediss+cluster:// for TLS); one node or several, with commas between, are enough to find the others.",
};
const SLOTS = 16_384;

const MEND_DURABLE = "Set appendonly yes and appendfsync always.";

/** Looks at every server that holds data. Where Redis is a cluster, one that is away is a finding, too. */
export async function examineRedis(redis: Redis): Promise<RedisFinding[]> {
  const masters = mastersOf(redis);
  const asked = await Promise.allSettled(masters.map(async (master) => await reportOf(master, redis.isCluster)));
  const reports = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const away = asked.flatMap((one, i) => (one.status === "rejected" ? [isAway(masters[i], one.reason)] : []));
  if (redis.isCluster) return [...away, ...reports.flatMap(serverFindings), ...clusterFindings(reports)];
  if (reports.some(({ cluster }) => cluster !== null)) return [{ verdict: "refused", ...ONE_OF_A_CLUSTER }];
  return [...away, ...reports.flatMap(serverFindings)];
}

/** As `examineRedis`, on a connection of its own, also of a cluster that is down. */
export async function examineRedisAt(url: string): Promise<RedisFinding[]> {
  const redis = connect({ url }, "planetwire-doctor");
  if ("enableReadyCheck" in redis.options) redis.options.enableReadyCheck = false;
  let reason = "";
  // A cluster's client says of each node what is wrong, and then only that all failed.
  redis.on("node error", ({ message }: Error) => (reason = message));
  redis.on("error", ({ message }: Error) => (reason ||= message));
  try {
    await Promise.race([redis.connect(), tooLate()]);
    return await Promise.race([examineRedis(redis), tooLate()]);
  } catch (error) {
    const text = `Redis does not answer: ${reason || (error instanceof Error ? error.message : String(error))}`;
    return [{ verdict: "refused", text, mend: "Is it running, and is REDIS_URL right?" }];
  } finally {
    redis.disconnect();
  }
}

async function tooLate(): Promise<never> {
  return await new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`nothing within ${String(PATIENCE_MS / 1000)} s`)), PATIENCE_MS).unref();
  });
}

type Server = ReturnType<typeof mastersOf>[number];

function isAway(server: Server | undefined, reason: unknown): RedisFinding {
  const text = `The node ${nodeName(server)} could not be asked: ${reason instanceof Error ? reason.message : String(reason)}.`;
  return { verdict: "risky", text, mend: "Start it; until then nobody reads or writes what is on it." };
}

function nodeName(server: Server | undefined): string {
  const { host = "", port = 0 } = server?.options ?? {};
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

async function reportOf(server: Server, isNode: boolean): Promise<ServerReport> {
  const [info, settings, aheadMs] = await Promise.all([server.info(), settingsOf(server), clockOf(server)]);
  const cluster = info.includes("cluster_enabled:1") ? await server.cluster("INFO") : null;
  const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  return {
    name: isNode ? `The node ${nodeName(server)}` : "Redis",
    settings,
    version: field("redis_version"),
    replicaCount: Number(field("connected_slaves")),
    cluster: cluster === null ? null : clusterState(cluster),
    aheadMs,
  };
}

function clusterState(info: string): ServerReport["cluster"] {
  const state = /^cluster_state:(\w+)/m.exec(info)?.[1] ?? "unknown";
  return { state, servedSlots: Number(/^cluster_slots_ok:(\d+)/m.exec(info)?.[1]) };
}

/** Some hosts of Redis do not show them. */
async function settingsOf(server: Server): Promise<Record<string, string> | null> {
  try {
    const reply = (await server.call("CONFIG", "GET", "append*", "maxmemory*")) as string[] | Record<string, string>;
    if (!Array.isArray(reply)) return reply;
    return Object.fromEntries(reply.flatMap((value, i) => (i % 2 === 0 ? [[value, reply[i + 1] ?? ""]] : [])));
  } catch (error) {
    if (error instanceof Error && error.name === "ReplyError") return null;
    throw error;
  }
}

async function clockOf(server: Server): Promise<number> {
  // The answer to the first question may have waited for the connection.
  await server.ping();
  const askedAtMs = Date.now();
  const [seconds = "0", micros = "0"] = (await server.time()).map(String);
  return Number(seconds) * 1000 + Number(micros) / 1000 - (askedAtMs + Date.now()) / 2;
}

/** Source: the comments of redis.conf on appendonly, appendfsync and maxmemory-policy. */
export function serverFindings({ name, settings, version }: ServerReport): RedisFinding[] {
  const old: RedisFinding[] =
    Number.parseInt(version, 10) < OLDEST_MAJOR
      ? [
          {
            verdict: "refused",
            text: `${name} is version ${version}, which is too old.`,
            mend: "Planetwire needs Redis 7.0 or later, or Valkey.",
          },
        ]
      : [];
  if (settings === null) return [...old, { verdict: "risky", ...unseen(name) }];
  const policy = settings["maxmemory-policy"] ?? "noeviction";
  const found = [...old, ...losing(name, settings)];
  if (policy !== "noeviction" && settings["maxmemory"] !== "0")
    found.push({
      verdict: "refused",
      text: `${name} runs with maxmemory-policy ${policy}: when memory is short it would drop what was seen and what waits to be posted.`,
      mend: "Set maxmemory-policy noeviction.",
    });
  if (found.length > 0) return found;
  return [{ verdict: "good", text: `${name} (${version}) keeps what it acknowledged`, mend: "" }];
}

function unseen(name: string): Pick<RedisFinding, "text" | "mend"> {
  const text = `${name === "Redis" ? "This Redis" : name} does not show its settings, so it could not be checked that it keeps what it acknowledged (appendonly yes, appendfsync always, maxmemory-policy noeviction).`;
  return { text, mend: "" };
}

function losing(name: string, settings: Readonly<Record<string, string>>): RedisFinding[] {
  const { appendonly, appendfsync = "unknown" } = settings;
  const lost = "so posts may be lost or repeated.";
  if (appendonly !== "yes") {
    const text = `${name} runs with appendonly no: when it stops, everything since its last snapshot is forgotten, ${lost}`;
    return [{ verdict: "risky", text, mend: MEND_DURABLE }];
  }
  if (appendfsync === "always") return [];
  const text = `${name} runs with appendfsync ${appendfsync}: when it is killed, what it acknowledged in the last second or more may be forgotten, ${lost}`;
  return [{ verdict: "risky", text, mend: "Set appendfsync always." }];
}

/** Times in state are those of the node that has the slot, and replicas get what was acknowledged a little later (cluster-spec, "Write safety"). */
export function clusterFindings(reports: readonly ServerReport[]): RedisFinding[] {
  const ahead = reports.map(({ aheadMs }) => aheadMs);
  const skewMs = Math.max(...ahead) - Math.min(...ahead);
  const found: RedisFinding[] = [];
  const down = reports.find(({ cluster }) => cluster?.state !== "ok");
  if (down !== undefined) {
    const text = `${down.name} says that the cluster is down: ${String(down.cluster?.servedSlots ?? 0)} of ${String(SLOTS)} slots are served.`;
    found.push({
      verdict: "risky",
      text,
      mend: "Start the nodes that are away, or give their slots to others (redis-cli --cluster fix).",
    });
  }
  if (skewMs > MOST_SKEW_MS) {
    const text = `The clocks of the cluster's nodes differ by ${(skewMs / 1000).toFixed(1)} s; where a slot moves, a post could be looked for too early.`;
    found.push({ verdict: "risky", text, mend: "Keep the clocks of all nodes together (NTP)." });
  }
  if (reports.some(({ replicaCount }) => replicaCount > 0)) {
    const text =
      "The cluster has replicas, which get what a node acknowledged a little later: if one takes over, posts of that instant may be lost or repeated.";
    found.push({
      verdict: "risky",
      text,
      mend: "Where that matters, set cluster-replica-no-failover yes on them, and let each node be restarted.",
    });
  }
  if (reports.length > 0)
    found.push({
      verdict: "good",
      text: `the cluster answers, with ${String(reports.length)} nodes that hold data`,
      mend: "",
    });
  return found;
}
