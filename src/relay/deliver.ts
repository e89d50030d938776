import { type Aim, type Delivery, NEW } from "../adapter.ts";
import type { Sending } from "../store/sending.ts";
import { type AttemptEnd, attemptPost, type Deadline, deadlineFromNow } from "./attempt.ts";
import { backOffMs } from "./back-off.ts";
import { compose, type OutboxHead } from "./compose.ts";
import { workOnDetails } from "./deliver-detail.ts";
import { continueEdit, startEdit } from "./deliver-edit.ts";
import { lookFor } from "./look-for.ts";
import { toItem } from "./item.ts";
import { deliveryKey } from "./key.ts";
import type { DeliverDeps, Run, Step } from "./run.ts";

export type { DeliverDeps } from "./run.ts";

/** How much of an outbox is looked at: a digest lists no more than this. */
const WINDOW = 1000;

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
    case "pending":
      return await startDelivery(run, head);
    case "edit":
      return await startEdit(run, head.item, head.nowMs);
    case "detail":
      return await workOnDetails(run, head.digest, head.left, head.nowMs);
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
  const ids = items.map(({ id }) => id);
  const key = deliveryKey(deps.installation, channel, ids, 0, generationOf(ids));
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
  return await attempt(run, delivery, items.length, deadline, 1);
}

function generationOf(items: readonly string[]): number {
  return Math.max(...items.map(toItem).map((item) => (item.kind === "entry" ? item.generation : 0)));
}

/** A delivery that was begun before, by whomever. */
async function continueDelivery(run: Run, sending: Sending, nowMs: number): Promise<Step> {
  if (sending.phase === "waiting") {
    return nowMs < sending.notBeforeMs ? sending.notBeforeMs - nowMs : await repeat(run, sending);
  }
  const settledAtMs = sending.deadlineAtMs + run.deps.settleMs;
  if (nowMs < settledAtMs) return settledAtMs - nowMs;
  const { aim } = toDelivery(run.channel, sending);
  if (aim.kind === "edit") return await continueEdit(run, sending, aim);
  const found = await lookFor(run, toDelivery(run.channel, sending));
  switch (found.kind) {
    case "landed":
      return await settle(run, sending.key, { kind: "posted", ref: found.ref }, sending.attempts);
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
  return await attempt(run, delivery, sending.items.length, deadline, n);
}

async function attempt(
  run: Run,
  delivery: Delivery,
  itemCount: number,
  deadline: Deadline,
  attempts: number,
): Promise<Step> {
  const { deps, channel, epoch } = run;
  const onLate = (ref: string): void => {
    deps.channels.delivery.settle(channel, epoch, delivery.key, { state: "posted", ref }).catch((error: unknown) => {
      deps.log.error({ err: error, channel, key: delivery.key }, "a late post could not be noted");
    });
  };
  const end = await attemptPost(deps.adapter, delivery, deadline, deps.cut, onLate);
  if (end.kind === "message-rejected" && itemCount > 1) return await scatter(run, delivery.key, end.reason);
  return await settle(run, delivery.key, end, attempts);
}

/** The fault may be in one entry of a digest, and the others must not suffer for it. */
async function scatter(run: Run, key: string, reason: string): Promise<Step> {
  run.deps.log.warn({ channel: run.channel, key, reason }, "digest refused: its entries go one by one");
  const { result } = await run.deps.channels.delivery.scatter(run.channel, run.epoch, key);
  return result === "stale" ? null : "on";
}

async function settle(run: Run, key: string, end: AttemptEnd, attempts: number): Promise<Step> {
  const { deps, channel, epoch } = run;
  if (end.kind === "posted") {
    await deps.channels.delivery.settle(channel, epoch, key, { state: "posted", ref: end.ref });
    deps.log.info({ channel, key }, "posted");
    return "on";
  }
  deps.log.warn({ channel, key, failure: end.kind, reason: end.reason, attempts }, "post failed");
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
  deps.log.warn({ channel, key: sending.key, reason }, "post held: nobody knows whether it landed");
  return result === "stale" ? null : "on";
}
