import { createRequire } from "node:module";
import Parser from "rss-parser";
import type { DraftEntry, DraftFeed, DraftImage, DraftLink, DraftText } from "./draft.ts";
import { attributeOf, children, type Node, nodeOf, richText, texts, textOf } from "./nodes.ts";
import { paceFields, paceOf } from "./pace.ts";
import type { PreparedXml } from "./prepare.ts";

/** Order within a line is order of trust. */
const titleFields = ["title", "dc:title", "media:title", "itunes:title"];
const authorFields = ["author", "dc:creator", "atom:author", "dc:author", "itunes:author"];
const publishedFields =
  "pubDate atom:published published issued dc:date dcterms:issued date created dcterms:created".split(" ");
const updatedFields = ["atom:updated", "updated", "modified", "dcterms:modified", "lastBuildDate"];
const contentFields =
  "content:encoded xhtml:body body atom:content content description atom:summary summary dc:description itunes:summary".split(
    " ",
  );
const guidFields = ["guid", "id", "atom:id", "dc:identifier"];
const mediaFields = [
  "media:group",
  "media:content",
  "media:thumbnail",
  "media:description",
  "itunes:image",
  "image",
  "enclosure",
];
const otherFields = ["$", "link", "atom:link", "source", "atom:source"];
const itemFields = [
  ...new Set(
    [
      titleFields,
      authorFields,
      publishedFields,
      updatedFields,
      contentFields,
      guidFields,
      mediaFields,
      otherFields,
    ].flat(),
  ),
];
const feedFields = [
  "$",
  "title",
  "dc:title",
  "link",
  "atom:link",
  "author",
  "dc:creator",
  "itunes:author",
  ...paceFields,
];

const require = createRequire(import.meta.url);
switchOffSnippets(require("rss-parser/lib/utils"));

/** rss-parser makes a snippet of every content by a regex that is quadratic in its `<`; nobody here reads snippets. */
function switchOffSnippets(utils: unknown): void {
  if (typeof utils !== "object" || utils === null || !("getSnippet" in utils))
    throw new Error("rss-parser makes snippets elsewhere now");
  utils.getSnippet = () => "";
}

/**
 * Reads prepared XML through rss-parser, and throws what it throws.
 *
 * It finds the feed and its entries; the fields are taken from the raw values beneath, because its own have no reliable type.
 * An instance serves one document: a rejected one makes the next malformed document resolve with garbage.
 */
export async function readXml(prepared: PreparedXml): Promise<DraftFeed> {
  const parser = new Parser({
    defaultRSS: 2,
    customFields: { item: itemFields.map(keepRaw), feed: feedFields.map(keepRaw) as unknown as string[] },
    xml2js: { tagNameProcessors: [prepared.nameOf] },
  });
  const output: Record<string, unknown> = await parser.parseString(prepared.xml);
  const isAtom = prepared.root.kind === "atom";
  const { lifted } = prepared;
  const rawOf = (node: Node): Node => nodeOf(lifted === null ? rawNode(node) : lifted.restore(rawNode(node)));
  const feed = rawOf(output);
  const items = Array.isArray(output["items"]) ? output["items"] : [];
  return {
    title: firstText(feed, titleFields, isAtom),
    base: attributeOf(feed, "xml:base"),
    links: linksOf(feed),
    authors: peopleOf(feed, ["author", "dc:creator", "itunes:author"]),
    pace: paceOf(feed),
    entries: items.map((item) => readEntry(rawOf(nodeOf(item)), isAtom)),
  };
}

const rawPrefix = "raw ";

/** `[from, to, how]` of rss-parser's customFields: the raw list of elements under a name that rss-parser does not use. */
function keepRaw(name: string): [string, string, { keepArray: boolean }] {
  return [name, `${rawPrefix}${name}`, { keepArray: true }];
}

function rawNode(output: Node): Node {
  const raw = Object.entries(output).filter(([name]) => name.startsWith(rawPrefix));
  return Object.fromEntries(raw.map(([name, value]) => [name.slice(rawPrefix.length), value]));
}

function readEntry(item: Node, isAtom: boolean): DraftEntry {
  const [guid = aboutOf(item)] = texts(item, guidFields);
  const source = children(item, "source", "atom:source").map(nodeOf);
  return {
    guid,
    guidIsLink: attributeOf(nodeOf(children(item, "guid")[0]), "isPermaLink").toLowerCase() !== "false",
    base: attributeOf(item, "xml:base"),
    links: linksOf(item),
    title: firstText(item, titleFields, isAtom),
    authors: [...peopleOf(item, authorFields), ...source.flatMap((it) => peopleOf(it, ["author"]))],
    source: source.map((it) => texts(it, ["title"])[0] ?? textOf(it)).find((title) => title !== "") ?? "",
    published: texts(item, publishedFields),
    updated: texts(item, updatedFields),
    contents: contentsOf(item, isAtom),
    images: imagesOf(item),
  };
}

/** RSS 1.0 identifies an item by `rdf:about`, whatever prefix stands for RDF. */
function aboutOf(item: Node): string {
  const name = Object.keys(nodeOf(item["$"])).find((it) => it.endsWith(":about"));
  return name === undefined ? "" : attributeOf(item, name);
}

function firstText(node: Node, names: readonly string[], isAtom: boolean): DraftText {
  const found = children(node, ...names).map((it) => richText(it, isAtom ? "text" : "html"));
  return found.find((text) => text.value !== "") ?? { value: "", markup: "text", base: "" };
}

function contentsOf(item: Node, isAtom: boolean): DraftText[] {
  const marked = children(item, ...contentFields).map((it) => richText(it, isAtom ? "text" : "html"));
  const groups = children(item, "media:group").map(nodeOf);
  const described = [item, ...groups].flatMap((node) =>
    children(node, "media:description").map((it) => richText(it, "text")),
  );
  return [...marked, ...described].filter((content) => content.value !== "");
}

function peopleOf(node: Node, fields: readonly string[]): string[][] {
  return fields.map((field) =>
    children(node, field)
      .map(personOf)
      .filter((name) => name !== ""),
  );
}

/** `<author>Ada</author>`, or `name` and `email` inside (Atom, and RSS by mistake), or any markup. */
function personOf(value: unknown): string {
  const person = nodeOf(value);
  const [name = textOf(person)] = texts(person, ["name"]);
  const inner = Object.keys(person).filter((key) => !/^(?:[$_#]|uri|url|link|id$)/.test(key));
  return name || (texts(person, ["email", ...inner])[0] ?? "");
}

function linksOf(node: Node): DraftLink[] {
  const links = children(node, "link", "atom:link", "enclosure").map(nodeOf);
  return links.flatMap((it) => {
    const href = attributeOf(it, "href") || textOf(it);
    const enclosed = attributeOf(it, "url");
    const type = attributeOf(it, "type").toLowerCase();
    if (href !== "") return [{ href, rel: attributeOf(it, "rel").toLowerCase() || "alternate", type }];
    return enclosed === "" ? [] : [{ href: enclosed, rel: "enclosure", type }];
  });
}

function imagesOf(item: Node): DraftImage[] {
  const media = [item, ...children(item, "media:group").map(nodeOf)];
  const contents = media.flatMap((node) => children(node, "media:content").map(nodeOf));
  const pictures = contents.filter(
    (it) => attributeOf(it, "medium") === "image" || isImage(attributeOf(it, "type"), attributeOf(it, "url")),
  );
  const thumbnails = [...media, ...contents].flatMap((node) => children(node, "media:thumbnail").map(nodeOf));
  const itunes = children(item, "itunes:image").map((it) => attributeOf(nodeOf(it), "href"));
  const enclosed = linksOf(item).filter((link) => link.rel === "enclosure" && isImage(link.type, link.href));
  const plain = children(item, "image").map(nodeOf);
  const images = [
    ...enclosed.map((link) => ({ url: link.href, alt: "" })),
    ...[...pictures, ...thumbnails].map((it) => ({ url: attributeOf(it, "url"), alt: saidOf(it) })),
    ...itunes.map((url) => ({ url, alt: "" })),
    ...plain.map((it) => ({ url: texts(it, ["url"])[0] ?? textOf(it), alt: texts(it, ["title"])[0] ?? "" })),
  ];
  return images.filter((image) => image.url !== "");
}

/** Media RSS: a description or a title within an image is about the image; beside it, about the entry. */
function saidOf(image: Node): string {
  return texts(image, ["media:description"])[0] ?? texts(image, ["media:title"])[0] ?? "";
}

function isImage(type: string, url: string): boolean {
  return (
    type.startsWith("image/") || (type === "" && /\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)/i.test(url.slice(0, 2_000)))
  );
}
