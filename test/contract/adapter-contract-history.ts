import { expect, test } from "vitest";
import type { Outgoing } from "../../src/adapter.ts";
import { deliveryOf, detailsOf, editOf, failureOf, feed, inTime, type On, postOf, summaryOf } from "./stage.ts";

const address = (n: number): string => `https://blog.example/a_(${String(n)})*b/?q=ü&n=${String(n)}`;
const long = "A title as long as no title should be, and longer ".repeat(10);

const kinds: readonly (readonly [string, Outgoing, number])[] = [
  ["post", postOf({ url: address(1), title: "One [of] many *titles*" }), 1],
  ["protected post without a link", postOf({ url: "", title: "Two <b> & two", protected: true }), 1],
  ["post of a picture", postOf({ url: address(3), image: "https://blog.example/a.png" }), 1],
  ["post whose text has links and lists", linking(), 1],
  [
    "digest",
    {
      kind: "digest",
      sections: [
        { feed, summaries: [summaryOf({ url: address(5) }), summaryOf({ url: "", title: "Six", author: "Bo" })] },
        {
          feed: { ...feed, id: "other", title: "Another" },
          summaries: [summaryOf({ url: address(7), protected: true })],
        },
      ],
    },
    3,
  ],
  [
    "digest of one who joined",
    {
      kind: "digest",
      joined: "Ada Quill",
      sections: [{ feed, summaries: [summaryOf({ url: address(8) }), summaryOf({ url: address(9) })] }],
    },
    2,
  ],
  ["notice", { kind: "notice", text: "The blog cannot be read:\n- since Monday <b> [x](https://y.example/)" }, 1],
];

function linking(): Outgoing {
  const link = { type: "link" as const, url: address(99), children: [{ type: "text" as const, value: "elsewhere" }] };
  const item = { type: "listItem" as const, children: [{ type: "paragraph" as const, children: [link] }] };
  return postOf({
    url: address(4),
    excerpt: {
      type: "root",
      children: [
        { type: "paragraph", children: [link] },
        { type: "list", children: [item] },
      ],
    },
  });
}

// Platforms take a few messages at once.
const [posts, others] = [kinds.slice(0, 4), kinds.slice(4)];

/** What a channel shows is known again, so that a restored state repeats none of it. */
export function lookingBack(on: On): void {
  test("an entry is known by the same headline in a post and in a digest, and two entries by different ones", async () => {
    await on(async ({ adapter }) => {
      const shapes = [
        { url: address(1) },
        { url: address(2) },
        { url: "", title: "One" },
        { url: "", title: "Two", protected: true },
        { url: "", title: long },
      ];
      const alone = shapes.map((shape) => adapter.headlines(adapter.render(postOf(shape))));
      expect(alone.map((found) => found.length)).toEqual(shapes.map(() => 1));
      expect(new Set(alone.flat()).size).toBe(shapes.length);
      const summaries = shapes.map((shape) => summaryOf(shape));
      const digest = adapter.headlines(adapter.render({ kind: "digest", sections: [{ feed, summaries }] }));
      expect(new Set(digest)).toEqual(new Set(alone.flat()));
      const dated = shapes.map((shape) => postOf({ ...shape, publishedText: "2026-01-02 04:04 CET" }));
      expect(dated.map((post) => adapter.headlines(adapter.render(post)))).toEqual(alone);
      expect(adapter.headlines(adapter.render(linking()))).toEqual(
        adapter.headlines(adapter.render(postOf({ url: address(4) }))),
      );
      await Promise.resolve();
    });
  });

  test.each([
    ["posts", posts],
    ["digests and notices", others],
  ])(
    "%s since a time are shown with their references and headlines, oldest first, also to a new process",
    async (_what, some) => {
      await on(async (stage) => {
        const sinceMs = Date.now();
        const posted: { ref: string; headlines: readonly string[] }[] = [];
        for (const [name, outgoing, count] of some) {
          const delivery = deliveryOf(stage, outgoing);
          const ref = await stage.adapter.post(delivery, inTime);
          const headlines = stage.adapter.headlines(delivery.message);
          expect(headlines, name).toHaveLength(count);
          posted.push({ ref, headlines });
        }
        const [first] = posted;
        if (some === posts) {
          const edit = editOf(stage, first?.ref ?? "", postOf({ url: address(1), title: "One, corrected" }));
          await stage.adapter.edit(edit, edit.ref, inTime);
        }
        const next = await stage.restart();
        if (stage.adapter.hasThreads) {
          const aim = { kind: "thread" as const, ref: first?.ref ?? "" };
          // In some places messages have none.
          await failureOf(next.adapter.post({ ...deliveryOf(stage, detailsOf("In a thread")), aim }, inTime));
        }
        expect(await next.adapter.shownSince(stage.channel, sinceMs, [feed])).toEqual({
          kind: "shown",
          messages: posted,
        });
      });
    },
  );

  test("a channel in which it never can be shows nothing, or cannot be looked at", async () => {
    await on(async (stage) => {
      const shown = await stage.adapter
        .shownSince(stage.unusableChannel, Date.now(), [feed])
        .catch(() => ({ kind: "cannot-know" }));
      expect(
        shown.kind === "cannot-know" || (shown.kind === "shown" && "messages" in shown && shown.messages.length === 0),
      ).toBe(true);
    });
  });
}
