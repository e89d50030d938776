import { randomBytes } from "node:crypto";
import type { Redis } from "./connection.ts";
import { type Gathered, gatherPerTurn } from "./gather.ts";
import { shardOfHost } from "./host-shard.ts";
import { gateKey } from "./keys.ts";
import { run, script } from "./script.ts";

/**
 * KEYS gates · ARGV hold ms, then a token for each. Returns 1 or 0 for each: entered or not. A command sent again after a lost
 * connection finds its own first effect.
 */
const enterGates = script(`
local entered = {}
for i, gate in ipairs(KEYS) do
  local ok = redis.call('SET', gate, ARGV[i + 1], 'NX', 'PX', ARGV[1]) or redis.call('GET', gate) == ARGV[i + 1]
  entered[i] = ok and 1 or 0
end
return entered
`);

/** Prolongs gates only for their owners. KEYS gates · ARGV hold ms, then a token for each. */
const keepGates = script(`
for i, gate in ipairs(KEYS) do
  if redis.call('GET', gate) == ARGV[i + 1] then redis.call('PEXPIRE', gate, ARGV[1]) end
end
`);

/** Gives gates back only for their owners; each stays closed to all for a pause. KEYS gates · ARGV of each token and pause in ms, 0 for none. */
const leaveGates = script(`
for i, gate in ipairs(KEYS) do
  local pause = ARGV[2 * i]
  if redis.call('GET', gate) == ARGV[2 * i - 1] then
    if pause == '0' then redis.call('DEL', gate) else redis.call('SET', gate, 'pause', 'PX', pause) end
  end
end
`);

/** Lets one request at a time through to each host, over all processes. */
export type Release = () => Promise<void>;

interface Held {
  readonly key: string;
  readonly token: string;
  readonly shard: number;
  /** When it was last prolonged, on the clock of `performance`. */
  keptAtMs: number;
}

interface Entering {
  readonly held: Held;
  hasEntered: boolean;
}

interface Leaving {
  readonly held: Held;
  readonly pauseMs: number;
}

/** A gate is prolonged when a third of its time is over, and looked at twice as often. */
const KEEP_SHARE = 1 / 3;
const LOOK_SHARE = 1 / 6;

/** The gates of one process. What is asked of a shard's gates in one turn of the event loop is one command. */
export class HostGates {
  readonly #redis: Redis;
  readonly #shardCount: number;
  readonly #holdMs: number;
  readonly #held = new Set<Held>();
  readonly #enter: Gathered<Entering>;
  readonly #leave: Gathered<Leaving>;
  readonly #process = randomBytes(9).toString("base64url");
  #entered = 0;
  #beat: NodeJS.Timeout | undefined;

  /** A gate opens by itself `holdMs` after its holder died; a living holder prolongs it. */
  constructor(redis: Redis, shardCount: number, holdMs: number) {
    this.#redis = redis;
    this.#shardCount = shardCount;
    this.#holdMs = Math.round(holdMs);
    this.#enter = gatherPerTurn(async (_shard, all) => await this.#enterAll(all));
    this.#leave = gatherPerTurn(async (_shard, all) => {
      const words = all.flatMap(({ held, pauseMs }) => [held.token, pauseMs]);
      await run(redis, leaveGates, keysOf(all.map(({ held }) => held)), words);
    });
  }

  /** `host` as in `URL.host`. Null when a request to it is under way, or ended less than the pause that was left behind it ago. */
  async enter(host: string, pauseMs = 0): Promise<Release | null> {
    const shard = shardOfHost(host.replace(/:\d+$/, ""), this.#shardCount);
    const token = `${this.#process}.${(this.#entered++).toString(36)}`;
    const held: Held = { key: gateKey(shard, host), token, shard, keptAtMs: performance.now() };
    const entering: Entering = { held, hasEntered: false };
    await this.#enter(shard, entering);
    if (!entering.hasEntered) return null;
    return async () => {
      if (!this.#held.delete(held)) return;
      this.#stopWhenIdle();
      await this.#leave(shard, { held, pauseMs: Math.round(pauseMs) });
    };
  }

  async #enterAll(all: readonly Entering[]): Promise<void> {
    const held = all.map((one) => one.held);
    const tokens = held.map(({ token }) => token);
    const entered = (await run(this.#redis, enterGates, keysOf(held), [this.#holdMs, ...tokens])) as number[];
    for (const [i, one] of all.entries()) {
      one.hasEntered = entered[i] === 1;
      if (one.hasEntered) this.#held.add(one.held);
    }
    if (this.#held.size > 0) this.#beat ??= setInterval(() => this.#keep(), this.#holdMs * LOOK_SHARE);
  }

  #keep(): void {
    const nowMs = performance.now();
    const shards = new Map<number, Held[]>();
    for (const one of this.#held) {
      if (nowMs - one.keptAtMs < this.#holdMs * KEEP_SHARE) continue;
      one.keptAtMs = nowMs;
      const same = shards.get(one.shard) ?? [];
      same.push(one);
      shards.set(one.shard, same);
    }
    for (const held of shards.values()) {
      const words = [this.#holdMs, ...held.map(({ token }) => token)];
      run(this.#redis, keepGates, keysOf(held), words).catch(() => undefined);
    }
  }

  #stopWhenIdle(): void {
    if (this.#held.size > 0) return;
    clearInterval(this.#beat);
    this.#beat = undefined;
  }
}

function keysOf(held: readonly Held[]): string[] {
  return held.map(({ key }) => key);
}
