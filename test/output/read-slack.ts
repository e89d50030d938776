import type { SlackMessage } from "../../adapters/slack/message.ts";
import { type Fields, fieldsOf, isFields, listOf, textOf } from "../platforms/slack/json.ts";
import { lengthOfBlocks, MOST_BLOCK_CHARS, problemsOfBlocks } from "../platforms/slack/rules/blocks.ts";
import { see } from "../platforms/slack/see.ts";
import { type Shown, Sight } from "./shown.ts";

/** "message text … truncated after 40,000"; best kept to 4,000 (chat.postMessage, "Truncating content"). */
const MOST_FALLBACK_CHARS = 4000;

/** A Slack message: rich_text parts hold everything of the entry; text beside blocks is for notifications. */
export function readSlack(rendered: string): Shown {
  const { text, blocks } = JSON.parse(rendered) as SlackMessage & { blocks: readonly unknown[] };
  const sight = new Sight();
  const all = (blocks as readonly unknown[]).filter(isFields);
  // Posts are sent with `mrkdwn: false`.
  const seen = see("1.0", text, all, false, false);
  sight.problems.push(...problemsOfBlocks(blocks, "message"));
  if (lengthOfBlocks(all) > MOST_BLOCK_CHARS) sight.problems.push("msg_blocks_too_long");
  if (text.trim() === "" || text.length > MOST_FALLBACK_CHARS)
    sight.problems.push("text beside the blocks: empty or too long");
  // "&, <, and >" are to be written as entities (formatting guide, "Escaping text"), also where no markup begins.
  if (/[<>]|&(?!(?:amp|lt|gt);)/.test(text)) sight.problems.push(`not escaped beside the blocks: ${text}`);
  sight.links.push(...seen.links.map(({ url, text: label }) => ({ url, label })));
  sight.mentions.push(...seen.pings);
  sight.images.push(...seen.images);
  const parts = all.filter((block) => block["type"] === "rich_text").flatMap((block) => listOf(block, "elements"));
  sight.codes.push(...codesIn(parts.filter(isFields)));
  // The first section is the title.
  const excerpt = see(
    "1.0",
    "",
    [{ type: "rich_text", elements: parts.slice(1).filter(isFields).map(unnumbered) }],
    false,
    false,
  ).text;
  return sight.shown(seen.text, excerpt);
}

/** Without the numbers in front of items, which are no words of the entry. */
function unnumbered(part: Fields): Fields {
  return part["type"] === "rich_text_list" ? { ...part, style: "bullet" } : part;
}

function codesIn(parts: readonly Fields[]): string[] {
  return parts.flatMap((part) => {
    if (part["type"] === "rich_text_preformatted")
      return [
        listOf(part, "elements")
          .filter(isFields)
          .map((one) => textOf(one, "text"))
          .join(""),
      ];
    const isCode = fieldsOf(part, "style")["code"] === true;
    return isCode ? [textOf(part, "text")] : codesIn(listOf(part, "elements").filter(isFields));
  });
}
