import type { types } from "@slack/bolt";
import { type Attempt, type Delivery, DeliveryError } from "../../src/adapter.ts";
import { toDeliveryError } from "./failures.ts";
import type { Installation } from "./installation.ts";
import type { SlackMessage } from "./message.ts";
import type { Pace } from "./pace.ts";
import { type CallArguments, SlackFailure, type SlackMethod, type Web } from "./web.ts";

export const EVENT_TYPE = "planetwire_delivery";
const MARK = "pw";

export interface PostDeps {
  readonly web: Web;
  readonly pace: Pace;
  readonly installation: Installation;
}

interface PostAnswer {
  readonly ok?: boolean;
  readonly ts?: string;
}

/** The second mark of a delivery, beside its metadata: the ids of its blocks. */
function blockId(key: string, index: number): string {
  return `${MARK}.${key}.${String(index)}`;
}

/** Whether it is a block of any delivery. */
export function isMarkedAtAll(block: unknown): boolean {
  const id = (block as { block_id?: unknown } | null)?.block_id;
  return typeof id === "string" && id.startsWith(`${MARK}.`);
}

export function isMarked(block: unknown, key: string): boolean {
  const id = (block as { block_id?: unknown } | null)?.block_id;
  return typeof id === "string" && id.startsWith(`${MARK}.${key}.`);
}

/** Sends a delivery once and returns the message's `ts`. */
export async function postDelivery(deps: PostDeps, delivery: Delivery, attempt: Attempt): Promise<string> {
  const conversation = await deps.installation.conversationOf(delivery.channel);
  await deps.pace.turn(conversation, attempt.signal);
  const paced: Attempt = {
    signal: attempt.signal,
    handOver: () => {
      attempt.handOver();
      deps.pace.took(conversation);
    },
  };
  const message = JSON.parse(delivery.message) as SlackMessage;
  const args = {
    channel: conversation,
    metadata: { event_type: EVENT_TYPE, event_payload: { key: delivery.key } },
    unfurl_links: false,
    unfurl_media: false,
    parse: "none",
    link_names: false,
    mrkdwn: false,
    ...(delivery.aim.kind === "thread" ? { thread_ts: delivery.aim.ref } : {}),
  };
  const { ts }: PostAnswer = await sendVariants(deps, "chat.postMessage", args, message, delivery.key, paced);
  if (ts === undefined) throw new DeliveryError("uncertain", "Slack accepted the message without saying its ts");
  return ts;
}

/**
 * Slack shows no “edited” on a message with blocks (https://docs.slack.dev/reference/methods/chat.update), so it says that itself. Only new messages
 * are held to one a second.
 */
export async function editMessage(deps: PostDeps, delivery: Delivery, ref: string, attempt: Attempt): Promise<void> {
  const conversation = await deps.installation.conversationOf(delivery.channel);
  const message = JSON.parse(delivery.message) as SlackMessage;
  const args = { channel: conversation, ts: ref, parse: "none", link_names: false };
  const marked = { ...message, blocks: markedEdited(message.blocks) };
  await sendVariants(deps, "chat.update", args, marked, delivery.key, attempt);
}

/** Behind the last line of small print. */
function markedEdited(blocks: readonly types.KnownBlock[]): readonly types.KnownBlock[] {
  const mark: types.PlainTextElement = { type: "plain_text", text: "edited", emoji: false };
  const last = blocks.at(-1);
  return last?.type === "context"
    ? [...blocks.slice(0, -1), { ...last, elements: [...last.elements, mark] }]
    : [...blocks, { type: "context", elements: [mark] }];
}

/**
 * Slack refuses blocks as a whole when it cannot fetch one picture of them. The refusal is sure, so the same message goes again
 * without pictures, and at last as text alone: better plain than not at all.
 */
async function sendVariants(
  deps: PostDeps,
  method: SlackMethod,
  args: CallArguments,
  message: SlackMessage,
  key: string,
  attempt: Attempt,
): Promise<PostAnswer> {
  const withIds = message.blocks.map((block, i) => ({ ...block, block_id: blockId(key, i) }));
  const withoutImages = withIds.filter((block) => block.type !== "image");
  const variants: (readonly types.KnownBlock[] | null)[] = [
    withIds,
    ...(withoutImages.length < withIds.length ? [withoutImages] : []),
    null,
  ];
  // An edit calls nobody.
  const isCalling = method === "chat.postMessage" && message.mention !== undefined;
  const plainText = isCalling ? `${message.mention} ${message.text}` : message.text;
  for (const [i, blocks] of variants.entries()) {
    try {
      return await deps.web.call(
        method,
        { ...args, ...(blocks === null ? { text: plainText } : { text: message.text, blocks }) },
        attempt,
      );
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      const isLast = i === variants.length - 1;
      if (error.failure.code === "invalid_blocks" && !isLast) continue;
      await deps.installation.noticeFailure(error.failure);
      throw toDeliveryError(error.failure, error);
    }
  }
  throw new DeliveryError("message-rejected", "Slack takes no form of this message");
}
