import { type Fields, isFields, listOf, textOf } from "../json.ts";
import { checkLength, checkUrl, type Report } from "./objects.ts";

const inline = ["text", "link", "date", "emoji", "user", "usergroup", "channel", "broadcast", "team", "color"];
const styles = ["bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"];

/**
 * A rich_text block: sections, lists, preformatted text and quotes, which hold text, links, dates and mentions.
 * https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function checkRichText(block: Fields, report: Report, pointer: string): void {
  const elements = listOf(block, "elements");
  if (elements.length === 0) report("must contain an element", `${pointer}/elements`);
  for (const [i, element] of elements.entries()) checkPart(element, report, `${pointer}/elements/${String(i)}`);
}

function checkPart(part: unknown, report: Report, pointer: string): void {
  if (!isFields(part)) return report("must be an object", pointer);
  switch (part["type"]) {
    case "rich_text_section":
    case "rich_text_quote":
      return checkInlines(part, inline, report, pointer);
    case "rich_text_preformatted":
      return checkInlines(part, ["text", "link"], report, pointer);
    case "rich_text_list":
      return checkList(part, report, pointer);
    default:
      return report(`unsupported type: ${String(part["type"])}`, `${pointer}/type`);
  }
}

/** A list holds sections only, its style is bullet or ordered, its indent 0 to 8. */
function checkList(list: Fields, report: Report, pointer: string): void {
  if (!["bullet", "ordered"].includes(textOf(list, "style"))) report("must be bullet or ordered", `${pointer}/style`);
  const indent = list["indent"] ?? 0;
  if (typeof indent !== "number" || indent < 0 || indent > 8) report("must be 0 to 8", `${pointer}/indent`);
  for (const [i, item] of listOf(list, "elements").entries()) {
    const at = `${pointer}/elements/${String(i)}`;
    if (!isFields(item) || item["type"] !== "rich_text_section") report("must be a rich_text_section", at);
    else checkInlines(item, inline, report, at);
  }
}

function checkInlines(part: Fields, allowed: readonly string[], report: Report, pointer: string): void {
  for (const [i, element] of listOf(part, "elements").entries())
    checkInline(element, allowed, report, `${pointer}/elements/${String(i)}`);
}

function checkInline(element: unknown, allowed: readonly string[], report: Report, pointer: string): void {
  if (!isFields(element)) return report("must be an object", pointer);
  const type = String(element["type"]);
  if (!allowed.includes(type)) return report(`unsupported type: ${type}`, `${pointer}/type`);
  if (type === "text") checkLength(element, "text", 1, 40_000, report, pointer);
  if (type === "link") checkUrl(element, "url", report, pointer);
  if (type === "date") {
    if (!Number.isInteger(element["timestamp"])) report("must be an integer", `${pointer}/timestamp`);
    checkLength(element, "format", 1, 255, report, pointer);
  }
  const style = element["style"];
  if (style !== undefined && (!isFields(style) || !Object.keys(style).every((name) => styles.includes(name))))
    report("unknown style", `${pointer}/style`);
}
