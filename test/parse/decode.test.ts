import { describe, expect, test } from "vitest";
import { decodeDocument } from "../../src/feed/parse/decode.ts";
import { readFirst } from "./reading.ts";

const german = "Grüße – „Zitat“ 10 €";
const german1252 = Buffer.from("4772fcdf65209620845a69746174932031302080", "hex");
const russian1251 = Buffer.from([0xcd, 0xee, 0xe2, 0xee, 0xf1, 0xf2, 0xe8]);

function feed(title: Buffer, prolog = ""): Buffer {
  return Buffer.concat([
    Buffer.from(`${prolog}<rss version="2.0"><channel><item><title>`),
    title,
    Buffer.from("</title></item></channel></rss>"),
  ]);
}

describe("the charset of a document", () => {
  test.each([
    ["windows-1252 of the prolog", feed(german1252, '<?xml version="1.0" encoding="windows-1252"?>'), "", german],
    ["iso-8859-1, read as browsers do", feed(german1252), "text/xml; charset=ISO-8859-1", german],
    ["nothing said", feed(german1252), "", german],
    [
      "UTF-8 said, windows-1252 sent",
      feed(german1252, '<?xml version="1.0" encoding="utf-8"?>'),
      "text/xml; charset=utf-8",
      german,
    ],
    [
      "the header before the prolog",
      feed(russian1251, '<?xml version="1.0" encoding="utf-8"?>'),
      'text/xml; charset="windows-1251"',
      "Новости",
    ],
    ["a charset nobody knows", feed(german1252), "text/xml; charset=klingon", german],
    [
      "UTF-8, whatever anyone says",
      feed(Buffer.from(german), '<?xml version="1.0" encoding="koi8-r"?>'),
      "text/xml; charset=us-ascii",
      german,
    ],
  ])("%s", async (_, bytes, contentType, title) => {
    expect((await readFirst(bytes, contentType)).titleRaw).toBe(title);
  });

  test("UTF-16 with and without a mark, in both orders", async () => {
    const little = Buffer.from(feed(Buffer.from(german)).toString(), "utf16le");
    const big = Buffer.from(little).swap16();
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), little]);
    for (const bytes of [little, big, marked]) expect((await readFirst(bytes)).titleRaw).toBe(german);
  });

  test("UTF-32 with and without a mark, in both orders", async () => {
    const points = Array.from(
      feed(Buffer.from(`${german} 😀`)).toString(),
      (character) => character.codePointAt(0) ?? 0,
    );
    const little = Buffer.alloc(points.length * 4);
    points.forEach((point, index) => little.writeUInt32LE(point, index * 4));
    const big = Buffer.from(little).swap32();
    const marks = { little: Buffer.from("fffe0000", "hex"), big: Buffer.from("0000feff", "hex") };
    const documents = [little, big, Buffer.concat([marks.little, little]), Buffer.concat([marks.big, big])];
    for (const bytes of documents) expect((await readFirst(bytes)).titleRaw).toBe(`${german} 😀`);
    expect(decodeDocument(Buffer.from("fffe000000d80000410000", "hex"), "")).toBe("\ufeff\ufffd");
  });

  test("UTF-8 that was cut inside a character is still UTF-8", () => {
    const bytes = Buffer.from("Grüße 😀");
    expect(decodeDocument(bytes.subarray(0, -2), "")).toMatch(/^Grüße /);
  });

  test("UTF-8 with a few bad bytes is still UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from("Новости дня: "), Buffer.from([0xe9])]);
    expect(decodeDocument(bytes, "text/xml; charset=utf-8")).toBe("Новости дня: \ufffd");
  });

  test("UTF-8 with an accident in it is UTF-8, though another charset is declared", () => {
    const accident = Buffer.concat([
      Buffer.from("Grüße und Öl und Übermut ".repeat(30)),
      Buffer.from([0xf8]),
      Buffer.from(" and more"),
    ]);
    expect(decodeDocument(accident, "text/xml; charset=iso-8859-1")).toContain("Grüße und Öl");
    const single = Buffer.from("Grüße und Öl und Übermut ".repeat(30), "latin1");
    expect(decodeDocument(single, "text/xml; charset=iso-8859-1")).toContain("Grüße und Öl");
  });

  test("ISO-2022-JP, whose bytes are all ASCII, is believed when it is declared", () => {
    const bytes = Buffer.from("\u001b$BF|K\\\u001b(B", "latin1");
    expect(decodeDocument(bytes, "text/xml; charset=iso-2022-jp")).toBe("日本");
  });
});
