import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../src/feed/entry.ts";
import { summarize } from "../../src/summary/compose.ts";
import { feed } from "../contract/stage.ts";
import { judge } from "./judge.ts";
import { platforms } from "./platforms.ts";

const words =
  "harbour,Boote,été,今日は,שלום,👨‍👩‍👧‍👦,🇫🇷,e.g.,Node.js,3.5,a_b_c,C:\\x,1.,2),x&y,1 < 2,f(x)[0],¯\\_(ツ)_/¯".split(",");
const marks =
  "*,**,_,__,~~,||,`,``,```,[,],(,),](,<,>,&lt;b&gt;,#,##,-#,- ,+,>,>>>,\\,!,![,@everyone,@here,@room,<@1>,<!channel>,:x:,$x$,http://,https://evil.example,www.evil.example,!wire,/me,\u202e,\u2066,\u200b,\u0007".split(
    ",",
  );

const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, fc.constantFrom(...marks));
const text = fc.array(fc.tuple(word, fc.constantFrom(" ", " ", ""))).map((parts) => escapeHtml(parts.flat().join("")));

function escapeHtml(value: string): string {
  return value.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

const url = fc.constantFrom(
  "https://in.example/a?b=1&amp;c=2",
  "http://in.example/(x)_[y]",
  "mailto:a@in.example",
  "javascript:alert(1)",
  "https://matrix.to/#/@a:b",
  "/relative",
  "https://in.example/ü|`*",
  `https://in.example/${"x".repeat(1800)}`,
);

/** HTML of any shape, also one that no author would write, and that browsers forgive. */
const { html } = fc.letrec<{ html: string; node: string }>((tie) => ({
  html: fc.array(tie("node"), { maxLength: 5 }).map((nodes) => nodes.join("")),
  node: fc.oneof(
    { maxDepth: 5, depthSize: "small", withCrossShrink: true },
    text,
    fc
      .tuple(
        fc.constantFrom(
          "p",
          "p",
          "em",
          "strong",
          "b",
          "i",
          "del",
          "code",
          "h2",
          "blockquote",
          "pre",
          "div",
          "span",
          "sup",
          "u",
        ),
        tie("html"),
      )
      .map(([name, inner]) => `<${name}>${inner}</${name}>`),
    fc
      .tuple(fc.constantFrom("ul", "ol", 'ol start="7"'), fc.array(tie("html"), { maxLength: 4 }))
      .map(([name, items]) => `<${name}>${items.map((item) => `<li>${item}`).join("")}</${name.slice(0, 2)}>`),
    fc.tuple(url, tie("html")).map(([href, inner]) => `<a href="${href}">${inner}</a>`),
    fc
      .array(fc.array(tie("html"), { maxLength: 3 }), { maxLength: 3 })
      .map(
        (rows) => `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}`).join("")}`).join("")}</table>`,
      ),
    fc.constantFrom(
      "<br>",
      "<br/>",
      "<hr>",
      "<em/>",
      "</p>",
      "<li>",
      "<em>",
      "</em>",
      "<img src='https://in.example/a.png' alt='a **picture**'>",
    ),
    fc
      .array(fc.constantFrom("const x = `a`;\n", "  ```\n", "if (a < b) **c**\n", "\n"))
      .map((lines) => `<pre><code>${escapeHtml(lines.join(""))}</code></pre>`),
  ),
}));

function entryOf(content: string, title: string): Entry & { entryId: string } {
  const fields = {
    guid: "g",
    link: "https://blog.example/post",
    titleRaw: title,
    authorRaw: "Ada Quill",
    sourceRaw: "",
  };
  const more = {
    publishedAt: null,
    updatedAt: null,
    image: "",
    imageAlt: "",
    author: "Ada Quill",
    source: "",
    protected: false,
  };
  return { entryId: "e.1", ...fields, ...more, html: content, title };
}

/** Always the same ones: what failed once fails again. */
const runs = { seed: 20_261_124, numRuns: 500, endOnFailure: false };

test.each(platforms.map((platform) => [platform.name, platform] as const))(
  "whatever HTML an entry holds, %s shows its words, its links and nothing else",
  (_, { render, read }) => {
    fc.assert(
      fc.property(html, fc.constantFrom(60, 300, 600), (content, excerptChars) => {
        const entry = entryOf(content, "A title");
        const [summary, full] = [excerptChars, 1_000_000].map((chars) => summarize(entry, { excerptChars: chars }));
        if (summary === undefined || full === undefined) throw new Error("no summary");
        const shown = read(render({ kind: "post", feed, summary }));
        expect(judge({ entry, summary, full, shown }).filter(({ isDoubt }) => !isDoubt)).toEqual([]);
      }),
      runs,
    );
  },
  120_000,
);
