import { growth, type Sample, trend } from "./samples.ts";
import { isGood, type SoakReport } from "./platforms.ts";

const MOST_PERCENT_PER_TEN_MINUTES = 1;
/** Connections come and go; more of them than this is a growth. */
const MORE_HANDLES = { share: 0.05, count: 4 };

interface Holding {
  readonly text: string;
  readonly isFlat: boolean;
}

/** What a soak came to, for people; `warmUpShare` of its time is left out of account; `isGood` when all of it is as it must be. */
export function reportOf(
  report: SoakReport,
  warmUpShare: number,
): { readonly lines: readonly string[]; readonly isGood: boolean } {
  const { verdict, samples, talk } = report;
  const { entries, lost, held, repeated, outOfOrder, unexpected, malformed, revised, stale, inThreads } = verdict;
  const warm = samples.slice(Math.floor(samples.length * warmUpShare));
  const holdings = holdingsOf(warm);
  const lines = [
    ...verdict.details.slice(0, 20),
    ...talk.unanswered.map((line) => `unanswered: ${line}`),
    `published ${report.published}, entries wanted ${entries}, messages and edits ${report.messages}, lost ${lost}, held ${held}, repeated ${repeated}, out of order ${outOfOrder}, unexpected ${unexpected}, malformed ${malformed}, changed and shown ${revised}, stale ${stale}, in threads ${inThreads}`,
    `commands ${talk.said}, unanswered ${talk.unanswered.length}; settled after ${report.settledMs} ms; exit after SIGTERM ${report.farewell}`,
    `feeds: ${report.traffic}`,
    report.platform,
    `${warm.length} samples of ${samples.length}, after the first ${warmUpShare * 100} % of the time:`,
    ...holdings.map(({ text, isFlat }) => `  ${isFlat ? "✔" : "✘"} ${text}`),
  ];
  return { lines, isGood: isGood(report) && holdings.every(({ isFlat }) => isFlat) };
}

export function holdingsOf(samples: readonly Sample[]): readonly Holding[] {
  return [
    memory("resident memory", samples, (sample) => sample.residentMb),
    memory("heap after a collection", samples, (sample) => sample.heapMb),
    memory("of it without compiled code", samples, (sample) => sample.heapMb - sample.codeMb),
    handles("open files", samples, (sample) => sample.openFiles),
    handles("handles", samples, (sample) => sample.handles),
  ];
}

function memory(name: string, samples: readonly Sample[], of: (sample: Sample) => number): Holding {
  const { mean, percentPerTenMinutes, error } = trend(samples.map((one) => ({ atMs: one.atMs, value: of(one) })));
  const slope = `${percentPerTenMinutes.toFixed(2)} % (± ${error.toFixed(2)}) in ten minutes`;
  return {
    text: `${name}: ${mean.toFixed(1)} MB on average, ${slope}; at most ${String(MOST_PERCENT_PER_TEN_MINUTES)} %`,
    isFlat: percentPerTenMinutes < MOST_PERCENT_PER_TEN_MINUTES,
  };
}

function handles(name: string, samples: readonly Sample[], of: (sample: Sample) => number): Holding {
  const { from, to } = growth(samples.map(of));
  const isFlat = to - from <= Math.max(MORE_HANDLES.count, from * MORE_HANDLES.share);
  return { text: `${name}: ${from} in the first third, ${to} in the last`, isFlat };
}
