import { resolve } from "node:path";
import { afterAll, type ExpectStatic, test } from "vitest";
import { runEveryCommand } from "./every-command.ts";
import { runKills } from "./kills.ts";
import { type Lab, openLab } from "./lab.ts";
import { smallPlan } from "./plans.ts";
import { compiledProgram } from "./program.ts";
import { redisIsHere } from "./redis-here.ts";

const skip = !(await redisIsHere());
const limitMs = 60_000;
/** The harness ends by itself long before. Side by side, because most of the time is waiting for locks and settling times to end. */
const timing = { skip, concurrent: true, timeout: 6 * limitMs };
const clean = { lost: 0, repeated: 0, outOfOrder: 0, unexpected: 0, malformed: 0, details: [] };

const compiled = skip ? null : compiledProgram(resolve(import.meta.dirname, "../.."));

afterAll(async () => {
  await (await compiled)?.remove();
});

async function inLab(trouble: boolean, work: (lab: Lab) => Promise<void>): Promise<void> {
  const program = await compiled;
  if (program === null) throw new Error("nothing was compiled");
  const lab = await openLab({ program, seed: 1, plan: smallPlan, trouble, openSink: null, keep: false });
  try {
    await work(lab);
  } finally {
    await lab.close();
  }
}

function quietly(): void {}

test(
  "two bots killed a dozen times, and Redis too, lose nothing, repeat nothing and keep the order",
  timing,
  async ({ expect }) => {
    await inLab(true, async (lab) => await killADozen(lab, expect));
  },
);

async function killADozen(lab: Lab, expect: ExpectStatic): Promise<void> {
  const options = { kills: 12, seed: 1, bots: 2, redisKills: true, stalls: false, limitMs, progress: quietly };
  const report = await runKills(lab, options);
  expect(report.verdict).toMatchObject(clean);
  expect(report.verdict.entries).toBeGreaterThan(10);
  expect(report.kills).toBeGreaterThanOrEqual(12);
  expect(report.redisKills).toBeGreaterThanOrEqual(1);
  expect(report.overlaps).toEqual([]);
  expect(report.farewell).toBe("0");
}

test(
  "a bot killed at chosen commands to Redis loses nothing, repeats nothing and keeps the order",
  timing,
  async ({ expect }) => {
    await inLab(false, async (lab) => {
      const report = await runEveryCommand([lab], { seed: 1, sample: 6, only: null, limitMs, progress: quietly });
      expect(report.verdict).toMatchObject(clean);
      expect(report.troubles).toEqual([]);
      // A single dry run takes some commands for regular that are not; the full run has three and misses none.
      expect(report.hit).toBeGreaterThanOrEqual(4);
    });
  },
);
