import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "./connection.ts";
import { installationKey, restoringKey, versionKey } from "./keys.ts";
import { NOW } from "./lua.ts";
import { run, script, strings } from "./script.ts";

/** Of what is kept in Redis: raised with every change that an older version would misread. */
export const STATE_VERSION = 1;
/** What was kept before a version was written down. */
const FIRST_VERSION = 1;
/** How often a process looks whether a newer one has taken over. */
const WATCH_MS = 1000;
/** A process that hears of a newer version has ended after a look and the 10 s that it may take to stop. */
const GRACE_MS = 12_000;

/**
 * One step from a version of the state to the next. It may be run any number of times, by several processes at once, and go on where
 * another was killed: so it looks at what is there, and changes it by scripts that may run twice. A process of the version before that stalled
 * through the whole wait may still write one thing in the old form: whoever reads takes both.
 */
export interface Migration {
  readonly to: number;
  readonly run: (redis: Redis) => Promise<void>;
}

/** In order, each one version further. */
const MIGRATIONS: readonly Migration[] = [];

export interface StatePlan {
  readonly version: number;
  readonly migrations: readonly Migration[];
  /** From the announcement of a version until nobody writes as the one before any more. */
  readonly graceMs: number;
}

const STATE_PLAN: StatePlan = { version: STATE_VERSION, migrations: MIGRATIONS, graceMs: GRACE_MS };

/** The state in Redis is not one that this process may work on; the message says what to do. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** The state is of a newer version: this program cannot do anything with it, however often it is started. */
export class NewerStateError extends StateError {
  constructor(found: number, known: number) {
    super(
      `What is kept in Redis is of state version ${String(found)}, and this Planetwire knows versions up to ${String(known)}: ` +
        "start a newer Planetwire, or restore a backup that was made before the upgrade.",
    );
  }
}

interface Standing {
  readonly from: number;
  /** While it is brought to the next version. */
  readonly under: { readonly to: number; readonly sinceMs: number } | null;
}

/** `1`, or `1>2 <since, Redis time in ms>` on the way. null for what is no version. */
export function toStanding(value: string): Standing | null {
  const [, from, to, since] = /^(\d+)(?:>(\d+) (\d+))?$/.exec(value) ?? [];
  if (from === undefined) return null;
  return {
    from: Number(from),
    under: to === undefined || since === undefined ? null : { to: Number(to), sinceMs: Number(since) },
  };
}

/** The version that a process must know to work on it. */
export function neededVersion({ from, under }: Standing): number {
  return under?.to ?? from;
}

/** KEYS version. Returns it, "" where there is none, and Redis time in ms. */
const look = script(`
${NOW}
return { redis.call('GET', KEYS[1]) or '', now }
`);

/** KEYS version · ARGV what it is, what it becomes; behind what ends with ">" and a version the time is added. */
const advance = script(`
${NOW}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local to = ARGV[2]
if string.find(to, '>', 1, true) then to = to .. ' ' .. string.format('%.0f', now) end
redis.call('SET', KEYS[1], to)
return 1
`);

/**
 * Before anything else is done with a Redis: brings the state to this version, or throws `StateError` where it cannot. A newer version is
 * announced first. Processes of the older one see that within a second and end; only when they had the time to, the change is made.
 */
export async function bringUpToDate(redis: Redis, plan: StatePlan = STATE_PLAN): Promise<void> {
  await refuseHalfRestored(redis);
  for (;;) {
    const [value = "", now = "0"] = strings(await run(redis, look, [versionKey], []));
    if (value !== "") {
      if (await isUpToDate(redis, value, Number(now), plan)) return;
      continue;
    }
    const isFresh = (await redis.exists(installationKey)) === 0;
    await redis.setnx(versionKey, isFresh ? plan.version : FIRST_VERSION);
  }
}

async function refuseHalfRestored(redis: Redis): Promise<void> {
  if ((await redis.exists(restoringKey)) === 0) return;
  throw new StateError(
    "A backup is being restored into this Redis, or that was broken off: let it end, or run `npm run restore` again with --replace.",
  );
}

/** False when it took a step. */
async function isUpToDate(redis: Redis, value: string, nowMs: number, plan: StatePlan): Promise<boolean> {
  const standing = toStanding(value);
  if (standing === null) throw new StateError(`“${value}” is no version of a state that Planetwire keeps in Redis.`);
  if (neededVersion(standing) > plan.version) throw new NewerStateError(neededVersion(standing), plan.version);
  const { from, under } = standing;
  if (under === null) {
    if (from === plan.version) return true;
    await run(redis, advance, [versionKey], [value, `${String(from)}>${String(from + 1)}`]);
    return false;
  }
  await sleep(Math.max(0, under.sinceMs + plan.graceMs - nowMs));
  const migration = plan.migrations.find(({ to }) => to === under.to);
  if (migration === undefined)
    throw new StateError(`Nothing is known that would bring state version ${String(from)} to ${String(under.to)}.`);
  await migration.run(redis);
  await run(redis, advance, [versionKey], [value, String(under.to)]);
  return false;
}

/**
 * Looks every second whether a process of a newer version has announced itself, and says so once: then nothing may be written any more.
 * Returns what ends it.
 */
export function watchVersion(redis: Redis, version: number, onNewer: (error: NewerStateError) => void): () => void {
  let isOver = false;
  const look = async (): Promise<void> => {
    const value = await redis.get(versionKey);
    const standing = value === null ? null : toStanding(value);
    if (isOver || standing === null || neededVersion(standing) <= version) return;
    end();
    onNewer(new NewerStateError(neededVersion(standing), version));
  };
  const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS).unref();
  const end = (): void => {
    isOver = true;
    clearInterval(timer);
  };
  return end;
}
