import { describe, expect, test } from "vitest";
import { excerptOf, proseOf, summaryOf } from "./summarizing.ts";

describe("what chats have no form for is put into words", () => {
  test.each([
    [
      "definitions",
      "<dl><dt>Feed</dt><dd>A list of posts.</dd><dt>Planet</dt><dd>Many feeds.</dd></dl>",
      "**Feed**\n\nA list of posts.\n\n**Planet**\n\nMany feeds.",
    ],
    [
      "quotes within quotes",
      "<blockquote><p>He said:</p><blockquote><p>No.</p></blockquote></blockquote>",
      "> He said:\n>\n> > No.",
    ],
    ["inline quotes", "<p>He said <q>no</q>.</p>", 'He said "no".'],
    ["ruby without brackets", "<p><ruby>漢字<rt>かんじ</rt></ruby>です</p>", "漢字(かんじ)です"],
    ["ruby with brackets", "<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です</p>", "漢字(かんじ)です"],
    [
      "powers and indices",
      "<p>10<sup>6</sup> of H<sub>2</sub>O, x<sup>n+1</sup>, the 1<sup>st</sup></p>",
      "10⁶ of H₂O, xⁿ⁺¹, the 1st",
    ],
    ["MathML with TeX", '<p>Let <math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>.</p>', "Let `x^2`."],
    [
      "KaTeX",
      '<p>Let <span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">\\sqrt{x}</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x</span></span>.</p>',
      "Let `\\sqrt{x}`.",
    ],
    ["MathJax", '<p>Let <script type="math/tex">a_i</script>.</p>', "Let `a_i`."],
    [
      "formulas that are pictures",
      '<p>Let <img class="latex" alt="e^{i\\pi}" src="https://s0.example/latex.php?x">.</p>',
      "Let `e^{i\\pi}`.",
    ],
    [
      "formulas of Wikipedia",
      '<p>Let <img class="mwe-math-fallback-image-inline" alt="{\\displaystyle y}" src="https://x.example/y.svg">.</p>',
      "Let `y`.",
    ],
    ["TeX in text", "<p>We show $\\alpha \\leq 2$ holds.</p>", "We show $\\alpha \\leq 2$ holds."],
    [
      "what is folded away",
      "<details><summary>The end</summary><p>He dies.</p></details><p>Read it.</p>",
      "The end …\n\nRead it.",
    ],
    ["spoilers", '<p>In the end <span class="md-spoiler-text">he dies</span>.</p>', "In the end \\[spoiler]."],
    [
      "tasks",
      '<ul><li><input type="checkbox" checked> done</li><li><input type="checkbox"> open</li></ul>',
      "- ☑ done\n- ☐ open",
    ],
    [
      "a figure of code with line numbers",
      '<div class="highlight"><table class="rouge-table"><tr><td class="rouge-gutter gl"><pre>1\n2\n</pre></td><td class="rouge-code"><pre>a = 1\nb = 2</pre></td></tr></table></div>',
      "```\na = 1\nb = 2\n```",
    ],
    [
      "code of Hugo",
      '<pre class="chroma"><code class="language-go"><span class="line"><span class="ln">1</span><span class="cl">x := 1\n</span></span><span class="line"><span class="ln">2</span><span class="cl">y := 2\n</span></span></code></pre>',
      "```go\nx := 1\ny := 2\n```",
    ],
    [
      "a poem",
      "<p>Tyger tyger,<br>burning bright,</p><p>In the forests</p>",
      "Tyger tyger,  \nburning bright,\n\nIn the forests",
    ],
    [
      "a table of facts",
      "<table><tr><th>Size</th><td>3 MB</td></tr><tr><th>Licence</th><td></td></tr></table>",
      "Size · 3 MB  \nLicence",
    ],
    [
      "footnotes of Markdown",
      '<p>So<sup id="fnref:1"><a href="https://x.example/p#fn:1" class="footnote">1</a></sup>.</p><div class="footnotes"><ol><li id="fn:1"><p>Or not.&nbsp;<a href="https://x.example/p#fnref:1">↩︎</a></p></li></ol></div>',
      "So.",
    ],
    ["keys", "<p>Press <kbd>Ctrl</kbd>+<kbd>C</kbd>.</p>", "Press `Ctrl`+`C`."],
    ["bold within a bold heading", "<h2><b>Head</b></h2><p>x</p>", "## Head\n\nx"],
    ["spaces within marks", "<p>A<b> bold </b>move, <i>so </i>to speak</p>", "A **bold** move, *so* to speak"],
    [
      "release notes",
      '<h2>Changes</h2><ul><li>Fix a crash (<a href="https://g.example/1">#1</a>)</li></ul>',
      "## Changes\n\n- Fix a crash ([#1](https://g.example/1))",
    ],
    [
      "a post that is one link",
      '<p><a href="https://x.example/a">A good read</a></p>',
      "[A good read](https://x.example/a)",
    ],
    ["padding of newsletters", "<p>\u200c\u00a0\u200c\u00a0\u034f \u200c</p><p>Text</p>", "Text"],
  ])("%s", (_, html, shown) => {
    expect(excerptOf(html)).toBe(shown);
  });

  test("what its author opened stays open", () => {
    expect(excerptOf("<details open><summary>The story</summary><p>All of it.</p></details>")).toBe(
      "The story\n\nAll of it.",
    );
  });
});

describe("a post without words", () => {
  test.each([
    ["a picture", '<p><img src="https://x.example/a.jpg" alt="A kite"></p>', "https://x.example/a.jpg", "A kite"],
    [
      "a figure",
      '<figure><img src="https://x.example/a.jpg"><figcaption>A kite</figcaption></figure>',
      "https://x.example/a.jpg",
      "",
    ],
    [
      "a video",
      '<video poster="https://x.example/v.jpg" controls>Use a browser.</video>',
      "https://x.example/v.jpg",
      "",
    ],
    ["an embedded player", '<iframe src="https://v.example/1"></iframe>', "", ""],
    ["nothing", "", "", ""],
    ["white space", " <p>&nbsp;</p><br> ", "", ""],
  ])("has no excerpt: %s", (_, html, image, imageAlt) => {
    expect(summaryOf(html)).toMatchObject({ excerpt: { children: [] }, image, imageAlt });
  });

  test("of a podcast shows the picture that the feed names", () => {
    expect(summaryOf("", { image: "https://x.example/cover.jpg" })).toMatchObject({
      excerpt: { children: [] },
      image: "https://x.example/cover.jpg",
      minutes: 0,
    });
  });
});

describe("the title is not said twice", () => {
  test.each([
    ["with other quotes", "It's “new”", "<h1>It’s &quot;new&quot;</h1><p>Text</p>"],
    ["with a sign more", "What now", "<p><b>What now?</b></p><p>Text</p>"],
    ["with marks", "Use a `Set`", "<p>Use a <code>Set</code></p><p>Text</p>"],
    ["in another case", "HELLO THERE", "<h2>Hello there</h2><p>Text</p>"],
  ])("%s", (_, title, html) => {
    expect(summaryOf(html, { title }).excerpt.children).toMatchObject([{ children: [{ value: "Text" }] }]);
  });

  test.each([
    ["C++", "<p>C</p>"],
    ["Part 1", "<p>Part 2</p>"],
    ["…", "<p>?</p>"],
  ])("%s is another title than %s", (title, html) => {
    expect(summaryOf(html, { title }).excerpt.children).toHaveLength(1);
  });
});

describe("text that turns its direction", () => {
  test("is left in its order, and turns nothing else", () => {
    expect(excerptOf("<p>\u202eevil\u202c \u2067שלום\u2069 \u200fabc</p>")).toBe("evil שלום \u200fabc");
    expect(excerptOf("<pre>if (a\u202e) { }</pre>")).toBe("```\nif (a) { }\n```");
  });

  test("keeps the joiners that its script needs", () => {
    expect(excerptOf("<p>می\u200cخواهم न\u094d\u200dय 👩\u200d🔬</p>")).toBe("می\u200cخواهم न\u094d\u200dय 👩\u200d🔬");
  });
});

describe("the reading time", () => {
  const boilerplate = `<div class="yarpp-related">${"<p>another post </p>".repeat(400)}</div>`;
  const prose = (words: number): string => `<p>${"word ".repeat(words)}</p>`;

  test("counts the post, not what stands around it", () => {
    expect(summaryOf(prose(600)).minutes).toBe(3);
    expect(summaryOf(`${prose(600)}${boilerplate}`).minutes).toBe(3);
  });

  test("counts what was not read in proportion", () => {
    expect(summaryOf(prose(12_000)).minutes).toBeGreaterThanOrEqual(59);
    expect(summaryOf(prose(12_000)).minutes).toBeLessThanOrEqual(61);
    const markup = `<p>${`<i title="${"x".repeat(200)}"></i>`.repeat(200)}</p>`;
    expect(Math.abs(summaryOf(`${prose(2_000)}${markup}`).minutes - 10)).toBeLessThan(2);
    expect(summaryOf(prose(2_000), { htmlChars: 50_000 }).minutes).toBe(50);
    expect(summaryOf(prose(2_000), { htmlChars: 50_000 }, 0).minutes).toBe(50);
  });

  test("counts signs of scripts without spaces, and words beside them", () => {
    expect(summaryOf(`<p>${"漢字".repeat(400)} ${"word ".repeat(200)}</p>`).minutes).toBe(3);
    expect(summaryOf(`<p>${"สวัสดี".repeat(200)}</p>`).minutes).toBe(3);
  });
});

test("what was read only in part does not end within a word", () => {
  const html = `<div style="${"x".repeat(24_000)}">One sentence here. And another one that is ${"long ".repeat(200)}</div>`;
  expect(excerptOf(html, 5_000)).toMatch(/^One sentence here\..*(?:long…|\.)$/);
  expect(excerptOf("<p>One. Two thr</p>", 600)).toBe("One. Two thr");
  expect(summaryOf("<p>One two. Three fou</p>", { htmlChars: 99_999 }).excerpt).toMatchObject({
    children: [{ children: [{ value: "One two." }] }],
  });
});

describe("prose", () => {
  const html = "<h2>Build</h2><p>First this.</p><pre>make all</pre><ul><li>one</li></ul><p>Then that.</p>";

  test("is the sentences, without what stands between them", () => {
    expect(proseOf(html)).toBe("First this.\n\nThen that.");
  });

  test("of a post without sentences is the post", () => {
    const code = "<pre>make all</pre>";
    expect(proseOf(code)).toBe("```\nmake all\n```");
  });
});
