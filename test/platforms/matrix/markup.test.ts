import type { Element, Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import type { Root, RootContent } from "mdast";
import { visit } from "unist-util-visit";
import { describe, expect, test } from "vitest";
import { MatrixAdapter } from "../../../adapters/matrix/adapter.ts";
import { hostileLines, hostileTexts } from "../../output/hostile-texts.ts";
import { readHtml } from "../../../src/summary/html.ts";
import { feed, postOf, summaryOf } from "../../contract/stage.ts";

/** Client-server API v1.18, 11.2.1.1 “m.room.message msgtypes”: what clients show of formatted_body. */
const allowed: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ..."del h1 h2 h3 h4 h5 h6 blockquote p ul sup sub li b i u strong em s hr br div table thead tbody tr th td caption pre details summary"
    .split(" ")
    .map((name) => [name, []]),
  ["a", ["href"]],
  ["ol", ["start"]],
  ["code", ["className"]],
]);

interface Content {
  readonly msgtype: string;
  readonly body: string;
  readonly formatted_body: string;
  readonly "m.mentions": object;
}

const adapter = new MatrixAdapter({ homeserverUrl: "http://127.0.0.1", accessToken: "x", inviteServers: [] });

function rendered(outgoing: Parameters<MatrixAdapter["render"]>[0]): Content {
  return JSON.parse(adapter.render(outgoing)) as Content;
}

/** What the specification forbids in a message's HTML. */
function violations(html: string): string[] {
  const found: string[] = [];
  visit(fromHtml(html, { fragment: true }), (node: Nodes) => {
    if (node.type === "comment" || node.type === "doctype") found.push(node.type);
    if (node.type === "element") found.push(...inElement(node));
  });
  return found;
}

function inElement(node: Element): string[] {
  const attributes = allowed[node.tagName];
  if (attributes === undefined) return [`<${node.tagName}>`];
  const found = Object.keys(node.properties)
    .filter((name) => !attributes.includes(name))
    .map((name) => `<${node.tagName} ${name}>`);
  const { href, className } = node.properties;
  if (typeof href === "string" && !/^(https?|mailto):/.test(href)) found.push(`href ${href}`);
  if (Array.isArray(className) && className.some((name) => !name.startsWith("language-"))) found.push("class");
  return found;
}

function depthOf(node: Nodes): number {
  return "children" in node ? 1 + Math.max(0, ...node.children.map(depthOf)) : 0;
}

describe("hostile text in a message", () => {
  test.each([...hostileTexts, ...hostileLines])("%s, wherever it stands, is only text", (_name, text) => {
    const url = "https://blog.example/post";
    const excerpt: Root = {
      type: "root",
      children: [{ type: "paragraph", children: [{ type: "text", value: text }] }],
    };
    const summary = summaryOf({ title: text, author: text, source: `${text}2`, url, excerpt });
    const hostileFeed = { id: text, url: text, title: text };
    const all = [
      rendered({ kind: "post", feed: hostileFeed, summary }),
      rendered({ kind: "digest", sections: [{ feed: hostileFeed, summaries: [summary, summary] }] }),
      rendered({ kind: "notice", text }),
    ];
    for (const content of all) {
      expect(violations(content.formatted_body)).toEqual([]);
      expect(content["m.mentions"]).toEqual({});
      for (const shown of [content.body, content.formatted_body])
        expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\p{Surrogate}]/u);
      expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThanOrEqual(40 * 1024);
      const links: string[] = [];
      visit(fromHtml(content.formatted_body, { fragment: true }), "element", (node) => {
        if (node.tagName === "a") links.push(String(node.properties["href"]));
      });
      expect(links.filter((one) => one !== url)).toEqual([]);
    }
    // Other bots obey what begins with their sign; to notices they never answer.
    for (const content of all.slice(0, 2)) expect(content.body).toMatch(/^(• |\d+ new in )/);
    expect(all[2]?.msgtype).toBe("m.notice");
  });

  const hostileHtml: readonly (readonly [string, string, string])[] = [
    ["scripts", "<p>a<script>alert(1)</script><style>p{}</style><iframe src='https://x.example'></iframe>b</p>", "ab"],
    ["handlers", "<p onclick='x()' style='position:fixed'>a<b onmouseover=x()>b</b></p>", "ab"],
    ["schemes", "<a href='javascript:x()'>a</a> <a href='data:text/html,x'>b</a> <a href='mxc://s/m'>c</a>", "a b c"],
    [
      "names of people",
      "<a href='https://matrix.to/#/@ada:hs.test'>a</a> <a href='https://MATRIX.to/#/!r:s'>b</a>",
      "a b",
    ],
    ["matrix links", "<a href='matrix:u/ada:hs.test'>a</a>", "a"],
    ["mentions", "<span data-mx-spoiler>a</span><font data-mx-color='#fff'>b</font><mx-reply>c</mx-reply>", "abc"],
    ["forms", "<form action='https://x.example'><input value=x><button>a</button></form>b", "b"],
    ["a comment", "<p>a<!-- b -->c</p>", "ac"],
  ];

  test.each(hostileHtml)("%s in an entry's text leave only what may be shown", (_name, html, text) => {
    const { formatted_body: shown } = rendered(postOf({ title: "T", author: "", excerpt: readHtml(html).root }));
    expect(violations(shown)).toEqual([]);
    const quote = /<blockquote>(.*)<\/blockquote>/s.exec(shown)?.[1] ?? "";
    expect(textIn(fromHtml(quote, { fragment: true })).trim()).toBe(text);
    expect(quote).not.toContain("<a ");
  });

  test("a tree that no parser made is cleaned alike", () => {
    const children = [
      { type: "html", value: "<script>x</script>" },
      {
        type: "paragraph",
        children: [
          { type: "html", value: "<b>" },
          { type: "image", url: "https://x.example/a.png", alt: "a picture" },
        ],
      },
      { type: "code", lang: 'x" onload="y', value: "</code><script>" },
      { type: "code", lang: "c++", value: "a < b" },
      {
        type: "paragraph",
        children: [
          { type: "link", url: "javascript:alert(1)", children: [{ type: "text", value: "run" }] },
          { type: "link", url: "matrix:u/ada:hs.test", children: [{ type: "text", value: "Ada" }] },
          { type: "linkReference", identifier: "d", referenceType: "full", children: [{ type: "text", value: "see" }] },
        ],
      },
      { type: "definition", identifier: "d", url: "data:text/html,x" },
      { type: "heading", depth: 1, children: [{ type: "text", value: "Large" }] },
      {
        type: "list",
        ordered: true,
        start: 3,
        children: [
          {
            type: "listItem",
            checked: true,
            children: [{ type: "paragraph", children: [{ type: "text", value: "item" }] }],
          },
        ],
      },
      {
        type: "footnoteDefinition",
        identifier: "1",
        children: [{ type: "paragraph", children: [{ type: "text", value: "note" }] }],
      },
      { type: "paragraph", children: [{ type: "footnoteReference", identifier: "1" }] },
    ] as RootContent[];
    const { formatted_body: shown } = rendered(postOf({ excerpt: { type: "root", children } }));
    expect(violations(shown)).toEqual([]);
    expect(shown).toContain('<code class="language-c++">a &#x3C; b');
    expect(shown).toContain('<ol start="3">');
    expect(shown).toContain("a picture");
    expect(shown).not.toContain("<h1>");
    expect(shown.match(/<a /g)).toHaveLength(1);
  });

  test("quotes within quotes end somewhere", () => {
    let inner: RootContent = { type: "paragraph", children: [{ type: "text", value: "deep" }] };
    for (let depth = 0; depth < 500; depth += 1) inner = { type: "blockquote", children: [inner] } as RootContent;
    const { formatted_body: shown } = rendered(postOf({ excerpt: { type: "root", children: [inner] } }));
    expect(depthOf(fromHtml(shown, { fragment: true }))).toBeLessThan(100);
    expect(shown).toContain("deep");
  });
});

function textIn(node: Nodes): string {
  if (node.type === "text") return node.value;
  return "children" in node ? node.children.map(textIn).join("") : "";
}

test("a post as it is sent", () => {
  const excerpt = readHtml(
    '<p>It <em>says</em> <a href="https://blog.example/other">this</a>.</p><ul><li>one</li></ul>',
  ).root;
  expect(rendered({ kind: "post", feed, summary: summaryOf({ minutes: 4, source: "Planet", excerpt }) })).toEqual({
    msgtype: "m.text",
    body: "• A title\nAda Quill · Planet · The blog · 2026-01-02 03:04 UTC · 4 min read\nIt says this.\n- one\nhttps://blog.example/post",
    format: "org.matrix.custom.html",
    formatted_body:
      '<p><strong><a href="https://blog.example/post">A title</a></strong><br>\nAda Quill · Planet · The blog · 2026-01-02 03:04 UTC · 4 min read</p>\n' +
      '<blockquote>\n<p>It <em>says</em> <a href="https://blog.example/other">this</a>.</p>\n<ul>\n<li>one</li>\n</ul>\n</blockquote>',
    "m.mentions": {},
  });
});
