import { type Aim, type Delivery, NEW } from "../adapter.ts";
import type { Sending } from "../store/sending.ts";
import { type AttemptEnd, attemptPost, type Deadline, deadlineFromNow } from "./attempt.ts";
import { backOffMs } from "./back-off.ts";
import { compose, type OutboxHead } from "./compose.ts";
import { workOnDetails } from "./deliver-detail.ts";
import { continueEdit, startEdit } from "./deliver-edit.ts";
import { lookBack, settleShown } from "./look-back.ts";
import { lookFor } from "./look-for.ts";
import { toItem } from "./item.ts";
import { deliveryKey, namespaceOf } from "./key.ts";
import type { DeliverDeps, Run, Step } from "./run.ts";

export type { DeliverDeps } from "./run.ts";

/** How much of an outbox is looked at: a digest lists no more than this. */
const WINDOW = 1000;
/** Of the entries of a digest in a line of the log. */
const MOST_NAMED = 10;
/** An attempt after so many that were told to come later is worth a warning. */
const TROUBLING_FROM = 3;

/**
 * Sends what waits in a channel's outbox, in order, one message at a time. Returns null when there is nothing more to do, or
 * after how many ms to look again. Whatever dies at whatever instant, the next run finds out what became of the message.
 */
export async function drainChannel(deps: DeliverDeps, channel: string, signal: AbortSignal): Promise<number | null> {
  const epoch = await deps.channels.delivery.takeOver(channel);
  if (epoch === null) return null;
  const run: Run = { deps, channel, epoch };
  for (;;) {
    if (signal.aborted) return 0;
    const step = await nextStep(run);
    if (step !== "on") return step;
  }
}

async function nextStep(run: Run): Promise<Step> {
  const { deps, channel, epoch } = run;
  const head = await deps.channels.delivery.head(channel, epoch, WINDOW);
  switch (head.kind) {
    case "stale":
    case "paused":
    case "empty":
      return null;
    case "sending":
      return await continueDelivery(run, head.sending, head.nowMs);
    case "pending": {
      const looked = await lookBack(run, head);
      return looked === "on" ? await startDelivery(run, head) : looked;
    }
    case "edit":
      return await startEdit(run, head.item, head);
    case "detail":
      return await workOnDetails(run, head.digest, head.left, head);
  }
}

async function startDelivery(run: Run, head: OutboxHead): Promise<Step> {
  const { deps, channel, epoch } = run;
  const composed = await compose(deps, channel, head);
  if (composed.kind === "withdraw") {
    const { result } = await deps.channels.delivery.withdraw(channel, epoch, composed.withdrawals);
    return result === "stale" ? null : "on";
  }
  const { message, items, plan, details } = composed;
  const met = await settleShown(run, message, items);
  if (met !== "nothing") return met;
  const ids = items.map(({ id }) => id);
  const key = deliveryKey(namespaceOf(deps), channel, ids, 0, generationOf(ids));
  const { attemptMs } = deps;
  const deadline = deadlineFromNow(attemptMs);
  const { result, nowMs } = await deps.channels.delivery.begin(channel, epoch, {
    key,
    message,
    items,
    attemptMs,
    plan,
    details,
  });
  if (result !== "ok") return result === "stale" ? null : "on";
  const delivery: Delivery = { key, channel, message, aim: NEW, firstAttemptAtMs: nowMs, attemptAtMs: nowMs };
  return await attempt(run, delivery, ids, deadline, 1);
}

function generationOf(items: readonly string[]): number {
  return Math.max(...items.map(toItem).map((item) => (item.kind === "entry" ? item.generation : 0)));
}

/** A delivery that was begun before, by whomever. */
async function continueDelivery(run: Run, sending: Sending, nowMs: number): Promise<Step> {
  const { restoration } = run.deps;
  const isOld = restoration !== null && sending.attemptAtMs < restoration.restoredAtMs;
  // What surely had not landed when a backup was taken may have landed since.
  if (sending.phase === "waiting" && !isOld) {
    return nowMs < sending.notBeforeMs ? sending.notBeforeMs - nowMs : await repeat(run, sending);
  }
  const settledAtMs = sending.deadlineAtMs + run.deps.settleMs;
  if (nowMs < settledAtMs) return settledAtMs - nowMs;
  const { aim } = toDelivery(run.channel, sending);
  if (aim.kind === "edit") return await continueEdit(run, sending, aim);
  const delivery = toDelivery(run.channel, sending);
  // An adapter may remember how far it had looked since that attempt.
  const found = await lookFor(run, isOld ? { ...delivery, attemptAtMs: restoration.restoredAtMs } : delivery);
  switch (found.kind) {
    case "landed":
      return await settle(
        run,
        aboutSending(run.channel, sending),
        { kind: "posted", ref: found.ref },
        sending.attempts,
      );
    case "absent":
    case "safe-to-repeat":
      return await repeat(run, sending);
    case "ask-later":
      return Math.max(found.ms, 100);
    case "cannot-know":
      return await hold(run, sending, found.reason);
  }
}

function toDelivery(channel: string, sending: Sending): Delivery {
  const { key, message, firstAttemptAtMs, attemptAtMs } = sending;
  const aim = sending.aim === "" ? NEW : (JSON.parse(sending.aim) as Aim);
  return { key, channel, message, aim, firstAttemptAtMs, attemptAtMs };
}

/** Sends the very same bytes again. */
async function repeat(run: Run, sending: Sending): Promise<Step> {
  const { deps, channel, epoch } = run;
  const deadline = deadlineFromNow(deps.attemptMs);
  const n = sending.attempts + 1;
  const { result, nowMs } = await deps.channels.delivery.beginAgain(channel, epoch, sending.key, n, deps.attemptMs);
  if (result !== "ok") return result === "stale" ? null : "on";
  const delivery = { ...toDelivery(channel, sending), attemptAtMs: nowMs };
  return await attempt(run, delivery, sending.items, deadline, n);
}

/** By what the lines about a delivery, and those of the feed it came from, belong together. */
interface About {
  readonly channel: string;
  readonly key: string;
  readonly entries: readonly string[];
}

function aboutSending(channel: string, { key, items }: Sending): About {
  return { channel, key, entries: entriesOf(items) };
}

/** Of a long digest the first and the last. */
function entriesOf(items: readonly string[]): readonly string[] {
  return items.length <= MOST_NAMED ? items : [...items.slice(0, MOST_NAMED - 1), "…", ...items.slice(-1)];
}

async function attempt(
  run: Run,
  delivery: Delivery,
  items: readonly string[],
  deadline: Deadline,
  attempts: number,
): Promise<Step> {
  const { deps, channel, epoch } = run;
  const { key } = delivery;
  const about = { channel, key, entries: entriesOf(items) };
  deps.log.debug({ ...about, attempts }, "sending");
  const onLate = (ref: string): void => {
    deps.channels.delivery.settle(channel, epoch, key, { state: "posted", ref }).catch((error: unknown) => {
      deps.log.error({ ...about, err: error }, "a late post could not be noted");
    });
  };
  const end = await attemptPost(deps.adapter, delivery, deadline, deps.cut, onLate);
  if (end.kind === "message-rejected" && items.length > 1) return await scatter(run, about, end.reason);
  return await settle(run, about, end, attempts);
}

/** The fault may be in one entry of a digest, and the others must not suffer for it. */
async function scatter(run: Run, about: About, reason: string): Promise<Step> {
  run.deps.onSent?.({ kind: "post", end: "message-rejected", waitedMs: null });
  run.deps.log.warn({ ...about, reason }, "digest refused: its entries go one by one");
  const { result } = await run.deps.channels.delivery.scatter(run.channel, run.epoch, about.key);
  return result === "stale" ? null : "on";
}

async function settle(run: Run, about: About, end: AttemptEnd, attempts: number): Promise<Step> {
  const { deps, channel, epoch } = run;
  const { key } = about;
  if (end.kind === "posted") {
    const settled = await deps.channels.delivery.settle(channel, epoch, key, { state: "posted", ref: end.ref });
    const waitedMs = settled.offeredAtMs === null ? null : settled.nowMs - settled.offeredAtMs;
    deps.onSent?.({ kind: "post", end: "posted", waitedMs });
    deps.log.info({ ...about, attempts, waitedMs, ref: end.ref }, "posted");
    return "on";
  }
  deps.onSent?.({ kind: "post", end: end.kind, waitedMs: null });
  // To be told to come later is everyday.
  const level = end.kind === "try-later" && attempts < TROUBLING_FROM ? "info" : "warn";
  deps.log[level]({ ...about, failure: end.kind, reason: end.reason, attempts }, "post failed");
  switch (end.kind) {
    case "message-rejected":
      await deps.channels.delivery.settle(channel, epoch, key, {
        state: "rejected",
        why: end.reason,
        notice: "",
      });
      return "on";
    case "try-later":
      await deps.channels.delivery.defer(
        channel,
        epoch,
        key,
        Math.max(end.retryAfterMs, backOffMs(attempts)),
        end.reason,
      );
      return "on";
    case "channel-unusable":
      await deps.channels.delivery.defer(channel, epoch, key, 0, end.reason, "pause");
      return null;
    case "uncertain":
      // It stays `sending`: the next step waits until the message can be looked for.
      return "on";
  }
}

async function hold(run: Run, sending: Sending, reason: string): Promise<Step> {
  const { deps, channel, epoch } = run;
  const text = `One message was set aside, since it cannot be known whether it reached this channel: ${reason}.`;
  // A notice about a notice would never end.
  const notice = sending.items.every((id) => id.startsWith("!")) ? "" : text;
  const { result } = await deps.channels.delivery.settle(channel, epoch, sending.key, {
    state: "held",
    why: reason,
    notice,
  });
  deps.onSent?.({ kind: "post", end: "held", waitedMs: null });
  deps.log.warn({ ...aboutSending(channel, sending), reason }, "post held: nobody knows whether it landed");
  return result === "stale" ? null : "on";
}
