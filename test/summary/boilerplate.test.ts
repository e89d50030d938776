import { describe, expect, test } from "vitest";
import { boilerplate, rulesOf } from "../../src/summary/boilerplate.ts";
import { readHtml } from "../../src/summary/html.ts";
import { toPlainText } from "../../src/summary/markdown.ts";
import { fixtures, lookalikes } from "./boilerplate-fixtures.ts";
import { excerptOf } from "./summarizing.ts";

function textWithout(html: string, removed: string): string {
  return toPlainText(readHtml(html, rulesOf(boilerplate.filter((one) => one.id !== removed))).root);
}

describe("each rule of the list of boilerplate", () => {
  test("has a name of its own, a reason and a fixture", () => {
    expect(Object.keys(fixtures).toSorted()).toEqual(boilerplate.map((one) => one.id).toSorted());
    for (const { id, why } of boilerplate) expect(`${id}: ${why}`).toMatch(/^[a-z-]+: .{10,}\.$/);
  });

  test.each(boilerplate.map((one) => one.id))("%s takes out what nothing else does", (id) => {
    const [html, gone] = fixtures[id] ?? ["", ""];
    expect(textWithout(html, "")).not.toContain(gone);
    expect(textWithout(html, id)).toContain(gone);
  });

  test.each(Object.entries(fixtures))("%s leaves the post", (_, [html]) => {
    expect(textWithout(html, "")).toMatch(/Real text|go\(\)|A fix|We prove|Let x\^2/);
  });
});

describe("what only looks like boilerplate stays", () => {
  test.each(lookalikes)("%s", (text) => {
    expect(toPlainText(readHtml(`<p>${text}</p>`).root)).toBe(text);
    expect(toPlainText(readHtml(`<p>Before.</p><p>${text}</p><p>Behind it.</p>`).root)).toContain(text);
    expect(toPlainText(readHtml(`<p>Before it.</p><p>${text}</p>`).root)).toContain(text);
  });

  test.each([
    ["You can <a>read more</a> about it in the manual.", "You can read more about it in the manual."],
    ["I run <a>source</a> code, <a>comments</a> and all.", "I run source code, comments and all."],
    ["She found it. <a>Next</a> came the flood.", "She found it. Next came the flood."],
    ["See section <a>3</a> for the <a>link</a>.", "See section 3 for the link."],
  ])("a link within a sentence: %s", (html, text) => {
    const linked = html.replaceAll("<a>", '<a href="https://x.example/p">');
    expect(toPlainText(readHtml(`<p>${linked}</p>`).root)).toBe(text);
  });

  test("a class that wraps the whole post", () => {
    expect(excerptOf('<div class="post-footer"><p>The post itself.</p></div>')).toBe("The post itself.");
  });

  test("a heading with its text, and a post of headings alone", () => {
    expect(excerptOf("<h2>New</h2><p>This.</p><h2>Old</h2>")).toBe("## New\n\nThis.");
    expect(excerptOf("<p>This.</p><h3>A healthy pet is a happy pet!</h3>")).toContain("### A healthy pet");
    expect(excerptOf("<h2>New in 1.0</h2><h2>Nothing</h2>")).toBe("## New in 1.0\n\n## Nothing");
  });

  test("a list of links to other pages", () => {
    const list = ["a", "b", "c"].map((it) => `<li><a href="https://${it}.example/#top">${it} site</a></li>`).join("");
    expect(excerptOf(`<ul>${list}</ul>`)).toContain("b site");
  });
});

describe("a teaser", () => {
  test.each([
    [
      "WordPress",
      'Words of it [&#8230;] <a href="https://x.example/p">Continue reading <span>A title</span> &rarr;</a>',
      "Words of it \\[…]",
    ],
    ["a theme", '<p>Words of it…</p><p><a href="https://x.example/p">Read More »</a></p>', "Words of it…"],
    ["Blogger", 'Words of it... <a href="https://x.example/p">Read more »</a>', "Words of it..."],
    [
      "Discourse",
      '<p>Words of it…</p><p><a href="https://x.example/t">Read full topic</a></p><p><small>2 posts - 1 participant</small></p>',
      "Words of it…",
    ],
  ])("of %s keeps its ellipsis and loses the link", (_, html, shown) => {
    expect(excerptOf(html)).toBe(shown);
  });
});

test("a post of nothing but boilerplate has no excerpt", () => {
  const hackerNews =
    '<p>Article URL: <a href="https://x.example/a">https://x.example/a</a></p><p>Comments URL: <a href="https://n.example/1">https://n.example/1</a></p><p>Points: 3</p><p># Comments: 0</p>';
  const reddit =
    '<table><tr><td><a href="https://r.example/c"><img src="https://x.example/t.jpg"></a></td><td> submitted by <a href="https://r.example/u"> /u/ada </a> <br> <span><a href="https://x.example">[link]</a></span> <span><a href="https://r.example/c">[comments]</a></span></td></tr></table>';
  expect([excerptOf(hackerNews), excerptOf(reddit)]).toEqual(["", ""]);
});
