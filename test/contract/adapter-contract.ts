import { describe, expect, test } from "vitest";
import { DeliveryError } from "../../src/adapter.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { changing } from "./adapter-contract-changes.ts";
import { editing, editingOverNetwork } from "./adapter-contract-edits.ts";
import { lookingBack } from "./adapter-contract-history.ts";
import { failing, inThreads } from "./adapter-contract-network.ts";
import { deliveryOf, failureOf, feed, inTime, type On, postOf, type Stage, summaryOf } from "./stage.ts";

/** What every adapter must do, whatever its platform. `open` brings up a platform with nothing posted yet, `threads` says that messages can have one there. */
export function describeAdapter(name: string, open: () => Promise<Stage>, { threads = false } = {}): void {
  async function on(run: (stage: Stage) => Promise<void>): Promise<void> {
    const stage = await open();
    try {
      await run(stage);
    } finally {
      await stage.close();
    }
  }

  describe(`the contract of an adapter: ${name}`, () => {
    posting(on);
    finding(on);
    rendering(on);
    failing(on);
    if (threads) inThreads(on);
    editing(on);
    editingOverNetwork(on);
    changing(on);
    lookingBack(on);
  });
}

function posting(on: On): void {
  test("a post is seen once, with its author, title and text", async () => {
    await on(async (stage) => {
      expect(await stage.adapter.post(deliveryOf(stage, postOf()), inTime)).not.toBe("");
      const [only, ...more] = await stage.seen(stage.channel);
      expect(more).toEqual([]);
      for (const part of ["A title", "Ada Quill", "What it says."]) expect(only?.text).toContain(part);
    });
  });

  test("the same delivery posted again is the same message, also by a new process", async () => {
    await on(async (stage) => {
      const delivery = deliveryOf(stage, postOf());
      const ref = await stage.adapter.post(delivery, inTime);
      expect(await stage.adapter.post(delivery, inTime)).toBe(ref);
      const next = await stage.restart();
      expect(await next.adapter.post(delivery, inTime)).toBe(ref);
      expect(await stage.seen(stage.channel)).toHaveLength(1);
    });
  });

  test("equal messages of different deliveries are both seen, in order", async () => {
    await on(async (stage) => {
      for (const title of ["first", "twin", "twin", "last"])
        await stage.adapter.post(deliveryOf(stage, postOf({ title })), inTime);
      const texts = (await stage.seen(stage.channel)).map((message) => message.text);
      expect(texts.map((text) => /first|twin|last/.exec(text)?.[0])).toEqual(["first", "twin", "twin", "last"]);
    });
  });

  test("an attempt whose time is over sends nothing", async () => {
    await on(async (stage) => {
      const handOver = (): void => {
        throw new DeliveryError("try-later", "too late");
      };
      expect(await failureOf(stage.adapter.post(deliveryOf(stage, postOf()), { ...inTime, handOver }))).toBe(
        "try-later",
      );
      expect(await stage.seen(stage.channel)).toEqual([]);
    });
  });

  test("a channel in which it can never post is told apart from other failures", async () => {
    await on(async (stage) => {
      expect(await failureOf(stage.adapter.post(deliveryOf(stage, postOf(), stage.unusableChannel), inTime))).toBe(
        "channel-unusable",
      );
    });
  });
}

function finding(on: On): void {
  test("what landed is found, also by a new process and behind later posts", async () => {
    await on(async (stage) => {
      const delivery = deliveryOf(stage, postOf());
      const ref = await stage.adapter.post(delivery, inTime);
      expect(await stage.adapter.find(delivery)).toEqual({ kind: "landed", ref });
      const next = await stage.restart();
      expect(await next.adapter.find(delivery)).toEqual({ kind: "landed", ref });
    });
  });

  test("what was never sent may be sent again", async () => {
    await on(async (stage) => {
      await stage.adapter.post(deliveryOf(stage, postOf({ title: "another" })), inTime);
      const found = await stage.adapter.find(deliveryOf(stage, postOf()));
      expect(["absent", "safe-to-repeat"]).toContain(found.kind);
    });
  });
}

function rendering(on: On): void {
  test("rendering is pure: the same words give the same bytes", async () => {
    await on(async (stage) => {
      expect(stage.adapter.render(postOf())).toBe(stage.adapter.render(postOf()));
      await Promise.resolve();
    });
  });

  test("a digest shows every entry", async () => {
    await on(async (stage) => {
      const titles = Array.from({ length: 12 }, (_, i) => `Entry number ${String(i + 1)}.`);
      const summaries = titles.map((title, i) => summaryOf({ title, entryId: `feed.${String(i)}` }));
      await stage.adapter.post(deliveryOf(stage, { kind: "digest", sections: [{ feed, summaries }] }), inTime);
      const all = (await stage.seen(stage.channel)).map((message) => message.text).join("\n");
      for (const title of titles) expect(all).toContain(title);
    });
  });

  test("titles of a digest stand below their authors; where one joined, the heading names them once", async () => {
    await on(async (stage) => {
      const rows = ["One", "Two", "Three"].map((title, i) => summaryOf({ title, entryId: `feed.${String(i)}` }));
      const mixed = rows.map((row, i) => (i === 1 ? { ...row, author: "Bo Reed" } : row));
      await stage.adapter.post(deliveryOf(stage, { kind: "digest", sections: [{ feed, summaries: mixed }] }), inTime);
      await stage.adapter.post(
        deliveryOf(stage, { kind: "digest", sections: [{ feed, summaries: rows }], joined: "Ada Quill" }),
        inTime,
      );
      const [usual, joined] = (await stage.seen(stage.channel)).map(({ text }) =>
        text.replaceAll(/[*[\]]|<[^>]*>/g, ""),
      );
      expect(usual).toContain("3 new in The blog");
      expect(usual).toMatch(/Ada Quill[^]*One[^]*Three[^]*Bo Reed[^]*Two/);
      expect(usual?.match(/Ada Quill/g)).toHaveLength(1);
      expect(joined).toContain("Ada Quill joined The blog");
      for (const title of ["One", "Two", "Three"]) expect(joined).toContain(title);
      expect(joined?.match(/Ada Quill/g)).toHaveLength(1);
    });
  });

  test("a digest of several feeds names each above its entries", async () => {
    await on(async (stage) => {
      const sections = ["One", "Two"].map((title) => ({
        feed: { ...feed, id: title, title: `Feed ${title}` },
        summaries: [summaryOf({ title: `${title} and a half` })],
      }));
      await stage.adapter.post(deliveryOf(stage, { kind: "digest", sections }), inTime);
      const [digest] = await stage.seen(stage.channel);
      expect(digest?.text).toMatch(/2 new in 2 feeds[^]*Feed One[^]*One and a half[^]*Feed Two[^]*Two and a half/);
    });
  });

  test("a notice is seen", async () => {
    await on(async (stage) => {
      await stage.adapter.post(deliveryOf(stage, { kind: "notice", text: "The feed is gone." }), inTime);
      expect((await stage.seen(stage.channel))[0]?.text).toContain("The feed is gone.");
    });
  });

  test("an entry with nothing but a link can be posted, and so can a huge one", async () => {
    await on(async (stage) => {
      await stage.adapter.post(
        deliveryOf(
          stage,
          postOf({
            title: "",
            author: "",
            publishedAt: null,
            publishedText: "",
            excerpt: { type: "root", children: [] },
          }),
        ),
        inTime,
      );
      const long = "wörd ".repeat(20_000);
      const excerpt: Summary["excerpt"] = {
        type: "root",
        children: [{ type: "paragraph", children: [{ type: "text", value: long }] }],
      };
      await stage.adapter.post(deliveryOf(stage, postOf({ title: long, author: long, excerpt })), inTime);
      expect(await stage.seen(stage.channel)).toHaveLength(2);
    });
  });
}
