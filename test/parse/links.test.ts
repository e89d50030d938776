import { describe, expect, test } from "vitest";
import { absoluteLinks, absoluteUrl, innerBase } from "../../src/feed/parse/links.ts";
import { readFirst, rssOf } from "./reading.ts";

const base = "https://base.example/dir/page.html";

describe("absoluteUrl", () => {
  test.each([
    ["https://a.example/x?y=1#z", "https://a.example/x?y=1#z"],
    ["  https://a.example/x\n", "https://a.example/x"],
    ["HTTP://A.example", "HTTP://A.example"],
    ["other.html", "https://base.example/dir/other.html"],
    ["/top", "https://base.example/top"],
    ["//cdn.example/x", "https://cdn.example/x"],
    ["?page=2", "https://base.example/dir/page.html?page=2"],
    ["www.plain.example/x", "http://www.plain.example/x"],
    ["https://a.example/with space", "https://a.example/with%20space"],
    ["javascript:alert(1)", ""],
    ["java\nscript:alert(1)", ""],
    ["data:text/html,x", ""],
    ["mailto:a@b.example", ""],
    ["tag:a.example,2026:1", ""],
    ["https://", ""],
    ["", ""],
    [`https://a.example/${"x".repeat(2_000)}`, ""],
  ])("%j", (written, url) => {
    expect(absoluteUrl(written, base)).toBe(url);
  });

  test("is empty for a relative link without a usable base", () => {
    expect(absoluteUrl("x.html", "")).toBe("");
  });
});

test("an unusable xml:base leaves the outer base", () => {
  expect([innerBase("sub/", base), innerBase("", base), innerBase("urn:x", base)]).toEqual([
    "https://base.example/dir/sub/",
    base,
    base,
  ]);
});

describe("absoluteLinks", () => {
  test("resolves what is relative and leaves the rest, entities and quotes kept", () => {
    const html = `<a href="x?a=1&amp;b=2">1</a><a href='#note'>2</a><a href="mailto:a@b.example">3</a><img alt="src=y" src = 'i.png'>`;
    expect(absoluteLinks(html, base)).toBe(
      `<a href="https://base.example/dir/x?a=1&amp;b=2">1</a><a href='#note'>2</a><a href="mailto:a@b.example">3</a><img alt="src=y" src = 'https://base.example/dir/i.png'>`,
    );
  });

  test("lets no quote out of its attribute", () => {
    expect(absoluteLinks(`<a href='x"y'>1</a>`, base)).not.toMatch(/href='[^']*'[^>]*'/);
  });
});

describe("the base of links in content", () => {
  test("is the entry's page in RSS, as in a reader, unless xml:base says otherwise", async () => {
    const link = "<link>https://one.example/posts/1/</link>";
    const description = `<description>&lt;img src="i.png"&gt;</description>`;
    expect((await readFirst(rssOf(link + description))).html).toBe('<img src="https://one.example/posts/1/i.png">');
    const based = description.replace("<description>", '<description xml:base="https://files.example/">');
    expect((await readFirst(rssOf(link + based))).html).toBe('<img src="https://files.example/i.png">');
  });

  test("is the site where an entry has no page", async () => {
    expect((await readFirst(rssOf(`<description>&lt;a href="x"&gt;x&lt;/a&gt;</description>`))).html).toBe(
      '<a href="https://one.example/x">x</a>',
    );
  });
});
