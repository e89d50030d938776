import { expect, test, vi } from "vitest";
import { rss } from "../../support/rss.ts";
import { type Fields, fieldsOf, textOf } from "./json.ts";
import { followed, openModal, openScene, privateAnswer, type Scene, someEntries } from "./scene.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const hostile = { content: "<p>The kernel says &lt;!channel&gt; and *stars* to &lt;@U0MEMBER1&gt;.</p>" };

async function on(mode: "socket" | "http", run: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await openScene(mode);
  try {
    await run(scene);
  } finally {
    await scene.close();
  }
}

test.each(["socket", "http"] as const)(
  "search over %s: pages turn in place after a kill, are shared, and lead to what was posted",
  async (mode) => {
    await on(mode, async (scene) => {
      let bot = await scene.startBot();
      const { people, slack } = scene.server;
      const { channel, feed } = await followed(scene, someEntries(11, hostile));
      feed.publish(rss(someEntries(12, hostile)));
      await expect.poll(() => people.seen(channel).length, { timeout: 30_000 }).toBe(1);
      const first = privateAnswer(await people.type("greta", channel, '/wire search kernel author:"Ada Quill"'));
      expect(first.seen.text).toContain("4 hits");
      const all = privateAnswer(await people.type("greta", channel, "/wire search kernel"));
      expect(all.seen.text).toContain("12 hits, page 1 of 3");
      expect(all.seen.text).toContain("The kernel says <!channel> and *stars* to <@U0MEMBER1>.");
      expect(all.seen.pings).toEqual([]);
      expect(all.seen.buttons.map(({ label }) => label)).toEqual(["Next", "Share to channel"]);
      const ts = people.seen(channel)[0]?.ts ?? "";
      const posted = all.seen.links.find(({ text }) => text === "posted here");
      expect(posted?.url).toContain(`/archives/${channel}/p${ts.replace(".", "")}`);
      bot.signal("SIGKILL");
      await bot.ended;
      bot = await scene.startBot();
      const second = privateAnswer(await people.press("greta", channel, all.id, "Next"));
      expect([second.id, second.seen.text.includes("page 2 of 3")]).toEqual([all.id, true]);
      expect(second.seen.buttons.map(({ label }) => label)).toEqual(["Previous", "Next", "Share to channel"]);
      const shared = await people.press("greta", channel, all.id, "Share to channel");
      expect(shared).toMatchObject({ kind: "public" });
      expect(people.seen(channel).at(-1)?.text).toContain("Shared by greta");
      expect(people.seen(channel).at(-1)?.pings).toEqual([]);
      await expect
        .poll(() => slack.answers.seen(all.id).buttons.map(({ label }) => label))
        .toEqual(["Previous", "Next"]);
    });
  },
);

test("the form of search completes authors and feeds, and asks what is filled in", async () => {
  await on("socket", async (scene) => {
    await scene.startBot();
    const { people } = scene.server;
    const { channel } = await followed(scene, someEntries(6));
    const view = openModal(await people.type("mia", channel, "/wire search"));
    const labels = (options: readonly Fields[]): string[] =>
      options.map((one) => textOf(fieldsOf(one, "text"), "text"));
    expect(labels(await people.suggest("mia", view, "option_author", "mck"))).toEqual([
      expect.stringContaining("Paul E. Mc Kenney (2 posts"),
    ]);
    expect(labels(await people.suggest("mia", view, "option_feed", ""))).toEqual(["1 Test planet"]);
    const filled = { option_query: "news", option_author: "Grace Hopper", option_since: "2023-12-31" };
    const { seen } = privateAnswer(await people.submit("mia", view, filled));
    expect(seen.text).toContain("2 hits");
    expect(seen.text).not.toContain("Ada Quill");
  });
});
