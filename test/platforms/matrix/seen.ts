import type { Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";

/** An event as the homeserver gives it to a person. */
export interface RoomEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly origin_server_ts: number;
  readonly state_key?: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A message as a person sees it in a client: edited where it was edited, gone where it was deleted. */
export interface Seen {
  readonly eventId: string;
  readonly sender: string;
  readonly msgtype: string;
  readonly body: string;
  /** Empty for a message without one. */
  readonly html: string;
  /** What the formatted body shows, a line per block; the plain body where there is none. */
  readonly text: string;
  readonly links: readonly Link[];
  /** The first message of the thread it stands in; empty outside of threads. */
  readonly threadRoot: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface Link {
  readonly url: string;
  readonly label: string;
  /** Inside of a quotation: the entry's own words. */
  readonly quoted: boolean;
}

interface Relation {
  readonly rel_type?: string;
  readonly event_id?: string;
}

export function relationOf(content: RoomEvent["content"]): Relation {
  return content["m.relates_to"] ?? {};
}

/** Messages among events, oldest first. By the specification only the sender's own edits count, and the latest of them. */
export function seenOf(events: readonly RoomEvent[]): Seen[] {
  const messages = events.filter((event) => event.type === "m.room.message" && "body" in event.content);
  const edits = messages.filter((event) => relationOf(event.content).rel_type === "m.replace");
  return messages
    .filter((event) => !edits.includes(event))
    .map((event) => {
      const edit = edits.findLast(
        (edit) => edit.sender === event.sender && relationOf(edit.content).event_id === event.event_id,
      );
      return messageOf(event, (edit?.content["m.new_content"] as RoomEvent["content"] | undefined) ?? event.content);
    });
}

function messageOf(event: RoomEvent, content: RoomEvent["content"]): Seen {
  const html = content["format"] === "org.matrix.custom.html" ? text(content["formatted_body"]) : "";
  const root = fromHtml(html, { fragment: true });
  const relation = relationOf(event.content);
  return {
    eventId: event.event_id,
    sender: event.sender,
    msgtype: text(content["msgtype"]),
    body: text(content["body"]),
    html,
    text: html === "" ? text(content["body"]) : shown(root).trim(),
    links: linksOf(root),
    threadRoot: relation.rel_type === "m.thread" ? (relation.event_id ?? "") : "",
    content,
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const blocks = new Set(["p", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "hr"]);

function shown(node: Nodes): string {
  if (node.type === "text") return node.value;
  if (!("children" in node)) return "";
  const inner = node.children.map(shown).join("");
  if (node.type !== "element") return inner;
  if (node.tagName === "br") return "\n";
  return blocks.has(node.tagName) ? `${inner.trimEnd()}\n` : inner;
}

function linksOf(node: Nodes, quoted = false): Link[] {
  if (!("children" in node)) return [];
  const isQuoted = quoted || (node.type === "element" && node.tagName === "blockquote");
  const inside = node.children.flatMap((child) => linksOf(child, isQuoted));
  if (node.type !== "element" || node.tagName !== "a") return inside;
  return [{ url: text(node.properties["href"]), label: shown(node), quoted }, ...inside];
}
