import type { Delivery } from "../adapter.ts";
import type { DetailAttempt, DetailsLeft } from "../store/channel-details.ts";
import type { ChannelTime } from "../store/delivery-store.ts";
import type { Change } from "../store/script.ts";
import { attemptPost, deadlineFromNow } from "./attempt.ts";
import { backOffMs } from "./back-off.ts";
import { composeDetails } from "./compose-detail.ts";
import { deliveryKey, namespaceOf } from "./key.ts";
import { lookFor } from "./look-for.ts";
import type { Run, Step } from "./run.ts";

/** Of what stands in the list anyway, nobody needs more so long after it. */
const KEPT_MS = 86_400_000;

/**
 * The thread of a digest, when nothing else waits. What its messages come to changes nothing but their own rows: no pause, no notice, no
 * person is asked. While nobody knows whether one landed it waits apart, and posts go on.
 */
export async function workOnDetails(
  run: Run,
  digest: string,
  left: DetailsLeft | null,
  time: ChannelTime,
): Promise<Step> {
  const { deps, channel, epoch } = run;
  const { details } = deps.channels;
  const part = left?.part ?? 0;
  const drop = async (why: string): Promise<Step> => next(await details.drop(channel, epoch, digest, part, why));
  if (left === null) return await drop("nobody knows its digest any more");
  // Posted since the backup was taken, perhaps, or in part.
  if (left.at < (deps.restoration?.restoredAtMs ?? 0))
    return await drop("the state was restored from a backup meanwhile");
  if (time.nowMs - left.at > KEPT_MS) return await drop("too late for it");
  if (left.attempt !== undefined) return await goOn(run, digest, left, left.attempt);
  const composed = await composeDetails(deps, channel, left.entries, time);
  if (composed.kind === "drop") return await drop(composed.why);
  const key = deliveryKey(namespaceOf(deps), channel, [`+${digest}`], part, 0);
  return await send(run, digest, left, { ...composed, key, n: 0, first: 0 });
}

/** One that was begun before, by whomever; its deadline and settling time, or its wait, are over. */
async function goOn(run: Run, digest: string, left: DetailsLeft, begun: DetailAttempt): Promise<Step> {
  if (begun.phase === "waiting") return await send(run, digest, left, begun);
  const { deps, channel, epoch } = run;
  const { details } = deps.channels;
  const { key, first, last } = begun;
  const found = await lookFor(run, { ...deliveryOf(run, left, begun), firstAttemptAtMs: first, attemptAtMs: last });
  switch (found.kind) {
    case "landed":
      return next(await details.landed(channel, digest, key, found.ref));
    case "absent":
    case "safe-to-repeat":
      return await send(run, digest, left, begun);
    case "ask-later": {
      const later = { digest, key, phase: "attempting", ms: Math.max(found.ms, 100) } as const;
      return next(await details.defer(channel, epoch, later));
    }
    case "cannot-know": {
      const why = `it cannot be known whether it landed: ${found.reason}`;
      return next(await details.refuse(channel, epoch, { digest, key, why, isAll: false }));
    }
  }
}

type Sent = Pick<DetailAttempt, "key" | "message" | "taken" | "n" | "first">;

/** The same bytes each time. */
async function send(run: Run, digest: string, left: DetailsLeft, sent: Sent): Promise<Step> {
  const { deps, channel, epoch } = run;
  const { details } = deps.channels;
  const { key, taken } = sent;
  const n = sent.n + 1;
  const deadline = deadlineFromNow(deps.attemptMs);
  const begin = { digest, key, message: n === 1 ? sent.message : "", taken, n };
  const begun = await details.begin(channel, epoch, begin, deps.attemptMs, deps.settleMs);
  if (begun.result !== "ok") return next(begun);
  const { nowMs } = begun;
  const delivery = {
    ...deliveryOf(run, left, sent),
    firstAttemptAtMs: n === 1 ? nowMs : sent.first,
    attemptAtMs: nowMs,
  };
  const onLate = (ref: string): void => {
    details.landed(channel, digest, key, ref).catch((error: unknown) => {
      deps.log.error({ err: error, channel, key, digest }, "a late message in a thread could not be noted");
    });
  };
  const end = await attemptPost(deps.adapter, delivery, deadline, deps.cut, onLate);
  deps.onSent?.({ kind: "detail", end: end.kind, waitedMs: null });
  if (end.kind === "posted") {
    deps.log.info({ channel, key, digest }, "posted in a thread");
    return next(await details.landed(channel, digest, key, end.ref));
  }
  const level = end.kind === "try-later" ? "info" : "warn";
  deps.log[level](
    { channel, key, digest, failure: end.kind, reason: end.reason, attempts: n },
    "a message for a thread failed",
  );
  switch (end.kind) {
    case "message-rejected":
    case "channel-unusable": {
      // A thread that takes nothing takes no more of it either.
      const isAll = end.kind === "channel-unusable";
      return next(await details.refuse(channel, epoch, { digest, key, why: end.reason, isAll }));
    }
    case "try-later": {
      const ms = Math.max(end.retryAfterMs, backOffMs(n));
      return next(await details.defer(channel, epoch, { digest, key, phase: "waiting", ms }));
    }
    case "uncertain":
      // It is due again when it can be looked for.
      return "on";
  }
}

function deliveryOf(
  { channel }: Run,
  { ref }: DetailsLeft,
  { key, message }: Sent,
): Pick<Delivery, "key" | "channel" | "message" | "aim"> {
  return { key, channel, message, aim: { kind: "thread", ref } };
}

function next({ result }: Change): Step {
  return result === "stale" ? null : "on";
}
