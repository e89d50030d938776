import type { Aim, Delivery } from "../adapter.ts";
import type { ChannelTime } from "../store/delivery-store.ts";
import type { Sending } from "../store/sending.ts";
import { attemptPost, type Deadline, deadlineFromNow } from "./attempt.ts";
import { composeEdit } from "./compose-edit.ts";
import { shownHash } from "../store/lua.ts";
import { deliveryKey, namespaceOf } from "./key.ts";
import type { Run, Step } from "./run.ts";

/** An edit that is never answered must not hold up posts: after so many attempts it waits again, and longer. */
const ATTEMPTS = 3;
const LONG_WAITS = 10;

/** An edit is due, and nothing else waits. */
export async function startEdit(run: Run, item: string, time: ChannelTime): Promise<Step> {
  const { deps, channel, epoch } = run;
  const composed = await composeEdit(deps, channel, item, time);
  if (composed.kind === "drop") {
    const { result } = await deps.channels.edits.drop(channel, epoch, item, composed.rev, composed.why);
    return result === "stale" ? null : "on";
  }
  const { message, aim, rev } = composed;
  // Other bytes are another edit, also of the same change: the channel may want it to look another way by now.
  const key = deliveryKey(namespaceOf(deps), channel, [item, shownHash(message)], 0, rev);
  const deadline = deadlineFromNow(deps.attemptMs);
  const edit = { key, message, aim: JSON.stringify(aim), item, rev };
  const begun = await deps.channels.edits.begin(channel, epoch, edit, deps.attemptMs);
  if (begun.result !== "ok") return begun.result === "stale" ? null : "on";
  const delivery = { key, channel, message, aim, firstAttemptAtMs: begun.nowMs, attemptAtMs: begun.nowMs };
  return await attempt(run, delivery, [item], deadline);
}

/**
 * An edit of which nobody heard what became of it, past its deadline and settling time. Made again it is made once, so the same bytes
 * go again and nobody looks for it. What an earlier attempt might still do is over by now, so that no older text comes
 * after a newer one.
 */
export async function continueEdit(run: Run, sending: Sending, aim: Aim): Promise<Step> {
  const { deps, channel, epoch } = run;
  const { key, message, firstAttemptAtMs } = sending;
  if (sending.attempts >= ATTEMPTS) {
    deps.log.warn({ channel, key }, "edit put off: nobody says whether it landed");
    const put = await deps.channels.edits.defer(channel, epoch, key, 0, "", LONG_WAITS);
    return put.result === "stale" ? null : "on";
  }
  const deadline = deadlineFromNow(deps.attemptMs);
  const again = await deps.channels.delivery.beginAgain(channel, epoch, key, sending.attempts + 1, deps.attemptMs);
  if (again.result !== "ok") return again.result === "stale" ? null : "on";
  const delivery = { key, channel, message, aim, firstAttemptAtMs, attemptAtMs: again.nowMs };
  return await attempt(run, delivery, sending.items, deadline);
}

async function attempt(run: Run, delivery: Delivery, items: readonly string[], deadline: Deadline): Promise<Step> {
  const { deps, channel, epoch } = run;
  const { edits } = deps.channels;
  const { key } = delivery;
  const about = { channel, key, entries: items.map((item) => item.replace(/^~/, "")) };
  deps.log.debug(about, "sending an edit");
  const onLate = (): void => {
    edits.settle(channel, epoch, key, null).catch((error: unknown) => {
      deps.log.error({ ...about, err: error }, "a late edit could not be noted");
    });
  };
  const end = await attemptPost(deps.adapter, delivery, deadline, deps.cut, onLate);
  deps.onSent?.({ kind: "edit", end: end.kind, waitedMs: null });
  if (end.kind === "posted") {
    await edits.settle(channel, epoch, key, null);
    deps.log.info(about, "edited");
    return "on";
  }
  const level = end.kind === "try-later" ? "info" : "warn";
  deps.log[level]({ ...about, failure: end.kind, reason: end.reason }, "edit failed");
  switch (end.kind) {
    case "message-rejected":
      return await refuse(run, key, end.reason);
    case "try-later":
      await edits.defer(channel, epoch, key, end.retryAfterMs, end.reason);
      return "on";
    case "channel-unusable":
      await edits.defer(channel, epoch, key, end.retryAfterMs, end.reason, 1, "pause");
      return null;
    case "uncertain":
      // It stays `sending`, see `continueEdit`.
      return "on";
  }
}

async function refuse(run: Run, key: string, why: string): Promise<Step> {
  const { result } = await run.deps.channels.edits.settle(run.channel, run.epoch, key, why);
  return result === "stale" ? null : "on";
}
