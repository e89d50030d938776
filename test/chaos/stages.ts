import { openMatrixStage } from "../platforms/matrix/stage.ts";
import { openDiscordStage } from "../platforms/discord/stage.ts";
import { openSlackStage } from "../platforms/slack/stage.ts";
import type { PlatformStage, Trouble } from "./platform-stage.ts";
import { type Random, seededRandom } from "./random.ts";

/** The platforms besides the console on which chaos can be made, a line each. */
export const openStages: Readonly<Record<string, () => Promise<PlatformStage>>> = {
  matrix: openMatrixStage,
  discord: openDiscordStage,
  slack: openSlackStage,
};

/** Each run and each round has faults of its own: one nonce window per run, and a platform that changes its mood every round; round 0 is the calm at the end. */
export function troublesOf(seed: number): (round: number) => Trouble {
  const random = seededRandom(seed);
  const nonceWindowMs = random.pick([0, 3000, null]);
  return (round) => (round === 0 ? { nonceWindowMs } : { nonceWindowMs, ...faults(random) });
}

/** What lands late may also be shown late: together still within what the harness lets a bot wait. */
function faults(random: Random): Trouble {
  const isLate = random.chance(0.3);
  return {
    limited: random.pick([0, 0.1]),
    failing: random.pick([0, 0.1]),
    cutBefore: random.pick([0, 0.1]),
    cutAfter: random.pick([0, 0.15]),
    late: isLate ? 0.1 : 0,
    lateMs: random.integer(100, 2000),
    historyLagMs: random.pick(isLate ? [0, 500] : [0, 500, 2000]),
    historyRefused: random.chance(0.1),
  };
}
