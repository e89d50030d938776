import type { Element } from "hast";
import { type Fields, fieldsOf, isFields, listOf, textOf } from "../platforms/slack/json.ts";
import { type Child, dateAndTime, h, link, withProperties } from "./tree.ts";

/** One part of a rich_text block (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). */
export function richText(part: Fields): Element {
  const elements = listOf(part, "elements").filter(isFields);
  switch (part["type"]) {
    case "rich_text_section":
      return h("div.section", ...elements.map(inline));
    case "rich_text_quote":
      return h("div.quote", ...elements.map(inline));
    case "rich_text_preformatted":
      return h("pre", ...elements.map(inline));
    case "rich_text_list":
      return withProperties(
        listSelector(part),
        typeof part["offset"] === "number" ? { start: part["offset"] + 1 } : {},
        ...elements.map((item) => h("li", richText(item))),
      );
    default:
      throw new Error(`the picture knows no part of type ${JSON.stringify(part["type"])}`);
  }
}

function listSelector(part: Fields): string {
  const tag = part["style"] === "ordered" ? "ol" : "ul";
  return typeof part["indent"] === "number" && part["indent"] > 0 ? `${tag}.deeper` : tag;
}

const marks = { bold: "b", italic: "i", strike: "s", code: "code" } as const;

function inline(element: Fields): Child {
  const style = fieldsOf(element, "style");
  const words = element["type"] === "date" ? dateText(element) : textOf(element, "text");
  const child = element["type"] === "link" ? link(textOf(element, "url"), words || textOf(element, "url")) : words;
  return Object.entries(marks)
    .filter(([name]) => style[name] === true)
    .reduce<Child>((inner, [, tag]) => h(tag, inner), child);
}

function dateText(element: Fields): string {
  const { date, time } = dateAndTime(Number(element["timestamp"]));
  return textOf(element, "format")
    .replace(/\{date\w*\}/, date)
    .replace("{time}", time);
}
