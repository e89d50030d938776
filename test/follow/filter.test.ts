import { describe, expect, test } from "vitest";
import { filteredBecause, NO_FILTER } from "../../src/follow/filter.ts";

function why(phrase: string, html: string, title = ""): string {
  const filter = { ...NO_FILTER, words: { include: [], exclude: [phrase] } };
  return filteredBecause(filter, { author: "", source: "", title, titleRaw: title, html });
}

describe("words that a filter looks for", () => {
  test.each([
    ["東京", "<p>今日は東京で会議があった。</p>"],
    ["カメラ", "<p>新しいｶﾒﾗを買った。</p>"],
    ["人工智能", "<p>我们谈谈人工智能的未来。</p>"],
    ["กรุงเทพ", "<p>วันนี้ที่กรุงเทพฝนตก</p>"],
  ])("%s is found in a script without spaces", (phrase, html) => {
    expect(why(phrase, html)).toBe(`“${phrase}” is excluded`);
    expect(why("大阪", html)).toBe("");
  });

  test.each(["cat", "cats", "dog's"])("%s is a whole word elsewhere", (phrase) => {
    expect(why(phrase, `<p>The ${phrase}, too.</p>`)).toBe(`“${phrase}” is excluded`);
    expect(why(phrase, `<p>Con${phrase}enation</p>`)).toBe("");
  });

  test("are found behind thousands of letters without a space", () => {
    const long = "漢字、".repeat(2_000);
    expect(why("zebra", `<p>${long}zebra、${long}</p>`)).toBe("“zebra” is excluded");
    expect(why("owner's dog", `<p>${"x/".repeat(200)}owner's dog</p>`)).toBe("“owner's dog” is excluded");
    expect(why("終", `<p>${"漢".repeat(20_000)}終</p>`)).toBe("“終” is excluded");
  });
});
