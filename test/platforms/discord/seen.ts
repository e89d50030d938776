import { componentType, withNested } from "./component-rules.ts";
import type { UploadedFile } from "./http.ts";
import { isJson, type Json, listOf, numberOf, textOf } from "./json.ts";
import { type Link, type Read, readMarkdown } from "./markdown-reader.ts";
import type { Message, World } from "./world.ts";

export interface Button {
  readonly label: string;
  readonly customId: string;
  readonly isDisabled: boolean;
}

/** What a person sees of one message. */
export interface SeenMessage {
  readonly id: string;
  /** The channel or thread in which it stands. */
  readonly channelId: string;
  readonly author: string;
  readonly text: string;
  readonly links: readonly Link[];
  readonly mentions: readonly string[];
  readonly styles: readonly string[];
  readonly images: readonly string[];
  readonly buttons: readonly Button[];
  readonly files: readonly UploadedFile[];
  readonly isPrivate: boolean;
  /** Its text blocks one by one, as components or embeds part them. */
  readonly blocks: readonly Read[];
}

export function seeMessage(world: World, message: Message): SeenMessage {
  const components = withNested(listOf(message.body["components"]));
  const blocks = textsOf(message.body, components)
    .filter((text) => text !== "")
    .map(readMarkdown);
  return {
    id: message.id,
    channelId: message.channelId,
    author: world.users.get(message.authorId)?.name ?? "",
    text: blocks.map((block) => block.text).join("\n"),
    links: blocks.flatMap((block) => block.links),
    mentions: blocks.flatMap((block) => block.mentions),
    styles: blocks.flatMap((block) => block.styles),
    images: components.flatMap(imagesOf),
    buttons: components.filter((one) => one["type"] === componentType.button).map(buttonOf),
    files: message.files,
    isPrivate: message.ephemeralFor !== null,
    blocks,
  };
}

function textsOf(body: Json, components: readonly Json[]): string[] {
  const embeds = listOf(body["embeds"]).filter(isJson);
  return [
    textOf(body["content"]),
    ...embeds.flatMap((embed) => [textOf(embed["title"]), textOf(embed["description"])]),
    ...components.filter((one) => one["type"] === componentType.textDisplay).map((one) => textOf(one["content"])),
  ];
}

function imagesOf(component: Json): string[] {
  const type = numberOf(component["type"]);
  if (type !== componentType.thumbnail && type !== componentType.mediaGallery) return [];
  const holders = type === componentType.thumbnail ? [component] : listOf(component["items"]).filter(isJson);
  return holders.map((one) => (isJson(one["media"]) ? textOf(one["media"]["url"]) : ""));
}

function buttonOf(component: Json): Button {
  return {
    label: textOf(component["label"]),
    customId: textOf(component["custom_id"]),
    isDisabled: component["disabled"] === true,
  };
}
