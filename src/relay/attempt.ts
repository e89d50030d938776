import { type Adapter, type Attempt, type Delivery, DeliveryError, type DeliveryFailure } from "../adapter.ts";

export type AttemptEnd =
  | { readonly kind: "posted"; readonly ref: string }
  | { readonly kind: DeliveryFailure; readonly reason: string; readonly retryAfterMs: number };

/**
 * Started before Redis was told of the attempt, so that it never ends too late. Of two clocks the one that is further counts: one
 * stands still while the machine is suspended, the other may be set back.
 */
export interface Deadline {
  readonly leftMs: () => number;
}

export function deadlineFromNow(ms: number): Deadline {
  const [runEnd, wallEnd] = [performance.now() + ms, Date.now() + ms];
  return { leftMs: () => Math.min(runEnd - performance.now(), wallEnd - Date.now()) };
}

/** Leaves an adapter that heeds the signal a moment to say itself what became of the message. */
const LAST_WORD_MS = 200;

/**
 * One post or edit, ended by its deadline or by `cut`. An adapter that does not return in time counts as uncertain; when it still
 * says afterwards that the message landed, `onLate` hears of it.
 */
export async function attemptPost(
  adapter: Adapter,
  delivery: Delivery,
  deadline: Deadline,
  cut: AbortSignal,
  onLate: (ref: string) => void,
): Promise<AttemptEnd> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, Math.max(0, deadline.leftMs()));
  cut.addEventListener("abort", end, { once: true });
  if (cut.aborted) end();
  const handOver = (): void => {
    if (over.signal.aborted || deadline.leftMs() <= 0)
      throw new DeliveryError("try-later", "the attempt's time was over before anything was sent");
  };
  try {
    const posting = hand(adapter, delivery, { signal: over.signal, handOver });
    const outcome = await Promise.race([
      posting.then((ref): AttemptEnd => ({ kind: "posted", ref }), failureOf),
      noAnswer(over.signal),
    ]);
    if (outcome === NO_ANSWER) posting.then(onLate, () => undefined);
    return outcome;
  } finally {
    clearTimeout(timer);
    cut.removeEventListener("abort", end);
  }
}

async function hand(adapter: Adapter, delivery: Delivery, attempt: Attempt): Promise<string> {
  const { aim } = delivery;
  if (aim.kind !== "edit") return await adapter.post(delivery, attempt);
  await adapter.edit(delivery, aim.ref, attempt);
  return aim.ref;
}

const NO_ANSWER: AttemptEnd = { kind: "uncertain", reason: "no answer in time", retryAfterMs: 0 };

async function noAnswer(over: AbortSignal): Promise<AttemptEnd> {
  await new Promise((resolve) => {
    over.addEventListener("abort", () => setTimeout(resolve, LAST_WORD_MS), { once: true });
    if (over.aborted) setTimeout(resolve, LAST_WORD_MS);
  });
  return NO_ANSWER;
}

function failureOf(error: unknown): AttemptEnd {
  if (error instanceof DeliveryError)
    return { kind: error.kind, reason: error.message, retryAfterMs: error.retryAfterMs };
  return {
    kind: "uncertain",
    reason: error instanceof Error ? error.message : String(error),
    retryAfterMs: 0,
  };
}
