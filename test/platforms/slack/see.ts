import { type Fields, fieldsOf, isFields, listOf, textOf } from "./json.ts";
import { type Reading, readMrkdwn, type SeenLink } from "./mrkdwn.ts";

/** What a person sees of a message, and what it does to them. */
export interface Seen {
  readonly ts: string;
  readonly text: string;
  /** In order. */
  readonly links: readonly SeenLink[];
  readonly images: readonly string[];
  readonly pings: readonly string[];
  readonly buttons: readonly SeenButton[];
  /** What a notification and a screen reader say. */
  readonly fallback: string;
  readonly edited: boolean;
}

export interface SeenButton {
  readonly label: string;
  readonly actionId: string;
  readonly blockId: string;
  readonly value: string;
}

class Eye {
  readonly links: SeenLink[] = [];
  readonly images: string[] = [];
  readonly pings: string[] = [];
  readonly buttons: SeenButton[] = [];

  take(reading: Reading): string {
    this.links.push(...reading.links);
    this.pings.push(...reading.pings);
    return reading.text;
  }
}

/** With blocks, these are shown, and `text` only where blocks cannot be (https://docs.slack.dev/reference/methods/chat.postMessage). */
export function see(ts: string, text: string, blocks: readonly Fields[], edited: boolean, format = true): Seen {
  const eye = new Eye();
  // `parse` is "none" and `link_names` false unless the app says otherwise; addresses are links all the same.
  const fallback = readMrkdwn(text, { findNames: false, findUrls: true, format });
  const shown = blocks.length === 0 ? eye.take(fallback) : blocks.map((block) => seeBlock(block, eye)).join("\n");
  // Mentions in the text that comes with blocks notify too.
  const pings = blocks.length === 0 ? eye.pings : [...eye.pings, ...fallback.pings];
  return {
    ts,
    text: shown,
    links: eye.links,
    images: eye.images,
    pings,
    buttons: eye.buttons,
    fallback: fallback.text,
    // Clients mark no message with blocks (https://docs.slack.dev/reference/methods/chat.update).
    edited: edited && blocks.length === 0,
  };
}

function seeBlock(block: Fields, eye: Eye): string {
  switch (block["type"]) {
    case "section": {
      const texts = [block["text"], ...listOf(block, "fields")].filter(isFields).map((one) => seeText(one, eye));
      const accessory = fieldsOf(block, "accessory");
      return [...texts, seeElement(accessory, block, eye)].filter((one) => one !== "").join("\n");
    }
    case "header":
      return seeText(fieldsOf(block, "text"), eye);
    case "context":
    case "actions":
      return elementsOf(block)
        .map((one) => seeElement(one, block, eye))
        .join(" ");
    case "image":
      eye.images.push(textOf(block, "image_url"));
      return `[${textOf(block, "alt_text")}]`;
    case "rich_text":
      return elementsOf(block)
        .map((part) => seePart(part, eye))
        .join("\n");
    case "input":
      return seeText(fieldsOf(block, "label"), eye);
    default:
      return "";
  }
}

function elementsOf(fields: Fields): Fields[] {
  return listOf(fields, "elements").filter(isFields);
}

function seeElement(element: Fields, block: Fields, eye: Eye): string {
  if (element["type"] === "mrkdwn" || element["type"] === "plain_text") return seeText(element, eye);
  if (element["type"] === "image") {
    eye.images.push(textOf(element, "image_url"));
    return "";
  }
  if (element["type"] !== "button") return "";
  const label = textOf(fieldsOf(element, "text"), "text");
  const [actionId, value] = [textOf(element, "action_id"), textOf(element, "value")];
  eye.buttons.push({ label, actionId, value, blockId: textOf(block, "block_id") });
  return `[${label}]`;
}

function seeText(text: Fields, eye: Eye): string {
  if (text["type"] !== "mrkdwn") return textOf(text, "text");
  const find = text["verbatim"] !== true;
  return eye.take(readMrkdwn(textOf(text, "text"), { findNames: find, findUrls: find }));
}

function seePart(part: Fields, eye: Eye): string {
  if (part["type"] !== "rich_text_list")
    return elementsOf(part)
      .map((one) => seeInline(one, eye))
      .join("");
  return elementsOf(part)
    .map((item, i) => `${part["style"] === "ordered" ? `${String(i + 1)}.` : "•"} ${seePart(item, eye)}`)
    .join("\n");
}

/** In rich_text only an element that is a mention is one, and only a link element is a link. */
function seeInline(element: Fields, eye: Eye): string {
  switch (element["type"]) {
    case "link": {
      const url = textOf(element, "url");
      const text = textOf(element, "text") || url;
      eye.links.push({ url, text, bold: fieldsOf(element, "style")["bold"] === true });
      return text;
    }
    case "broadcast":
      eye.pings.push(textOf(element, "range"));
      return `@${textOf(element, "range")}`;
    case "user":
    case "usergroup":
      eye.pings.push(textOf(element, `${element["type"]}_id`));
      return "@someone";
    case "date":
      return textOf(element, "fallback");
    case "emoji":
      return `:${textOf(element, "name")}:`;
    default:
      return textOf(element, "text");
  }
}
