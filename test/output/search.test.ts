import { describe, expect, test } from "vitest";
import { done, type Reply } from "../../src/command/reply.ts";
import { countLine, hitBlock, noteLines, type ShownHit } from "../../src/command/search-reply.ts";
import { fromRecord } from "../../src/feed/entry-record.ts";
import { entry } from "../identity/documents.ts";
import { folded } from "./expected.ts";
import { hostileLines, hostileTexts } from "./hostile-texts.ts";
import { platforms } from "./platforms.ts";

const url = "https://blog.example/post";
const messageUrl = "https://chat.example/7";

function hitWith(text: string, changes: Partial<ShownHit> = {}): ShownHit {
  const raw = entry(1, { link: url });
  const whole = { ...raw, title: text, author: text, source: `by ${text}`, protected: false };
  const stored = fromRecord(JSON.stringify(whole));
  if (stored === null) throw new Error("no record");
  const fragment = [
    { text: `${text} `, isMatch: false },
    { text, isMatch: true },
    { text: ` ${text}`, isMatch: false },
  ];
  const row = { state: "filtered", why: text, offeredAt: 1, at: 1 } as const;
  return {
    hit: { feedId: "f", number: 1, entry: stored, fragment },
    feedTitle: text,
    row,
    messageUrl: null,
    ...changes,
  };
}

function answerWith(text: string): Reply {
  const posted = hitWith(text, { row: { state: "posted", offeredAt: 1, at: 1 }, messageUrl });
  const body = [countLine(12, true, 2, 3), hitBlock(hitWith(text)), hitBlock(posted), ...noteLines([text], 3)];
  const page = (to: string): NonNullable<Reply["actions"]>[number] => ({
    label: to,
    command: "search",
    options: { query: text, page: to },
    kind: "page",
  });
  return { ...done(body), actions: [page("1"), page("3")] };
}

describe.each(platforms.map((platform) => [platform.name, platform] as const))("on %s", (_, platform) => {
  test.each([...hostileTexts, ...hostileLines])(
    "%s is text in a hit and in a question, and nothing more",
    (_name, text) => {
      const shown = platform.answer(answerWith(text)).map(platform.read);
      for (const { mentions, problems, links } of shown) {
        expect({ mentions, problems }).toEqual({ mentions: [], problems: [] });
        expect(links.filter((one) => ![url, messageUrl].includes(one.url))).toEqual([]);
      }
      const all = folded(shown.map((one) => one.text).join("\n"));
      const start = folded(text).slice(0, 60);
      const bare = folded(text.replaceAll(/[a-z]+:\/\//gi, "")).slice(0, 60);
      expect(all).toSatisfy(() => all.includes(start) || all.includes(bare));
    },
  );

  test.each(["*_[`@<&", "x", "😀", "A sentence of some words. "])(
    "five hits full of %j keep every limit, and stay one page",
    (text) => {
      const long = text.repeat(5000);
      const hit = hitWith(long, { messageUrl });
      // As `fragmentOf` cuts it.
      const fragment = [{ text: long.slice(0, 160), isMatch: true }];
      const five = Array.from({ length: 5 }, () => hitBlock({ ...hit, hit: { ...hit.hit, fragment } }));
      const reply = { ...answerWith("x"), body: [countLine(200, false, 2, 40), ...five] };
      const pages = platform.answer(reply);
      expect(pages.flatMap((page) => platform.read(page).problems)).toEqual([]);
      expect(pages.length).toBeLessThanOrEqual(text.startsWith("*") ? 2 : 1);
    },
  );
});
