import { describe, expect, test } from "vitest";
import { htmlToPlain, titleText } from "../../src/feed/text.ts";

describe("htmlToPlain", () => {
  test.each([
    ["<p>One</p><p>two</p>", "One two"],
    ["foo<b>bar</b>", "foobar"],
    ["a<br>b", "a b"],
    ["x &lt; y &amp;&#38; &#x263A; &nbsp; caf&eacute;", "x < y && ☺ café"],
    ["&#147;quoted&#148; &unknown; &", "“quoted” &unknown; &"],
    ["<script>var a = '<b>';</script>shown<style>p { }</style>", "shown"],
    ["<!-- a > b --><?php x ?><![CDATA[c]]>d", "c]]>d"],
    ['<img alt="a > b" title=\'"\'>after', "after"],
    ["1 < 2 and 3 > 2, I <3 you", "1 < 2 and 3 > 2, I <3 you"],
    ['cut in <a href="', 'cut in <a href="'],
    ["", ""],
  ])("%j", (html, text) => {
    expect(htmlToPlain(html)).toBe(text);
  });
});

describe("titleText", () => {
  test.each([
    ["A <b>bold</b> one", "A bold one"],
    ["Vec<T> and <unheard-of>", "Vec<T> and <unheard-of>"],
    ["Tom &amp; Jerry", "Tom & Jerry"],
    ["It&amp;#8217;s &amp;amp; more", "It’s & more"],
    [" two\n\tlines ", "two lines"],
    ["a\u202eb\u2066c\u200bd\u0007e", "abcde"],
    ["می‌خواهم", "می‌خواهم"],
    [`e${"\u0301".repeat(50)}`, `e${"\u0301".repeat(6)}`],
  ])("%j", (written, shown) => {
    expect(titleText(written, "html")).toBe(shown);
  });

  test("keeps tags in plain text, unless they evidently are markup", () => {
    expect(titleText("How to use <div> and <b>", "text")).toBe("How to use <div> and <b>");
    expect(titleText("A <i>fine</i> day<br/>", "text")).toBe("A fine day");
  });

  test("never ends in half a character", () => {
    expect(titleText("😀".repeat(1_000), "text")).toBe("😀".repeat(500));
    expect(titleText(`x${"😀".repeat(1_000)}`, "text")).toBe(`x${"😀".repeat(499)}`);
  });
});
