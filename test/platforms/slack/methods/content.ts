import { SlackFault, TooMany } from "../fault.ts";
import { type Fields, isFields, parsedArgument, textOf } from "../json.ts";
import { lengthOfBlocks, MOST_BLOCK_CHARS, problemsOfBlocks } from "../rules/blocks.ts";
import type { Slack } from "../slack.ts";

export interface Content {
  readonly text: string;
  readonly blocks: readonly Fields[];
}

const MOST_TEXT_CHARS = 40_000;
/** No document says how much metadata may hold, only that there is a limit; little is allowed here so that nothing relies on more. */
const MOST_METADATA_CHARS = 3000;

/**
 * Text and blocks of a message: `no_text` without either, `msg_too_long`, `msg_blocks_too_long`, `invalid_blocks_format` for
 * what is no JSON, `invalid_blocks` for what breaks a rule or shows an image that cannot be fetched.
 * https://docs.slack.dev/reference/methods/chat.postMessage (errors)
 */
export function contentOf(slack: Slack, args: Fields): Content {
  const text = textOf(args, "text");
  const blocks = blocksOf(slack, args);
  if (text.trim() === "" && blocks.length === 0) throw new SlackFault("no_text");
  if (text.length > MOST_TEXT_CHARS) throw new SlackFault("msg_too_long");
  return { text, blocks };
}

function blocksOf(slack: Slack, args: Fields): readonly Fields[] {
  const value = jsonOf(args, "blocks", "invalid_blocks_format");
  if (value === undefined) return [];
  const problems = problemsOfBlocks(value, "message");
  if (!Array.isArray(value) || problems.length > 0) throw invalidBlocks(problems);
  const blocks = value.filter(isFields);
  if (lengthOfBlocks(blocks) > MOST_BLOCK_CHARS) throw new SlackFault("msg_blocks_too_long");
  const broken = JSON.stringify(blocks).match(/"image_url":"[^"]*"/g) ?? [];
  if (broken.some((one) => [...slack.brokenImages].some((url) => one.includes(JSON.stringify(url)))))
    throw invalidBlocks(["[ERROR] downloading image failed [json-pointer:/blocks]"]);
  return blocks;
}

function invalidBlocks(messages: readonly string[]): SlackFault {
  return new SlackFault("invalid_blocks", { response_metadata: { messages } });
}

/** `metadata`: an event type and a payload of plain values (https://docs.slack.dev/messaging/message-metadata). */
export function metadataOf(args: Fields): Fields | null {
  const value = jsonOf(args, "metadata", "invalid_metadata_format");
  if (value === undefined) return null;
  if (!isFields(value) || textOf(value, "event_type") === "" || !isFields(value["event_payload"]))
    throw new SlackFault("invalid_metadata_schema");
  if (JSON.stringify(value).length > MOST_METADATA_CHARS) throw new SlackFault("metadata_too_large");
  return value;
}

export function jsonOf(args: Fields, name: string, code: string): unknown {
  try {
    return parsedArgument(args, name);
  } catch {
    throw new SlackFault(code);
  }
}

/** A request that is cut off: nobody hears an answer. */
export class Cut extends Error {
  override readonly name = "Cut";
}

/** HTTP 500 of a proxy in front of the API. */
export class ServerError extends Error {
  override readonly name = "ServerError";
}

/**
 * Takes a message or an edit with whatever trouble is due. `accept` puts it into the channel and returns its ts.
 */
export async function acceptWithTrouble(slack: Slack, channel: string, accept: () => string): Promise<string> {
  const { trouble } = slack;
  const fate = trouble.fate();
  if (fate === "429") throw new TooMany(1);
  if (fate === "500") throw new ServerError();
  if (fate === "rejected") throw new SlackFault("msg_too_long");
  if (fate === "cut before") throw new Cut();
  if (fate === "late") {
    setTimeout(() => void accept(), trouble.settings.lateMs).unref();
    throw new Cut();
  }
  const ts = accept();
  await trouble.onAccepted(channel, ts);
  if (fate === "cut after") throw new Cut();
  // "It's possible some aspect of the operation succeeded before the error was raised": fatal_error and internal_error.
  if (fate === "error after") throw new SlackFault(trouble.random() < 0.5 ? "internal_error" : "fatal_error");
  return ts;
}
