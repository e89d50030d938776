import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import { DEFAULT_SETTINGS, type FollowSettings } from "../../src/follow/settings.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { drainChannel } from "../../src/relay/deliver.ts";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { entryId } from "../../src/relay/item.ts";
import { ChannelStore } from "../../src/store/channel-store.ts";
import type { LedgerRow } from "../../src/store/ledger-store.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { never, silent } from "../poll/polling.ts";
import { follow } from "../store/follows.ts";
import { freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type On, type Stage } from "./stage.ts";

const FORM = '<form class="post-password-form">This content is password protected.</form>';
const FIRST = { html: "<p>What it said at first.</p>" };
const LATER = { html: "<p>What it says by now.</p>" };

interface Relayed {
  /** The feed has these entries now, and everything that follows from that is done. */
  readonly publish: (...entries: readonly Partial<RawEntry>[]) => Promise<void>;
  readonly texts: () => Promise<readonly string[]>;
  /** Whatever edits wait for is over. */
  readonly editsAreDue: () => Promise<void>;
  readonly row: () => Promise<LedgerRow | null>;
}

/** A feed that the stage's channel follows, from reading to posting. */
async function relay(real: RealRedis, stage: Stage, settings: Partial<FollowSettings> = {}): Promise<Relayed> {
  const channels = new ChannelStore(real.redis, 0);
  const { feeds } = real;
  const { adapter, channel } = stage;
  const feedId = freshFeedId();
  const read = async (entries: readonly RawEntry[]): Promise<unknown> =>
    await recordDocument(feeds, feedId, documentOf(entries), true, LIMITS);
  await feeds.setState(feedId, { url: `https://${feedId}.example/feed`, title: "A feed" });
  await read([]);
  await follow(real, channel, feedId);
  await feeds.followers.change(feedId, channel, () => JSON.stringify({ ...DEFAULT_SETTINGS, ...settings }));
  const wake = async (): Promise<void> => await Promise.resolve();
  const deps = {
    adapter,
    feeds,
    channels,
    links: real.links,
    digestFrom: 3,
    installation: "test",
    restoration: null,
    attemptMs: 10_000,
    settleMs: 10_000,
    cut: never,
    log: silent,
  };
  return {
    async publish(...entries) {
      await read(
        entries.map((values, i) => entry(i + 1, { link: `https://${feedId}.example/${String(i)}`, ...values })),
      );
      await finishFanOuts({ feeds, channels, wake, retentionMs: 1e9 }, feedId);
      while ((await drainChannel(deps, channel, never)) !== null);
    },
    texts: async () => (await stage.seen(channel)).map(({ text }) => text),
    async editsAreDue() {
      const { edits } = channelKeys(channel);
      for (const item of await real.redis.zrange(edits, "0", "-1")) await real.redis.zadd(edits, 0, item);
    },
    row: async () => await channels.ledgerRow(channel, entryId(feedId, 1)),
  };
}

/** What becomes of messages whose entries change, from the feed to what people see. */
export function changing(on: On): void {
  let real: RealRedis;

  beforeAll(async () => {
    real = await openRealRedis();
  });

  afterAll(async () => real.close());

  test("a post whose title and text change shows that, in its place", async () => {
    await on(async (stage) => {
      const { publish, texts, row } = await relay(real, stage);
      await publish(FIRST);
      await publish({ ...LATER, titleRaw: "Another title" });
      const [only = "", ...more] = await texts();
      expect([only.includes("What it says by now"), only.includes("Another title"), more]).toEqual([true, true, []]);
      expect(only).not.toContain("at first");
      expect(await row()).toMatchObject({ state: "posted", edits: 1 });
    });
  });

  test("a protected post that opens shows its text", async () => {
    await on(async (stage) => {
      const { publish, texts } = await relay(real, stage);
      await publish({ titleRaw: "Protected: Secret", html: FORM });
      expect((await texts())[0]).toContain("🔒");
      await publish({ titleRaw: "Secret", ...LATER });
      const [only, ...more] = await texts();
      expect(more).toEqual([]);
      expect(only).toContain("What it says by now");
      expect(only).not.toContain("🔒");
    });
  });

  test("a post that is re-dated, or of a feed without edits, or in a digest, stays as it is", async () => {
    await on(async (stage) => {
      const [dated, off, digest] = [
        await relay(real, stage),
        await relay(real, stage, { edits: false }),
        await relay(real, stage),
      ];
      await dated.publish(FIRST);
      await off.publish(FIRST);
      await digest.publish(...[1, 2, 3].map((n) => ({ titleRaw: `Row ${String(n)}` })));
      const before = await dated.texts();
      await dated.publish({ ...FIRST, publishedAt: "2025-05-05T05:05:05.000Z" });
      await off.publish(LATER);
      await digest.publish({ titleRaw: "Line 1" }, { titleRaw: "Row 2" }, { titleRaw: "Row 3" });
      expect(await dated.texts()).toEqual(before);
      expect((await digest.row())?.editWhy).toContain("it stands in a message with 2 more");
    });
  });

  test("a message that somebody deleted is not posted anew, and an edit that meets a limit goes later", async () => {
    await on(async (stage) => {
      if (stage.network === null) return;
      const { publish, texts, row, editsAreDue } = await relay(real, stage);
      await publish(FIRST);
      stage.network.next("429");
      await publish(LATER);
      expect((await texts())[0]).toContain("What it said at first");
      await editsAreDue();
      await publish(LATER);
      expect((await texts())[0]).toContain("What it says by now");
      await stage.network.deleteMessage(stage.channel, (await row())?.ref ?? "");
      await publish(FIRST);
      expect(await texts()).toEqual([]);
      expect(await row()).toMatchObject({ state: "posted", fixed: true });
    });
  });
}
