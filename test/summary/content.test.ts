import { describe, expect, test } from "vitest";
import { recognize } from "../../src/summary/recognize.ts";
import { excerptOf } from "./summarizing.ts";

/** As the parser leaves it where a feed says that its content is text (Atom, JSON Feed). */
function asText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\n", "<br>");
}

const release = `## What's new

- Faster **startup**, see [the notes](https://x.example/notes)
- \`--verbose\` says more

1. Stop
2. Start

> Careful!

\`\`\`sh
run --it <now>
\`\`\``;

describe("Markdown", () => {
  test.each([
    ["as it is", release.replaceAll("<now>", "&lt;now&gt;")],
    ["as text", asText(release)],
    ["in a div", `<div xmlns="http://www.w3.org/1999/xhtml">${asText(release)}</div>`],
    ["with lines broken twice", asText(release).replaceAll("<br>", "<br />\n")],
  ])("is read as Markdown, %s", (_, html) => {
    expect(recognize(html).kind).toBe("markdown");
    const shown = excerptOf(html);
    expect(shown).toContain("## What's new");
    expect(shown).toContain("- Faster **startup**, see [the notes](https://x.example/notes)\n- `--verbose` says more");
    expect(shown).toContain("1. Stop\n2. Start");
    expect(shown).toContain("> Careful!");
    expect(shown).toContain("run --it <now>");
  });

  test("is no way around the rules: its pictures, links and HTML are those of any post", () => {
    const html = asText(
      '# A\n\n![x](https://x.example/a.png) [run](javascript:alert(1)) <b onclick="x()">b</b> [a](https://x.example/) end',
    );
    expect(recognize(html).kind).toBe("markdown");
    expect(excerptOf(html)).toBe('# A\n\nrun \\<b onclick="x()">b\\</b> [a](https://x.example/) end');
  });

  test.each([
    ["one sign alone", "He said **no** and left.\n\nThen *nothing*."],
    ["hashtags", "#monday #coffee\n\n#tuesday is **worse**"],
    ["a poem with dashes", "- not this\n- not that\n\nbut the sea"],
    ["brackets", "See [1] and [the other one] (2019).\n\n- a\n- b"],
    ["a shebang", "#!/bin/sh\n# do it\nrun -x\n\n- a\n- b"],
    ["a file name", "Use snake_case_names and __init__ in Python."],
    ["arithmetic", "2 * 3 * 4 = 24\n\n* * *\n\n> 5"],
  ])("is not seen in %s", (_, text) => {
    expect(recognize(asText(text)).kind).toBe("text");
  });

  test("is not seen within HTML", () => {
    expect(recognize(`<p>${release.replaceAll("<", "&lt;")}</p><p>More</p>`).kind).toBe("html");
  });
});

describe("plain text", () => {
  test.each([
    ["parts paragraphs at empty lines", "One.\n\n\nTwo.", "One.\n\nTwo."],
    [
      "keeps the lines of a poem",
      "Tyger tyger, burning bright,\nIn the forests of the night;",
      "Tyger tyger, burning bright,  \nIn the forests of the night;",
    ],
    [
      "joins lines that a program wrapped",
      "This is a paragraph of text that somebody's mail program has broken into\nlines of some seventy characters, as mail programs have done since before\nthe web.",
      "This is a paragraph of text that somebody's mail program has broken into lines of some seventy characters, as mail programs have done since before the web.",
    ],
    ["reads lists", "News:\n- one\n- two\n  goes on\n- three", "News:\n\n- one\n- two  \n  goes on\n- three"],
    ["reads numbered lists", "3. three\n4. four", "3. three\n4. four"],
    ["reads indented code", "Run:\n\n    x = {};\n    go(x);", "Run:\n\n```\nx = {};\ngo(x);\n```"],
    ["does not take indented words for code", "    Indented words\n    are no code.", "Indented words  \nare no code."],
    [
      "links addresses, without what follows them",
      "See https://x.example/a(b), (or https://y.example/c).",
      "See <https://x.example/a(b)>, (or <https://y.example/c>).",
    ],
    ["shows code between backquotes", "Use `a*b`, not `c`.", "Use `a*b`, not `c`."],
    ["shows what would be markup", "a < b && c > d", "a < b && c > d"],
    ["does not take a dash for a list", "- That is all, he said.", "\\- That is all, he said."],
  ])("%s", (_, text, shown) => {
    expect(recognize(asText(text)).kind).toBe("text");
    expect(excerptOf(asText(text))).toBe(shown);
  });

  test("is what a commit message in a pre is", () => {
    const message = "A title\n\nWhat was done, and why.\n\n- one\n- two\n";
    expect(excerptOf(`<pre style='white-space:pre-wrap;width:81ex'>${message}</pre>`)).toBe(
      "What was done, and why.\n\n- one\n- two",
    );
    expect(excerptOf("<pre>one\n  two</pre>")).toBe("```\none\n  two\n```");
  });
});

describe("HTML that was escaped twice", () => {
  test.each([
    ["from the first character on", "&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;.&lt;/p&gt;", "One **two**."],
    [
      "within text",
      "One &lt;b&gt;two&lt;/b&gt;&lt;br&gt;&lt;br /&gt;three &lt;a href=&quot;https://x.example/&quot;&gt;x&lt;/a&gt;",
      "One **two**\n\nthree [x](https://x.example/)",
    ],
    [
      "twice too often",
      "&amp;lt;!-- SC_OFF --&amp;gt;&amp;lt;div class=&amp;quot;md&amp;quot;&amp;gt;&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;&amp;lt;/div&amp;gt;",
      "One",
    ],
    ["in a div", "<div>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;</div>", "One\n\ntwo"],
  ])("is read %s", (_, html, shown) => {
    expect(excerptOf(html)).toBe(shown);
  });

  test.each([
    ["Use &lt;b&gt; sparingly, and &lt;br&gt; never.", "Use \\<b> sparingly, and \\<br> never."],
    ["Write &lt;b&gt;x&lt;/b&gt; for bold.", "Write \\<b>x\\</b> for bold."],
    [
      "<p>In <code>&lt;p&gt;a&lt;/p&gt;</code> and &lt;p&gt;b&lt;/p&gt; alike.</p>",
      "In `<p>a</p>` and \\<p>b\\</p> alike.",
    ],
    ["A Vec&lt;T&gt; and a Map&lt;K, V&gt;", "A Vec\\<T> and a Map\\<K, V>"],
  ])("is not seen in %s", (html, shown) => {
    expect(excerptOf(html)).toBe(shown);
  });

  test.each([
    ["Don&amp;#8217;t say &amp;quot;no&amp;quot; &amp;amp; wait&amp;hellip;", 'Don’t say "no" & wait…'],
    ["a&amp;nbsp;b &amp;#8211; c", "a b – c"],
    ["Write &amp;nbsp; or &amp;hellip; there", "Write \\&nbsp; or \\&hellip; there"],
  ])("single characters, where they stand in words: %s", (html, shown) => {
    expect(excerptOf(`<p>${html}</p>`)).toBe(shown);
  });
});

describe("BBCode", () => {
  test("is read where there are pairs of it", () => {
    const text =
      "[b]New[/b] in [url=https://x.example/]2.0[/url]:\n[list][*]one[*]two & <three>[/list]\n\n[quote=Ada]Good[/quote]";
    expect(excerptOf(asText(text))).toBe("**New** in [2.0](https://x.example/):\n\n- one\n- two & \\<three>\n\n> Good");
  });

  test.each(["[b] is a note, [/b] is none", "An array a[i] of [code]", "[url=javascript:alert(1)]x[/url] y"])(
    "is not seen in %s",
    (text) => {
      expect(recognize(asText(text)).kind).toBe("text");
    },
  );
});
