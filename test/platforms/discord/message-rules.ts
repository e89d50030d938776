import { apiErrors, invalidForm } from "./api-error.ts";
import { checkComponents } from "./component-rules.ts";
import { checkEmbeds } from "./embed-rules.ts";
import { Fields } from "./fields.ts";
import { isJson, type Json, listOf, numberOf } from "./json.ts";

/** Resources / Message, "Message Flags". */
export const messageFlag = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  componentsV2: 1 << 15,
} as const;

const MOST_CONTENT_CHARS = 2000;
const MOST_NONCE_CHARS = 25;
/** "Create Message": the maximum request size is 25 MiB; far less fits into what we send. */
export const MOST_BODY_BYTES = 25 * 1024 * 1024;

/**
 * Resources / Message, "Create Message" and "Edit Message": throws 50035 with all that does not fit, 50006 when nothing is
 * said. `flags` are those that hold after the change: the components flag can be set, never taken away.
 */
export function checkMessage(body: Json, flags: number): void {
  const fields = new Fields();
  const isV2 = (flags & messageFlag.componentsV2) !== 0;
  if (isV2) checkNothingElse(fields, body);
  fields.optionalLength(["content"], body["content"], MOST_CONTENT_CHARS);
  checkEmbeds(fields, listOf(body["embeds"]));
  checkComponents(fields, listOf(body["components"]), isV2);
  checkNonce(fields, body["nonce"]);
  checkAllowedMentions(fields, body["allowed_mentions"]);
  if (fields.found.length > 0) throw invalidForm(fields.found);
}

/** 50006: a message needs content, embeds, components, stickers, files or a poll. */
export function checkNotEmpty(body: Json): void {
  const hasContent = typeof body["content"] === "string" && body["content"].trim() !== "";
  if (!hasContent && listOf(body["embeds"]).length === 0 && listOf(body["components"]).length === 0)
    throw apiErrors.emptyMessage();
}

/** Components / Reference, "What is IS_COMPONENTS_V2": `content`, `embeds`, `poll` and `sticker_ids` are refused with it. */
function checkNothingElse(fields: Fields, body: Json): void {
  const isSaid = (value: unknown): boolean =>
    value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
  for (const name of ["content", "embeds", "poll", "sticker_ids"])
    if (isSaid(body[name]))
      fields.add(
        [name],
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        `The '${name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
      );
}

/** "Create Message", `nonce`: an integer or a string of up to 25 characters. */
function checkNonce(fields: Fields, nonce: unknown): void {
  if (nonce === undefined || nonce === null || Number.isInteger(nonce)) return;
  if (typeof nonce !== "string" || nonce.length > MOST_NONCE_CHARS)
    fields.add(["nonce"], "NONCE_TYPE_TOO_LONG", `Must be ${String(MOST_NONCE_CHARS)} or fewer in length.`);
}

/** Resources / Message, "Allowed Mentions Object": a type in `parse` excludes the list of ids of that type. */
function checkAllowedMentions(fields: Fields, value: unknown): void {
  if (value === undefined || value === null) return;
  const mentions = isJson(value) ? value : {};
  const parse = listOf(mentions["parse"]);
  for (const [i, type] of parse.entries())
    if (type !== "roles" && type !== "users" && type !== "everyone")
      fields.add(
        ["allowed_mentions", "parse", i],
        "BASE_TYPE_CHOICES",
        "Value must be one of {'users', 'roles', 'everyone'}.",
      );
  for (const type of ["roles", "users"]) {
    fields.count(["allowed_mentions", type], listOf(mentions[type]), 0, 100);
    if (parse.includes(type) && listOf(mentions[type]).length > 0)
      fields.add(
        ["allowed_mentions"],
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        `parse:["${type}"] and ${type}: [ids...] are mutually exclusive.`,
      );
  }
}

export function flagsOf(body: Json): number {
  const flags = numberOf(body["flags"]);
  return Number.isNaN(flags) ? 0 : flags;
}
