import { type Fields, isFields, listOf, textOf } from "../json.ts";
import { checkElement, checkImage } from "./elements.ts";
import { checkLength, checkText, type Report } from "./objects.ts";
import { checkRichText } from "./rich-text.ts";

export type Surface = "message" | "modal";

/** https://docs.slack.dev/reference/block-kit/blocks: 50 blocks in a message, 100 in a modal. */
const MOST_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100 };
const accessories = ["button", "image", "external_select", "static_select"];

/** https://docs.slack.dev/reference/block-kit/blocks/section-block: text 3000, or up to 10 fields of 2000. */
function checkSection(block: Fields, report: Report, pointer: string): void {
  const fields = listOf(block, "fields");
  if (!("text" in block) && fields.length === 0) report("needs text or fields", pointer);
  if ("text" in block) checkText(block["text"], { max: 3000, plain: false }, report, `${pointer}/text`);
  if (fields.length > 10) report("no more than 10 items allowed", `${pointer}/fields`);
  for (const [i, field] of fields.entries())
    checkText(field, { max: 2000, plain: false }, report, `${pointer}/fields/${String(i)}`);
  if ("accessory" in block) checkElement(block["accessory"], accessories, report, `${pointer}/accessory`);
}

/** https://docs.slack.dev/reference/block-kit/blocks/context-block: 1 to 10 images or texts. */
function checkContext(block: Fields, report: Report, pointer: string): void {
  const elements = listOf(block, "elements");
  if (elements.length < 1 || elements.length > 10) report("needs 1 to 10 items", `${pointer}/elements`);
  for (const [i, element] of elements.entries()) {
    const at = `${pointer}/elements/${String(i)}`;
    if (isFields(element) && element["type"] === "image") checkImage(element, report, at);
    else checkText(element, { max: 3000, plain: false }, report, at);
  }
}

/** https://docs.slack.dev/reference/block-kit/blocks/actions-block: 1 to 25 elements. */
function checkActions(block: Fields, report: Report, pointer: string): void {
  const elements = listOf(block, "elements");
  if (elements.length < 1 || elements.length > 25) report("needs 1 to 25 items", `${pointer}/elements`);
  for (const [i, element] of elements.entries())
    checkElement(element, ["button", "external_select", "static_select"], report, `${pointer}/elements/${String(i)}`);
}

/** https://docs.slack.dev/reference/block-kit/blocks/image-block: alt_text 2000, image_url 3000, title 2000. */
function checkImageBlock(block: Fields, report: Report, pointer: string): void {
  checkImage(block, report, pointer);
  if ("title" in block) checkText(block["title"], { max: 2000, plain: true }, report, `${pointer}/title`);
}

/** https://docs.slack.dev/reference/block-kit/blocks/input-block: label 2000, hint 2000, one element; modals only here. */
function checkInput(block: Fields, report: Report, pointer: string): void {
  checkText(block["label"], { max: 2000, plain: true }, report, `${pointer}/label`);
  if ("hint" in block) checkText(block["hint"], { max: 2000, plain: true }, report, `${pointer}/hint`);
  checkElement(
    block["element"],
    ["plain_text_input", "external_select", "multi_external_select", "static_select", "file_input"],
    report,
    `${pointer}/element`,
  );
}

function checkBlock(block: Fields, surface: Surface, report: Report, pointer: string): void {
  switch (block["type"]) {
    case "section":
      return checkSection(block, report, pointer);
    case "context":
      return checkContext(block, report, pointer);
    case "actions":
      return checkActions(block, report, pointer);
    case "image":
      return checkImageBlock(block, report, pointer);
    case "divider":
      return undefined;
    case "rich_text":
      return checkRichText(block, report, pointer);
    case "header":
      // https://docs.slack.dev/reference/block-kit/blocks/header-block: plain text, 150 characters.
      return checkText(block["text"], { max: 150, plain: true }, report, `${pointer}/text`);
    case "input":
      if (surface === "modal") return checkInput(block, report, pointer);
      return report("input blocks belong into modals", `${pointer}/type`);
    default:
      return report(`unsupported type: ${String(block["type"])}`, `${pointer}/type`);
  }
}

/**
 * `block_id` has at most 255 characters and should be unique in a message, `action_id` unique in its block
 * (https://docs.slack.dev/reference/block-kit/blocks); Slack refuses repetitions of either.
 */
function checkIds(blocks: readonly Fields[], report: Report): void {
  const ids = new Set<string>();
  for (const [i, block] of blocks.entries()) {
    const pointer = `/blocks/${String(i)}`;
    if ("block_id" in block) checkLength(block, "block_id", 1, 255, report, pointer);
    const id = textOf(block, "block_id");
    if (id !== "" && ids.has(id)) report(`block_id ${id} already exists`, pointer);
    ids.add(id);
    const actions = listOf(block, "elements").flatMap((one) => (isFields(one) ? [textOf(one, "action_id")] : []));
    const named = actions.filter((action) => action !== "");
    if (new Set(named).size < named.length) report("action_id already exists", `${pointer}/elements`);
  }
}

/** Everything that is wrong with the blocks, in Slack's words: `text [json-pointer:/blocks/0]`. */
export function problemsOfBlocks(value: unknown, surface: Surface): string[] {
  const problems: string[] = [];
  const report: Report = (problem, pointer) => void problems.push(`[ERROR] ${problem} [json-pointer:${pointer}]`);
  if (!Array.isArray(value)) return ["[ERROR] must be an array [json-pointer:/blocks]"];
  const blocks: unknown[] = value;
  if (blocks.length > MOST_BLOCKS[surface])
    report(`no more than ${String(MOST_BLOCKS[surface])} items allowed`, "/blocks");
  for (const [i, block] of blocks.entries()) {
    if (isFields(block)) checkBlock(block, surface, report, `/blocks/${String(i)}`);
    else report("must be an object", `/blocks/${String(i)}`);
  }
  checkIds(blocks.filter(isFields), report);
  return problems;
}

/**
 * Over all blocks of a message Slack takes about 12,000 characters of text with "a buffer for block containers", and says
 * `msg_blocks_too_long` (bolt-js issues 2509 and 2867, a maintainer's words); here every string but ids and types counts.
 */
export function lengthOfBlocks(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, one: unknown) => sum + lengthOfBlocks(one), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value)
    .filter(([name]) => !["type", "block_id", "action_id", "value"].includes(name))
    .reduce((sum, [, one]) => sum + lengthOfBlocks(one), 0);
}

export const MOST_BLOCK_CHARS = 12_000;
