import { describe, expect, test } from "vitest";
import { excerptOf } from "./summarizing.ts";

const chars = 24_000;

/** As much as is read of a post. */
function full(unit: string): string {
  return unit.repeat(Math.floor(chars / unit.length));
}

describe("what careless or hostile posts do to summaries, they do not do here", () => {
  test.each([
    ["marks around nothing", full("<b></b>")],
    ["marks around spaces", full("<b> </b>")],
    ["marks around marks around nothing", full("<b><i></i></b>")],
    ["links around nothing", full("<a href='https://x.example'></a> ")],
    ["elements that nobody knows", full("<x></x>")],
    ["marks around comments", full("<b><!-- --></b>")],
    ["marks around nothing that were escaped twice", full("&lt;b>&lt;/b>")],
    ["lines that are left out", `Words<br>${full("-<br>")}`],
    ["links that are left out", full("<a href=https://x.example/>save</a>")],
    ["items", full("<li>a")],
    ["empty paragraphs", full("<p></p>")],
    ["cells", full("<tr><td>a<td>b")],
    ["brackets", full("[x](https://x.example) ")],
  ])("%s take less than two seconds of computing", (_, html) => {
    const before = process.cpuUsage();
    excerptOf(html);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});

describe("marks around nothing", () => {
  test("are left out, and part no words", () => {
    expect(excerptOf("<p>A<a name='x'></a> word and <b></b>an<i> </i>other<em></em>one</p>")).toBe(
      "A word and an otherone",
    );
  });

  test("are none where a block or a line break holds nothing", () => {
    expect(excerptOf("One<p></p>two<br>three<hr>four<div></div>five")).toBe("One\n\ntwo  \nthree\n\nfour  \nfive");
    expect(excerptOf("<p>One</p><p></p><ul><li><p></p>two</ul>")).toBe("One\n\n- two");
  });
});

test("lines that are left out are taken off the end, and no others", () => {
  expect(excerptOf("<p>Words<br>Tags: a<br>More words.<br>-<br>Tags: b<br>* * *</p>")).toBe(
    "Words  \nTags: a  \nMore words.",
  );
});
