import * as fc from "fast-check";

/** Words that are easy to break: several code units, marks, joiners, other directions, no spaces. */
const words = [
  ..."one two three word sentence. end! why? comma, colon: (bracket) Dr. e.g. 3.14 J. Straße naïve".split(" "),
  ..."👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 👍🏽 é ཧཱུྃ क्षि நி 각 각 สวัสดี".split(" "),
  ..."今日は晴れです。 明日は雨でしょう 中文字符，很多。 שלום עולם مرحبا؟ می‌خواهم".split(" "),
  "x".repeat(180),
  "0123456789abcdef".repeat(8),
  "\u202egnp.exe\u202c",
  "\u2067abc\u2069",
];
/** Signs of markup, which as text must stay text. */
const signs = ["<b>", "</p>", "&amp;", "&", "<", ">", '"', "*x*", "_y_", "`z`", "[a](b)", "# h", "~~d~~", "{{c}}"];

const anyText = fc
  .array(fc.constantFrom(...words, ...signs), { minLength: 1, maxLength: 12 })
  .map((list) => list.join(" "));
const plainWords = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 12 }).map((list) => list.join(" "));

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function within(tag: string, inner: fc.Arbitrary<string>, attributes = ""): fc.Arbitrary<string> {
  return inner.map((html) => `<${tag}${attributes}>${html}</${tag}>`);
}

/** HTML as a person or a program would write it: blocks of phrases, nested a little. */
function treeOf(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { block } = fc.letrec<{ phrase: string; phrases: string; block: string; blocks: string }>((tie) => ({
    phrase: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text.map(escaped),
      within("b", tie("phrases")),
      within("em", tie("phrases")),
      within("a", text.map(escaped), ' href="https://x.example/a?b=1&amp;c=2"'),
      within("code", text.map(escaped)),
      within("span", tie("phrases"), ' class="x y" title="tip"'),
      fc.constantFrom("<br>", '<img src="https://x.example/a.jpg" alt="a picture">', "<!-- c -->", "<sup>2</sup>"),
    ),
    phrases: fc.array(tie("phrase"), { minLength: 1, maxLength: 4 }).map((list) => list.join(" ")),
    block: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      within("p", tie("phrases")),
      within("h2", tie("phrases")),
      within(
        "pre",
        text.map((it) => escaped(it).replaceAll(" ", "\n")),
      ),
      within("ul", within("li", tie("phrases"))),
      within("ol", within("li", tie("blocks"))),
      within("blockquote", tie("blocks")),
      within("div", tie("blocks")),
      within("table", within("tr", within("td", tie("phrases")))),
    ),
    blocks: fc.array(tie("block"), { minLength: 1, maxLength: 3 }).map((list) => list.join("\n")),
  }));
  return fc.array(block, { minLength: 1, maxLength: 6 }).map((list) => list.join("\n"));
}

export const anyTree = treeOf(anyText);
/** Without a sign of markup in the text: what looks like markup in the end was markup. */
export const wordTree = treeOf(plainWords);

/** Pieces of markup in any order, with text between them. */
export const garbage = fc
  .array(
    fc.oneof(
      anyText,
      fc.constantFrom(
        ..."<p> </p> <b> <b <a <a href=\" href='x' > \" ' <!-- --> <![CDATA[ ]]> &amp &#x &#99999999; &lt;p&gt; <script> </script> <table><td> <li> <ul> <pre> </div> <svg><p> <math><mi>x <details><summary> <ruby><rt>r <input type=checkbox checked> \u0000 \ud800 \r\n".split(
          " ",
        ),
      ),
    ),
    { maxLength: 60 },
  )
  .map((list) => list.join(""));
