import { hash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meaningOf } from "../../src/feed/meaning.ts";
import { tagNameAt } from "../../src/feed/parse/markup-scanner.ts";
import { type PreparedXml, prepareXml } from "../../src/feed/parse/prepare.ts";
import { findRoot } from "../../src/feed/parse/root.ts";
import { readXml } from "../../src/feed/parse/rss.ts";
import { foldLetters, nameTokens } from "../../src/feed/names.ts";
import { foldSpace } from "../../src/feed/text.ts";
import { readFirst, rssOf, atomOf } from "./reading.ts";

/** The short ways of reading, each beside the long way that says what is right. */

const RUNS = 2000;

function prepared(document: string, lifts: boolean): PreparedXml {
  const root = findRoot(document);
  if (root.kind !== "rss" && root.kind !== "atom") throw new Error("no feed");
  return prepareXml(document, root, lifts);
}

async function drafted(document: string, lifts: boolean): Promise<unknown> {
  const { entryCount, closed, ...xml } = prepared(document, lifts);
  try {
    return { entryCount, closed, draft: await readXml({ entryCount, closed, ...xml }) };
  } catch {
    return "refused";
  }
}

const words = "Long enough to be taken out of the document, as nearly every content of a post is, twice over. ";
const piece = fc.constantFrom(
  words,
  words,
  "&lt;p&gt;One &amp;amp; two&lt;/p&gt;",
  "&#8217;&#x2019;",
  "&#0;",
  "&nbsp;",
  "&AMP;",
  "& alone",
  "<p>A <b>bold</b> word</p>",
  "<br/>",
  "<![CDATA[",
  "]]>",
  "]",
  "<!-- a remark -->",
  "<?php ?>",
  "</title>",
  "\ue0000\ue001",
  "&#xE000;0&#xE001;",
  "&#0057344;0&#57345;",
  "\n  ",
  "<item>",
  "\u{1f600}",
);
const content = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
const section = content.map((text) => `\n<![CDATA[${text}]]> `);
const element = fc
  .tuple(
    fc.constantFrom("title", "description", "content:encoded", "summary", "content", "subtitle", "media:description"),
    fc.constantFrom("", ' type="html"', ' type="xhtml"', ' xml:base="https://b.example/"', ' type="image/png"'),
    fc.oneof(content, section),
  )
  .map(([name, attributes, inner]) => `<${name}${attributes}>${inner}</${name}>`);
const document = fc
  .tuple(fc.constantFrom(rssOf, atomOf), fc.array(element, { maxLength: 4 }))
  .map(([wrap, elements]) => wrap(`<guid>1</guid>${elements.join("")}`));

describe("texts taken out of a document", () => {
  test("come back as they would have been read in it", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(document, async (written) => {
        const lifted = await drafted(written, true);
        if (lifted === "refused") return;
        taken += 1;
        expect(lifted).toEqual(await drafted(written, false));
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 10);
  });

  test.each([
    ["in a section", (html: string) => `<![CDATA[${html}]]>`],
    ["escaped", (html: string) => html.replaceAll("&", "&amp;").replaceAll("<", "&lt;")],
    ["as markup", (html: string) => html],
  ])("%s, are shorter where they stood", async (_where, write) => {
    const html = `<p>${words}&amp; ${words}</p>`;
    const written = rssOf(`<guid>1</guid><description>${write(html)}</description>`);
    expect(prepared(written, true).xml.length).toBeLessThan(300);
    expect((await readFirst(written)).html).toBe(html);
  });

  test("stay where the document has marks of its own", async () => {
    const written = rssOf(`<guid>1</guid><description>\ue0000\ue001</description><title>${words}</title>`);
    expect((await readFirst(written)).html).toBe("\ue0000\ue001");
    expect((await readFirst(written)).titleRaw).toBe(words.trim());
  });

  test("stay where no parser takes the document as it is", async () => {
    const written = rssOf(`<guid>1</guid><description>${words}</description><title>A &nope; b</title>`);
    expect((await readFirst(written)).html).toBe(words.trim());
  });
});

const letter = fc.oneof(
  fc.constantFrom(...Array.from(" \t\n\u00a0\u2003.,-+#'`’/?:=&\"<>09aAzZ_éßKſ½①Å\u0301")),
  fc.constantFrom("12 comments", " 3.4k views", "5 min read", " , comments", "2 hours ago", "https://a.example/b?c=d"),
  fc.constantFrom("word ", "Word", "C++ ", "漢字", "🎉"),
);
const text = fc.array(letter, { maxLength: 60 }).map((letters) => letters.join(""));

describe("short ways for what is ASCII", () => {
  test("folding spaces", () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(foldSpace(written)).toBe(written.replace(/\s+/g, " ").trim());
      }),
      { numRuns: RUNS },
    );
  });

  test("names of tags", () => {
    const name = fc
      .array(fc.constantFrom(...Array.from("abZ_:.-09é漢> /=\u0301")), { maxLength: 70 })
      .map((it) => it.join(""));
    fc.assert(
      fc.property(name, (written) => {
        expect(tagNameAt(`<${written}`, 1)).toBe(/^[\p{L}_][\p{L}\p{N}_:.-]{0,60}/u.exec(written)?.[0] ?? "");
      }),
      { numRuns: RUNS },
    );
  });

  test("words of names", () => {
    fc.assert(
      fc.property(text, (written) => {
        const folded = foldLetters(written.slice(0, 1000));
        const marks = folded.replace(/\s+/gu, "");
        expect(nameTokens(written)).toEqual(folded.match(/[\p{L}\p{N}\p{M}]+/gu) ?? (marks === "" ? [] : [marks]));
      }),
      { numRuns: RUNS },
    );
  });

  const COUNTER =
    /(?<![\p{L}\p{N}.,])[\d.,]+\s*[km]?\s*(?:comments?|repl(?:y|ies)|views?|reads?|votes?|points?|likes?|shares?|answers?|reactions?|boosts?|stars?|downloads?|min(?:ute)?s?[\s-]+read|(?:second|minute|hour|day|week|month|year)s?\s+ago)(?![\p{L}\p{N}])/giu;

  function longWay(written: string): string[] {
    const plain = written
      .normalize("NFKC")
      .toLowerCase()
      .replace(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gu, "$1")
      .replace(COUNTER, " ");
    return plain.split(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}+#]+/u).filter((word) => word !== "");
  }

  const fingerprint = (written: string): string => hash("sha256", written, "base64url").slice(0, 8);

  test("what an entry means", () => {
    const many = fc
      .tuple(text, fc.array(text, { maxLength: 60 }))
      .map(([title, texts]) => ({ title, plain: texts.join("") }));
    fc.assert(
      fc.property(many, ({ title, plain }) => {
        const lead = longWay(plain.slice(0, 4000)).filter((word) => !/^[\p{N}+#]+$/u.test(word));
        expect(meaningOf(title, plain)).toEqual({
          title: fingerprint(longWay(title).join(" ")),
          text: fingerprint(lead.join(" ").slice(0, 1000)),
        });
      }),
      { numRuns: RUNS },
    );
  });
});
