import { expect, test, vi } from "vitest";
import { wire } from "../../support/processes.ts";
import { rss } from "../../support/rss.ts";
import { openWorld } from "../../support/world.ts";
import { someEntries } from "./scene.ts";
import { openSlackStage } from "./stage.ts";

vi.setConfig({ testTimeout: 90_000 });

test("a bot of the chaos harness posts through all the trouble, each entry once and in order", async () => {
  const stage = await openSlackStage();
  const world = await openWorld({ ...stage.env, UNCERTAIN_WAIT_SECONDS: "1.5" });
  try {
    const [channel = ""] = await stage.channels(1);
    const feed = await world.feed(someEntries(1));
    stage.trouble({
      limited: 0.1,
      failing: 0.2,
      cutBefore: 0.15,
      cutAfter: 0.2,
      late: 0.1,
      lateMs: 300,
      historyLagMs: 500,
    });
    let accepted = 0;
    let bot = await world.startBot();
    const { status, stderr } = await wire(world.settings, channel, "follow", feed.url);
    expect([status, stderr]).toEqual([0, expect.anything()]);
    stage.onAccepted = async () => {
      accepted += 1;
      if (accepted !== 3) return;
      bot.signal("SIGKILL");
      await bot.ended;
      bot = await world.startBot();
    };
    for (let n = 2; n <= 5; n++) feed.publish(rss(someEntries(n)));
    const wanted = [2, 3, 4, 5].map((n) => `http://${feed.site}/posts/${String(n)}`);
    await expect
      .poll(async () => (await stage.seen(channel)).flatMap((one) => one.urls), { timeout: 75_000, interval: 200 })
      .toHaveLength(wanted.length);
    expect((await stage.seen(channel)).flatMap((one) => one.urls)).toEqual(wanted);
    expect(stage.summary()).toMatch(/Slack accepted \d+ messages; asked: .*chat\.postMessage/);
  } finally {
    await world.close();
    await stage.close();
  }
});
