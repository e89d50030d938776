import { describe, expect, test } from "vitest";
import { toPlainText } from "../../src/summary/markdown.ts";
import { excerptOf, summaryOf } from "./summarizing.ts";

describe("a long text is cut", () => {
  test("at the end of a sentence", () => {
    expect(excerptOf("<p>One two three. Four five six. Seven eight nine.</p>", 35)).toBe(
      "One two three. Four five six.",
    );
  });

  test("between words with an ellipsis, when a sentence is too long", () => {
    expect(excerptOf("<p>One two three, four five six seven eight</p>", 20)).toBe("One two three, four…");
    expect(excerptOf("<p>One two three, four five six seven eight</p>", 17)).toBe("One two three…");
  });

  test("not behind an abbreviation", () => {
    expect(excerptOf("<p>We met Dr. Smith there, e.g. Tuesday, and said nothing.</p>", 14)).toBe("We met Dr…");
    expect(excerptOf("<p>Read of it at length, e.g. Tuesday was fine.</p>", 28)).toBe("Read of it at length, e.g…");
  });

  test("before a link or a code span, never inside", () => {
    const link = '<p>Look at this: <a href="https://x.example/">a link of many words. Really many</a> and more.</p>';
    for (let chars = 20; chars < 48; chars += 1) expect(excerptOf(link, chars)).not.toContain("](");
    expect(excerptOf(link, 60)).toContain("[a link of many words. Really many](https://x.example/)");
    const code = "<p>Run this now: <code>rm -r some thing. else</code> and more words here.</p>";
    for (let chars = 18; chars < 36; chars += 1) expect(excerptOf(code, chars)).not.toContain("`");
  });

  test("inside a link that is all there is, which is a link no more", () => {
    expect(excerptOf('<p><a href="https://x.example/">One two three four five six</a></p>', 15)).toBe("One two three…");
  });

  test("with emphasis closed", () => {
    expect(excerptOf("<p><em>One two. Three <b>four five six</b> seven</em></p>", 22)).toBe(
      "*One two. Three __four__*…",
    );
  });

  test("at the end of a sentence of scripts without spaces", () => {
    expect(excerptOf("<p>今日は晴れです。明日は雨でしょう。その次は雪です。</p>", 20)).toBe(
      "今日は晴れです。明日は雨でしょう。",
    );
  });

  test("never inside what is read as one character", () => {
    const family = "👨‍👩‍👧‍👦";
    for (let chars = 2; chars < 60; chars += 1) {
      const left = excerptOf(`<p>${family.repeat(8)}</p>`, chars).replaceAll(family, "");
      expect({ chars, left }).toEqual({ chars, left: left === "" ? "" : "…" });
    }
  });

  test("between blocks, without a heading whose text is gone", () => {
    const html = `<p>${"First part. ".repeat(5)}</p><h2>Head</h2><p>${"Second part. ".repeat(50)}</p>`;
    expect(excerptOf(html, 75)).toBe("First part. ".repeat(5).trim());
    expect(excerptOf(html, 130)).toContain("## Head\n\nSecond part.");
  });

  test("between the items of a list and the lines of code", () => {
    expect(excerptOf("<ul><li>One thing.</li><li>Another thing.</li><li>A third thing.</li></ul>", 30)).toBe(
      "- One thing.\n- Another thing.",
    );
    expect(excerptOf("<pre>line one\nline two\nline three</pre>", 22)).toBe("```\nline one\nline two\n…\n```");
  });

  test("between the tokens of code, where its first line is too long", () => {
    const code = "<pre>R.&lt;x&gt; = PolynomialRing(QQ, 'x')\nx + 1</pre>";
    for (const chars of [12, 15, 20]) expect(excerptOf(code, chars)).toBe("```\nR.<x> =…\n```");
    expect(excerptOf(code, 26)).toBe("```\nR.<x> = PolynomialRing(QQ…\n```");
  });

  test("is never longer than asked", () => {
    const html = `<p>${"Word and word, word. ".repeat(9)}</p><ul>${"<li>Item of <b>some</b> words</li>".repeat(9)}</ul><blockquote><p>${"Said so. ".repeat(30)}</p></blockquote>`;
    for (let chars = 10; chars < 500; chars += 7) {
      const { excerpt } = summaryOf(html, {}, chars);
      const text = excerpt.children.map(toPlainText).join("");
      expect(text.replaceAll(/^- |\n/gm, "").length).toBeLessThanOrEqual(chars);
    }
  });
});

describe("a sentence ends", () => {
  test.each([
    ["Was he there? Nobody had seen him since Monday.", "Was he there?"],
    ["هل كان هناك؟ لم يره أحد منذ يوم الاثنين الماضي.", "هل كان هناك؟"],
    ["क्या वह वहाँ था। सोमवार से किसी ने उसे नहीं देखा।", "क्या वह वहाँ था।"],
    ["Ήταν εκεί; Κανείς δεν τον είχε δει από τη Δευτέρα.", "Ήταν εκεί;"],
    ["彼はいた。月曜日から誰も彼を見ていないのだ。", "彼はいた。"],
    ["他在那里吗？从星期一起就没有人见过他了。", "他在那里吗？"],
    ["“Was he there?” Nobody had seen him since Monday.", "“Was he there?”"],
    ["Он был там… Никто не видел его с понедельника.", "Он был там…"],
  ])("%s", (text, first) => {
    expect(excerptOf(`<p>${text}</p>`, Math.round(first.length * 1.6))).toBe(first);
  });

  test.each([
    ["Gestern am 3. Oktober war das ganze Land geschlossen.", 20, "Gestern am 3…"],
    ["It was J. R. R. Tolkien who wrote it long ago.", 18, "It was J. R. R…"],
    ["Das gilt z. B. Dienstags und sonst niemals im Jahr.", 18, "Das gilt z. B…"],
    ["Voilà M. Dupont qui arrive avec tous ses chiens.", 14, "Voilà M…"],
    ["В 1990 г. Иванов переехал в город и остался.", 17, "В 1990 г. Иванов…"],
    ["Use Node.js or v2.0 of it, whichever you prefer.", 16, "Use Node.js or…"],
  ])("not within %s", (text, chars, shown) => {
    expect(excerptOf(`<p>${text}</p>`, chars)).toBe(shown);
  });
});

describe("without a place to cut", () => {
  test.each([
    ["a hash", "0123456789abcdef".repeat(5)],
    ["an address", `https://x.example/${"a/".repeat(35)}`],
    ["a word without end", "ха".repeat(45)],
    ["code of one line", "x=1;".repeat(24)],
  ])("%s is cut where it must be", (_, text) => {
    expect(excerptOf(`<p>${text}</p>`, 40).replace(/\\/g, "")).toBe(`${text.slice(0, 39)}…`);
    expect(excerptOf(`<pre>${text}</pre>`, 40)).toBe(`\`\`\`\n${text.slice(0, 39)}…\n\`\`\``);
  });

  test.each(["🇩🇪", "👍🏽", "e\u0301", "क्षि", "각", "நி", "\r\n"])("%j is never parted", (character) => {
    for (let chars = 1; chars < 40; chars += 1) {
      const left = excerptOf(`<p>${character.repeat(30)}</p>`, chars)
        .replaceAll(character, "")
        .trim();
      expect(left === "" ? "…" : left).toBe("…");
    }
  });

  test("a key in running text is shortened, wherever it stands", () => {
    const key = "QUJD".repeat(60);
    expect(excerptOf(`<p>The key is ${key} and works.</p>`)).toBe(`The key is ${key.slice(0, 48)}… and works.`);
    expect(excerptOf(`<pre>${key}</pre>`)).toContain(key);
  });
});

test("a colon promises nothing that was cut off", () => {
  expect(excerptOf(`<p>These are the reasons:</p><ul><li>${"word ".repeat(50)}</li></ul>`, 40)).toBe(
    "These are the reasons…",
  );
  expect(excerptOf("<p>These are the reasons:</p><ul><li>One</li></ul>", 40)).toBe("These are the reasons:\n\n- One");
});
