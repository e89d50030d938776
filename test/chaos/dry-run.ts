import { type Point, points } from "./proxy.ts";

/** Not killed: the command is held back until another bot has read that the entry changed once more. */
export const OVERTAKEN = "held while it changes again";

/** What the bot is doing when it is to be killed. */
export type Scenario = "start" | "idle" | "post" | "digest" | "edit" | "recovery";

/** One place to kill at. */
export interface KillPoint {
  readonly scenario: Scenario;
  readonly signature: string;
  /** The how-manieth of its signature, counted from the start of the scenario or from the landmark. */
  readonly occurrence: number;
  /** Counting begins at this signature: for commands that an idle bot sends too; null counts from the start. */
  readonly landmark: string | null;
  /** Seen in every recording of the scenario. Others hang on timers and on who comes first, and cannot be promised. */
  readonly isSteady: boolean;
  readonly point: Point | typeof OVERTAKEN;
}

/** Signatures in order of arrival, each scenario as often as it was tried. */
export type Recordings = Readonly<Record<Scenario, readonly (readonly string[])[]>>;

type Place = Omit<KillPoint, "point">;

/**
 * Every command of a cycle from poll to post, every occurrence; what an idle bot sends, once while idle and once in the
 * cycle after the first command that only a cycle has; of a start, of the recovery of an uncertain post and of an edit, each kind once. What
 * only an edit sends is also overtaken, which takes two bots of which the right one makes the edit, and so cannot be promised.
 */
export function killPoints(recordings: Recordings): readonly KillPoint[] {
  const idle = new Set(recordings.idle.flat());
  const known = new Set([...recordings.start.flat(), ...idle]);
  const edits = oncePerKind("edit", recordings.edit, new Set([...known, ...recordings.post.flat()]));
  const places = [
    ...oncePerKind("start", recordings.start, new Set()),
    ...oncePerKind("idle", recordings.idle, new Set()),
    ...cyclePlaces("post", recordings.post, idle),
    ...cyclePlaces("digest", recordings.digest, idle),
    ...edits,
    ...oncePerKind("recovery", recordings.recovery, known),
  ];
  const overtaken = edits.map((place) => ({ ...place, isSteady: false, point: OVERTAKEN }) as const);
  return [...places.flatMap((place) => points.map((point) => ({ ...place, point }))), ...overtaken];
}

/** Says yes at the place, once it is reached. */
export function matcherOf({ signature, occurrence, landmark }: Place): (candidate: string) => boolean {
  let counting = landmark === null;
  let seen = 0;
  return (candidate) => {
    if (candidate === landmark) counting = true;
    if (!counting || candidate !== signature) return false;
    seen += 1;
    return seen === occurrence;
  };
}

function oncePerKind(
  scenario: Scenario,
  recordings: readonly (readonly string[])[],
  known: ReadonlySet<string>,
): Place[] {
  const kinds = [...new Set(recordings.flat())].filter((signature) => !known.has(signature));
  return kinds.map((signature) => {
    const isSteady = recordings.every((recording) => recording.includes(signature));
    return { scenario, signature, occurrence: 1, landmark: null, isSteady };
  });
}

/** The part of a cycle between its first and its last command that an idle bot does not send. */
function ownSpan(cycle: readonly string[], idle: ReadonlySet<string>): readonly string[] {
  const isOwn = (signature: string): boolean => !idle.has(signature);
  return cycle.slice(cycle.findIndex(isOwn), cycle.findLastIndex(isOwn) + 1);
}

function cyclePlaces(scenario: Scenario, cycles: readonly (readonly string[])[], idle: ReadonlySet<string>): Place[] {
  const spans = cycles.map((cycle) => ownSpan(cycle, idle));
  const landmark = spans[0]?.[0] ?? null;
  const kinds = [...new Set(spans.flat())];
  return kinds.flatMap((signature): Place[] => {
    const counts = spans.map((span) => span.filter((candidate) => candidate === signature).length);
    const surely = Math.min(...counts);
    if (idle.has(signature)) {
      return surely === 0 ? [] : [{ scenario, signature, occurrence: 1, landmark, isSteady: true }];
    }
    return Array.from({ length: Math.max(...counts) }, (_, index) => ({
      scenario,
      signature,
      occurrence: index + 1,
      landmark: null,
      isSteady: index < surely,
    }));
  });
}
