import { afterAll, beforeAll, expect, test } from "vitest";
import { numbered, rss } from "../../support/rss.ts";
import { account, ada, close, open, roomWithBot, world } from "./live.ts";
import { describeWithSynapse } from "./synapse.ts";

const items = Array.from({ length: 7 }, (_, i) =>
  numbered(i + 1, {
    title: `Kernel <b>${String(i + 1)}</b> @room`,
    content: `<p>The *kernel* &lt;i&gt; ${String(i + 1)}.</p>`,
  }),
).toReversed();

describeWithSynapse("search in a Matrix room, asked of the real bot", () => {
  beforeAll(async () => {
    await open();
    await world.startBot();
  }, 90_000);

  afterAll(close, 60_000);

  test("hits lead to what was posted, what feeds say is text, and the last line turns the page", async () => {
    const room = await roomWithBot();
    const feed = await world.feed(items.slice(1));
    await ada.command(room, `!wire follow ${feed.url}`, 30_000);
    feed.publish(rss(items));
    const posted = await ada.waitFor(
      room,
      "the post",
      ({ sender, content }) => sender === account.userId && content["msgtype"] === "m.text",
    );
    const first = await ada.command(room, "!wire search kernel", 30_000);
    expect(first.text).toContain("7 hits, page 1 of 2");
    expect(first.html).toContain("Next: <code>!wire search kernel page:2</code>");
    expect(first.html).toContain("Kernel 7 @room");
    expect(first.html).toContain("The *<strong>kernel</strong>* &#x3C;i> 7.");
    expect(first.html).toContain(
      `<a href="https://matrix.to/#/${encodeURIComponent(room)}/${encodeURIComponent(posted.event_id)}?via=`,
    );
    const second = await ada.command(room, "!wire search kernel page:2", 30_000);
    expect(second.text).toContain("page 2 of 2");
    expect(second.html).toContain("Previous: <code>!wire search kernel page:1</code>");
  });
});
