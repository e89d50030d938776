import { headline } from "../../src/summary/headline.ts";

/** What message.ts writes above a post whom it calls. */
const CALL = /^<p>(?:<a href="[^"]*">[^<]*<\/a>|@room)<\/p>\s*/;
/** `linked` of message.ts, as HTML. */
const LINKED = String.raw`(?:🔒 )?(?:<a href="([^"]*)">)?([^<]*)`;
const HEAD = new RegExp(`^<p><strong>${LINKED}`, "u");
const ROW = new RegExp(`<li>(?!<em>)${LINKED}`, "gu");
/** The heading of a digest is alone in its paragraph; below a post's title stands where it comes from. */
const DIGEST = /^<p><strong>[^<]*<\/strong><\/p>/;

/** A message's content as message.ts writes it. */
export function headlinesOf(content: {
  readonly msgtype?: unknown;
  readonly body?: unknown;
  readonly formatted_body?: unknown;
}): readonly string[] {
  const { msgtype, body, formatted_body: formatted } = content;
  if (typeof formatted !== "string" || typeof body !== "string") return [];
  if (msgtype === "m.notice") return [headline(null, body)];
  const html = formatted.replace(CALL, "");
  if (DIGEST.test(html)) {
    const rows = [...html.matchAll(ROW)].map(([, link, title = ""]) => headline(link ?? null, title));
    if (rows.length > 0) return rows;
  }
  const [, link, title = ""] = HEAD.exec(html) ?? [];
  return [headline(link ?? null, title)];
}
