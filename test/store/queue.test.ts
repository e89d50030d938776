import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, type TestContext, test, vi } from "vitest";
import { Queues } from "../../src/store/queue.ts";
import { until } from "../support/wait.ts";
import { openRealRedis, type RealRedis } from "./real-redis.ts";

vi.setConfig({ testTimeout: 30_000 });

const LOCK_MS = 300;
let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** The queues of one process: each has a connection of its own. The tests mostly wait, so they wait together. */
async function openQueues({ onTestFinished }: TestContext, errors: unknown[] = []): Promise<Queues> {
  const redis = await real.client();
  const queues = new Queues(redis, { lockMs: LOCK_MS }, (error) => void errors.push(error));
  onTestFinished(async () => await queues.stop());
  return queues;
}

/** A platform of its own, so that no other test's worker takes its channels. */
function freshPlatform(): { readonly platform: string; readonly channel: string } {
  const platform = `p${randomUUID()}`;
  return { platform, channel: `${platform}:room` };
}

/** Something that is awaited in one place and said in another. */
class Bell {
  readonly rung: Promise<void>;
  ring: () => void = () => undefined;

  constructor() {
    this.rung = new Promise((resolve) => (this.ring = resolve));
  }
}

/** Counts turns, and how many ran side by side at most. */
class Turns {
  count = 0;
  most = 0;
  #now = 0;

  async run(work: () => Promise<void>): Promise<void> {
    this.count += 1;
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    await work();
    this.#now -= 1;
  }

  async reached(count: number): Promise<void> {
    await until(`${String(count)} turns`, 15_000, () => (this.count >= count ? true : undefined));
  }
}

test.concurrent("a wake-up is kept until there is someone to drain", async (context) => {
  const { platform, channel } = freshPlatform();
  const queues = await openQueues(context);
  await queues.wake(channel);
  const drained = await new Promise<string>((resolve) =>
    queues.workChannels(platform, 5, async (id) => {
      resolve(id);
      return await Promise.resolve(null);
    }),
  );
  expect(drained).toBe(channel);
});

test.concurrent.for([
  { how: "ends", again: null },
  { how: "asks to be run later", again: 50 },
])("wake-ups during a drain that $how bring one more drain after it, never beside it", async ({ again }, context) => {
  const { platform, channel } = freshPlatform();
  const queues = [await openQueues(context), await openQueues(context)];
  const [begun, go] = [new Bell(), new Bell()];
  const turns = new Turns();
  for (const one of queues)
    one.workChannels(platform, 5, async () => {
      const first = turns.count === 0;
      await turns.run(async () => {
        begun.ring();
        await go.rung;
      });
      return first ? again : null;
    });
  await queues[0]?.wake(channel);
  await begun.rung;
  for (const one of queues) await one.wake(channel);
  go.ring();
  await turns.reached(2);
  expect(turns.most).toBe(1);
});

test.concurrent("a channel that was drained can be woken again, any number of times", async (context) => {
  const { platform, channel } = freshPlatform();
  const queues = await openQueues(context);
  const turns = new Turns();
  queues.workChannels(platform, 5, async () => {
    await turns.run(async () => await Promise.resolve());
    return null;
  });
  for (let n = 1; n <= 5; n += 1) {
    await queues.wake(channel);
    await turns.reached(n);
  }
  expect(turns.most).toBe(1);
});

test.concurrent("channels are drained side by side", async (context) => {
  const { platform, channel } = freshPlatform();
  const queues = await openQueues(context);
  const all = new Bell();
  const turns = new Turns();
  queues.workChannels(platform, 5, async () => {
    await turns.run(async () => {
      if (turns.count === 3) all.ring();
      await all.rung;
    });
    return null;
  });
  for (const n of [1, 2, 3]) await queues.wake(`${channel}${String(n)}`);
  await all.rung;
  expect(turns.most).toBe(3);
});

test.concurrent("a drain that throws is told of, and tried again", async (context) => {
  const { platform, channel } = freshPlatform();
  const errors: unknown[] = [];
  const queues = await openQueues(context, errors);
  const turns = new Turns();
  queues.workChannels(platform, 5, async () => {
    await turns.run(async () => await Promise.resolve());
    if (turns.count === 1) throw new Error("broken");
    return null;
  });
  await queues.wake(channel);
  await turns.reached(2);
  expect(errors.map(String)).toContain("Error: broken");
});

test.concurrent("a perpetual job that is made sure of by everyone runs in one process at a time, turn after turn", async (context) => {
  const queue = randomUUID();
  const both = [await openQueues(context), await openQueues(context)];
  const turns = new Turns();
  for (const queues of both) {
    await queues.ensure(queue, ["job"]);
    queues.workPerpetual(queue, 2, async () => {
      await turns.run(async () => await pause(5));
      return 10;
    });
  }
  await turns.reached(10);
  for (const queues of both) await queues.ensure(queue, ["job"]);
  await turns.reached(15);
  expect(turns.most).toBe(1);
});

test.concurrent("a turn that takes longer than its lock is not begun elsewhere", async (context) => {
  const queue = randomUUID();
  const turns = new Turns();
  const both = [await openQueues(context), await openQueues(context)];
  for (const queues of both) {
    await queues.ensure(queue, ["job"]);
    queues.workPerpetual(queue, 1, async () => {
      await turns.run(async () => await pause(turns.count === 1 ? 3 * LOCK_MS : 0));
      return 10;
    });
  }
  await turns.reached(2);
  expect(turns.most).toBe(1);
});

test.concurrent("a perpetual job goes on elsewhere when its process stops", async (context) => {
  const queue = randomUUID();
  const turns = new Turns();
  const first = await openQueues(context);
  await first.ensure(queue, ["job"]);
  first.workPerpetual(queue, 1, async (_id, signal) => {
    await turns.run(async () => await once(signal, "abort").then(() => undefined));
    return 0;
  });
  await turns.reached(1);
  await first.stop();
  const second = await openQueues(context);
  second.workPerpetual(queue, 1, async () => {
    await turns.run(async () => await Promise.resolve());
    return 10;
  });
  await turns.reached(3);
  expect(turns.most).toBe(1);
});

test.concurrent("a perpetual job goes on elsewhere when its process is killed, again and again", async (context) => {
  const queue = randomUUID();
  const survivor = await openQueues(context);
  await survivor.ensure(queue, ["job"]);
  const script = fileURLToPath(new URL("endless-turn.ts", import.meta.url));
  for (let kills = 0; kills < 2; kills += 1) {
    const child = spawn(process.execPath, ["--import", "tsx", script, real.url, queue, String(LOCK_MS)]);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
  }
  const turns = new Turns();
  survivor.workPerpetual(queue, 1, async () => {
    await turns.run(async () => await Promise.resolve());
    return 10;
  });
  await turns.reached(3);
});
