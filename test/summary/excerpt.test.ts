import { describe, expect, test } from "vitest";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { excerptOf, summaryOf } from "./summarizing.ts";

describe("an excerpt keeps what a text says", () => {
  test.each([
    [
      "links, emphasis and code",
      '<p>See <a href="https://x.example/">the <b>site</b></a>, <em>really</em>, <code>a*b</code>.</p>',
      "See [the **site**](https://x.example/), *really*, `a*b`.",
    ],
    ["lists", "<ul><li>one</li><li>two</li></ul><ol><li>first</li></ol>", "- one\n- two\n\n1. first"],
    ["quotes and headings", "<h2>Head</h2><blockquote><p>Said</p></blockquote><p>x</p>", "## Head\n\n> Said\n\nx"],
    ["code blocks, line by line", "<pre><code>a &lt; b\n  c</code></pre>", "```\na < b\n  c\n```"],
    ["what was struck out", "<p><del>old</del> new</p>", "~~old~~ new"],
    [
      "rows of tables as lines",
      "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
      "a · b  \n1 · 2",
    ],
    [
      "the parts of a table as one",
      "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td></tr>\n</tbody></table>",
      "a  \n1",
    ],
    [
      "long rows of tables as paragraphs",
      `<table><tr><td>a</td></tr><tr><td>b</td></tr><tr><td>${"long ".repeat(30)}row</td></tr><tr><td>c<br>d</td></tr></table>`,
      `a  \nb\n\n${"long ".repeat(30)}row\n\nc  \nd`,
    ],
    [
      "no rows and parts of tables that are not shown",
      '<table><tr><td>a</td></tr><tr style="display:none"><td>b</td></tr><tbody style="display:none"><tr><td>c</td></tr></tbody></table>',
      "a",
    ],
    ["pages laid out with tables", "<table><tr><td><p>One</p><p>Two</p></td></tr></table>", "One\n\nTwo"],
    [
      "what stands behind elements closed as in XHTML",
      '<p><a name="x"/>One</p><iframe src="https://x.example/"/><p>two <b/>three <a href=https://x.example/>x</a></p>',
      "One\n\ntwo three [x](https://x.example/)",
    ],
    [
      "addresses with characters that cannot be seen",
      '<p><a href="http://x.example/\u200e">x</a></p>',
      "[x](http://x.example/%E2%80%8E)",
    ],
    ["line breaks at the ends of marks", "<p><b><em><br>one <br></em></b>two<i><br></i></p>", "**_one_**  \ntwo"],
    ["two line breaks within marks", "<p><i>one<br><br>two</i></p>", "*one  \n\\\ntwo*"],
    ["smileys as characters", '<p>Yes <img class="wp-smiley" alt="🙂" src="https://s.w.org/x.png"></p>', "Yes 🙂"],
    ["paragraphs made with line breaks", "one<br>two<br><br>three<br>", "one  \ntwo\n\nthree"],
    ["paragraphs of plain text", "one\ntwo\n\nthree &amp; four", "one  \ntwo\n\nthree & four"],
  ])("%s", (_, html, markdown) => {
    expect(excerptOf(html)).toBe(markdown);
  });

  test("markup in text stays text", () => {
    expect(excerptOf("<p>*no* [link](x) `code` &lt;b&gt; _a_ # ~~b~~</p>")).toBe(
      "\\*no\\* \\[link]\\(x) \\`code\\` \\<b> \\_a\\_ # \\~\\~b\\~\\~",
    );
  });
});

describe("an excerpt drops what is not the post", () => {
  test.each([
    ["scripts, styles and forms", "<script>x()</script><style>p{}</style><p>Text</p><form>Name <input></form>"],
    ["hidden parts", '<p style="display: none">preheader</p><p hidden>x</p><p>Text</p>'],
    [
      "pixels and pictures",
      '<p>Text</p><img src="https://pixel.wp.com/b.gif" width="1" height="1"><figure><img src="https://x.example/a.jpg"><figcaption>A</figcaption></figure>',
    ],
    [
      "rows of buttons",
      '<p>Text</p><div class="sharedaddy sd-sharing-enabled"><h3>Share this:</h3><ul><li><a href="https://x.example">Tweet</a></li></ul></div>',
    ],
    [
      "where it appeared first",
      '<p>Text</p><p>The post <a href="https://a.example/p">A title</a> appeared first on <a href="https://a.example">Blog</a>.</p>',
    ],
    [
      "ways to comments",
      '<p>Text</p><p><a href="https://a.example/p#comments">3 Comments</a></p><p><a href="https://x.example/c">Leave a comment</a></p>',
    ],
    [
      "ways to the rest",
      '<p>Text</p><p><a href="https://a.example/p">Continue reading A title →</a></p><a href="https://a.example/p">Read more</a>',
    ],
    [
      "licences",
      "<p>Text</p><p>This work is licensed under a Creative Commons Attribution 4.0 licence.</p><p>© 2026 Ada</p>",
    ],
    ["footnotes", '<p>Text</p><div class="footnotes"><ol><li>1. A note</li></ol></div>'],
    ["the title once more", "<h1>A  Title</h1><p>Text</p>"],
    ["empty elements and rules", '<p> </p><hr><p>Text</p><ul><li></li></ul><a href="https://x.example/"></a>'],
  ])("%s", (_, html) => {
    expect(excerptOf(html)).toBe("Text");
  });

  test.each([
    ["Comments on the new law are due in May.", "Comments on the new law are due in May."],
    ["More is less.", "More is less."],
    ["Related work exists.", "Related work exists."],
    ["Copyright law is hard.", "Copyright law is hard."],
    ["Tags help to find posts.", "Tags help to find posts."],
  ])("but not %j", (text, shown) => {
    expect(excerptOf(`<p>${text}</p>`)).toBe(shown);
  });

  test("links that would run something lose their address and keep their text", () => {
    expect(excerptOf('<p><a href="javascript:alert(1)">click</a> <a href="data:text/html,x">here</a></p>')).toBe(
      "click here",
    );
  });
});

describe("hostile content", () => {
  test.each([
    ["deep markup", "<b>".repeat(8_000)],
    [
      "open formatting in many paragraphs",
      Array.from({ length: 900 }, (_, i) => `<b a=${i}>`).join("") + "<p>x".repeat(3_000),
    ],
    ["nested tables", "<table><tr><td>".repeat(1_600)],
    ["nested lists", "<ul><li>x".repeat(2_500)],
    ["nested quotes", "<blockquote>x".repeat(1_800)],
    ["a long word", "x".repeat(60_000)],
    ["a word of joined signs", "👩\u200d".repeat(8_000)],
    ["Markdown", "[a](https://x.example/) **b** `c`\n\n- d\n> e\n\n".repeat(600)],
    ["quotes in Markdown", `[a](https://x.example/) [b](https://x.example/)\n${"> ".repeat(9_000)}`],
    ["only tags that never end", '<a href="'.repeat(3_000)],
  ])("%s is read in less than a second of computing", (_, html) => {
    const before = process.cpuUsage();
    excerptOf(html);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });

  test("becomes plain text where its markup is too deep", () => {
    expect(excerptOf(`${"<b>".repeat(200)}deep${"</b>".repeat(200)} enough`)).toBe("deep enough");
  });
});

describe("a summary", () => {
  test("says what the entry says", () => {
    expect(summaryOf("<p>Text</p>", { source: "Blog", image: "https://x.example/i.png" })).toMatchObject({
      entryId: "e1",
      title: "A title",
      url: "https://blog.example/post",
      author: "Ada",
      source: "Blog",
      publishedAt: "2026-03-02T10:00:00.000Z",
      image: "https://x.example/i.png",
      protected: false,
      minutes: 0,
    });
  });

  test("of a protected post shows no form and no picture", () => {
    const form = '<form class="post-password-form"><p>Enter it:</p><img src="https://x.example/lock.png"></form>';
    expect(summaryOf(form, { protected: true, image: "https://x.example/i.png" })).toMatchObject({
      excerpt: { children: [] },
      image: "",
      minutes: 0,
    });
  });

  test("says how long a long post is, also in scripts without spaces", () => {
    const minutes = [150, 299, 300, 2_000].map((words) => summaryOf(`<p>${"word ".repeat(words)}</p>`).minutes);
    expect(minutes).toEqual([0, 0, 2, 10]);
    expect(summaryOf(`<p>${"漢字".repeat(1_000)}</p>`).minutes).toBe(5);
  });

  test("without an excerpt is made without reading the content", () => {
    const html = '<p>Text</p><img src="https://x.example/a.jpg">';
    expect(summaryOf(html, {}, 0)).toMatchObject({ excerpt: { children: [] }, image: "" });
  });
});

describe("the lead picture", () => {
  const picture = '<img src="https://x.example/real.jpg" width="600">';
  test.each([
    ["one pixel", '<img src="https://x.example/p.gif" width="1" height="1">'],
    ["a counter", '<img src="https://feeds.feedburner.com/~r/x/~4/y">'],
    ["a portrait", '<img src="https://secure.gravatar.com/avatar/x?s=96">'],
    ["a smiley", '<img class="emoji" src="https://x.example/1f600.png">'],
    ["an icon", '<img src="https://x.example/icon.png" width="16" height="16">'],
    ["a badge", '<img src="https://img.shields.io/npm/v/x">'],
    ["no address", '<img src="data:image/png;base64,AAAA"><img>'],
  ])("is not %s", (_, html) => {
    expect(summaryOf(`${html}<p>Text</p>`).image).toBe("");
    expect(summaryOf(`${html}${picture}`).image).toBe("https://x.example/real.jpg");
  });

  test("is the one that the feed names, where it names one", () => {
    expect(summaryOf(picture, { image: "https://x.example/named.jpg" }).image).toBe("https://x.example/named.jpg");
  });

  test.each([
    [
      "its alt",
      '<img src="https://x.example/a.jpg" alt="A  kite over &amp; beyond the bay">',
      "A kite over & beyond the bay",
    ],
    ["its title", '<img src="https://x.example/a.jpg" alt="" title="A kite">', "A kite"],
    ["nothing where there is the name of a file", '<img src="https://x.example/a.jpg" alt="IMG_2041.JPG">', ""],
    ["nothing where there is a placeholder", '<img src="https://x.example/a.jpg" alt="Alt text">', ""],
    ["nothing where there is a number", '<img src="https://x.example/a.jpg" alt="Screenshot 2026-03-02 10.11.12">', ""],
    ["nothing where there is an address", '<img src="https://x.example/a.jpg" alt="https://x.example/a">', ""],
    ["nothing where there is nothing", '<img src="https://x.example/a.jpg">', ""],
  ])("is described by %s", (_, html, alt) => {
    expect(summaryOf(html)).toMatchObject({ image: "https://x.example/a.jpg", imageAlt: alt });
  });

  test("that the feed names is described by the feed, else by the post where it shows the same picture", () => {
    const named = { image: "https://x.example/a.jpg?w=1200" };
    const post = '<img src="https://x.example/a-300x200.jpg" alt="A kite">';
    expect(summaryOf(post, { ...named, imageAlt: "A red kite" }).imageAlt).toBe("A red kite");
    expect(summaryOf(post, named)).toMatchObject({ ...named, imageAlt: "A kite" });
    expect(summaryOf(post.replace("/a-", "/b-"), named)).toMatchObject({ ...named, imageAlt: "" });
  });

  test("of several sizes is the largest, where no other address is given", () => {
    const sizes = "https://x.example/s.jpg 480w, https://x.example/l.jpg 1200w, https://x.example/m.jpg 800w";
    expect(summaryOf(`<img src="data:image/gif;base64,R0" srcset="${sizes}">`).image).toBe("https://x.example/l.jpg");
    const source = `<picture><source srcset="${sizes}"><img src="data:image/gif;base64,R0"></picture>`;
    expect(summaryOf(source).image).toBe("https://x.example/l.jpg");
  });

  test("of a video is its poster", () => {
    expect(summaryOf('<video poster="https://x.example/v.jpg" src="https://x.example/v.mp4"></video>').image).toBe(
      "https://x.example/v.jpg",
    );
  });

  test("may be loaded late", () => {
    expect(summaryOf('<img src="data:image/gif;base64,R0" data-src="https://x.example/late.jpg">').image).toBe(
      "https://x.example/late.jpg",
    );
  });
});

test("the name of a release is its title, with or without the letter", () => {
  expect(toMarkdown(summaryOf("<h2>1.2.0</h2><p>Text</p>", { title: "v1.2.0" }).excerpt)).toBe("Text");
  expect(toMarkdown(summaryOf("<h2>v1.3.0</h2><p>Text</p>", { title: "v1.2.0" }).excerpt)).toBe("## v1.3.0\n\nText");
});
