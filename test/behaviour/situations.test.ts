import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { PlatformStage } from "../chaos/platform-stage.ts";
import { openStages } from "../chaos/stages.ts";
import { describeWithSynapse } from "../platforms/matrix/synapse.ts";
import { type Item, numbered, rss } from "../support/rss.ts";
import type { ServedFeed } from "../support/served-feed.ts";
import { until } from "../support/wait.ts";
import { openWorld, type World } from "../support/world.ts";
import { consolePlace, type Place, placeOn, saying, says } from "./places.ts";

const TIMEOUT_MS = 60_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: 120_000 });

const MAX_FOLLOWS = 4;
const PROTECTED = '<form class="post-password-form"><p>This content is password protected.</p></form>';

describe("what a channel can ask and what it sees on the console", { timeout: TIMEOUT_MS }, () => {
  situations({});
});

describeWithSynapse("what a channel can ask and what it sees on Discord, Slack and Matrix, by one bot", () => {
  situations(openStages);
});

function situations(open: typeof openStages): void {
  let world: World;
  const stages: PlatformStage[] = [];
  const places: Place[] = [];

  beforeAll(async () => {
    stages.push(...(await Promise.all(Object.values(open).map(async (one) => await one()))));
    const env = Object.assign({}, ...stages.map((stage) => stage.env)) as Record<string, string>;
    world = await openWorld({
      ...env,
      EDIT_WAIT_SECONDS: "0.2",
      DIGEST_FROM: "5",
      MAX_FOLLOWS_PER_CHANNEL: String(MAX_FOLLOWS),
    });
    const bot = await world.startBot();
    await Promise.all(stages.map(async (stage) => await stage.whenConnected()));
    // The terminal is on where no platform is.
    if (stages.length === 0) places.push(consolePlace(world.dataDir, bot));
    places.push(...(await Promise.all(stages.map(placeOn))));
  });

  afterAll(async () => {
    await world.close();
    for (const stage of stages) await stage.close();
  });

  async function everywhere(look: (place: Place) => Promise<void>): Promise<void> {
    await Promise.all(places.map(look));
  }

  async function followed(first: readonly Item[] = []): Promise<ServedFeed> {
    const feed = await world.feed(first);
    feed.hold();
    await everywhere(async (place) => expect(await place.ask(`follow ${feed.url}`)).toContain("Following"));
    feed.begin();
    return feed;
  }

  /** Shows `now` and waits until it was read. */
  async function reads(feed: ServedFeed, now: readonly Item[]): Promise<void> {
    feed.publish(rss(now));
    await feed.lastConfirmed();
  }

  async function left(feed: ServedFeed): Promise<void> {
    await everywhere(async (place) => expect(await place.ask(`unfollow ${feed.url}`)).toContain("No longer"));
  }

  test("a changed text and an opened post edit their messages; a new date and “edits:off” leave them", async () => {
    const entry = (title: string, content: string, day = 1): Item =>
      numbered(day, { guid: title, title, content: `<p>${content}</p>`, link: `http://planet.example/${title}` });
    const [changing, redated, quiet] = [await followed(), await followed(), await followed()];
    await everywhere(async (place) => {
      expect(await place.ask(`style ${quiet.url} edits:off`)).toContain("never edited");
    });
    const before: readonly [ServedFeed, readonly Item[]][] = [
      [changing, [entry("Changing", "What it said at first, in the morning."), entry("Protected: Opening", PROTECTED)]],
      [redated, [entry("Redated", "What it says all day long.")]],
      [quiet, [entry("Quiet", "What it said before the correction.")]],
    ];
    for (const [feed, items] of before) feed.publish(rss(items));
    for (const { title = "" } of before.flatMap(([, items]) => items))
      await everywhere(async (place) => void (await says(place, title.replace("Protected: ", ""))));
    const old = await Promise.all(places.map(async (place) => await says(place, "Redated")));
    await reads(redated, [entry("Redated", "What it says all day long.", 9)]);
    await reads(quiet, [entry("Quiet", "Nobody is told of this.")]);
    const opened = { ...entry("Opening", "It is open to everybody."), guid: "Protected: Opening" };
    changing.publish(rss([entry("Changing", "What it says by now, in the evening."), opened]));
    await everywhere(async (place) => {
      await says(place, "Changing", "in the evening");
      await says(place, "Opening", "open to everybody");
      for (const title of ["Changing", "Opening", "Redated", "Quiet"])
        expect([title, await saying(place, title)]).toEqual([title, [expect.any(String)]]);
      expect(await saying(place, "Nobody is told")).toEqual([]);
    });
    expect(await Promise.all(places.map(async (place) => (await saying(place, "Redated"))[0]))).toEqual(old);
    for (const feed of [changing, redated, quiet]) await left(feed);
  });

  test("posts and their edits are dated in the channel's time zone, where clients do not show readers their own", async () => {
    const feed = await followed();
    await everywhere(async (place) => {
      expect(await place.ask("settings zone:Asia/Kolkata")).toContain("Asia/Kolkata");
    });
    const post = (content: string): Item => {
      const date = new Date("2026-01-31T23:30:00Z");
      return numbered(1, { title: "Dated", content: `<p>${content}</p>`, date });
    };
    const IN_KOLKATA = "2026-02-01 05:00 GMT+5:30";
    for (const content of ["What it said in the evening.", "What it says in the morning."]) {
      feed.publish(rss([post(content)]));
      await everywhere(async (place) => {
        const shown = await says(place, "Dated", content);
        if (place.platform === "console" || place.platform === "matrix") expect(shown).toContain(IN_KOLKATA);
        else expect(shown).not.toContain("23:30 UTC");
      });
    }
    await everywhere(async (place) => void (await place.ask("settings zone:UTC")));
    await left(feed);
  });

  test("a flood is one digest by author; what its entries say stands in its thread", async () => {
    const feed = await followed();
    const many = [1, 2, 3, 4, 5, 6].map((n) =>
      numbered(n, { author: n % 2 === 0 ? "Ada Quill" : "Grace Hopper", title: `Flood ${String(n)}` }),
    );
    feed.publish(rss(many.toReversed()));
    await everywhere(async (place) => {
      const text = await says(place, "Flood 1", "Flood 6");
      expect(text.indexOf("Flood 3")).toBeLessThan(text.indexOf("Flood 2"));
      expect(text.match(/Ada Quill|Grace Hopper/g)).toHaveLength(2);
      expect(await saying(place, "Flood")).toEqual([text]);
      if (place.platform === "console") return;
      await until(`six details on ${place.platform}`, 60_000, async () => {
        const inThread = (await place.seen()).filter(({ isInThread }) => isInThread === true);
        const said = many.filter((_, i) =>
          inThread.some(({ text: one }) => one.includes(`Post ${String(i + 1)} is about`)),
        );
        return said.length === many.length ? true : undefined;
      });
    });
    await left(feed);
  });

  test("a planet's copy and the author's own feed are one message", async () => {
    const [planet, own] = [await followed(), await followed()];
    const shared = numbered(1, { link: "http://ada.example/shared", title: "Shared by two" });
    planet.publish(rss([shared]));
    await everywhere(async (place) => void (await says(place, "Shared by two")));
    own.publish(rss([numbered(2, { title: "Own alone" }), { ...shared, guid: "another" }]));
    await everywhere(async (place) => {
      await says(place, "Own alone");
      expect(await saying(place, "Shared by two")).toHaveLength(1);
      expect(await place.ask(`why http://ada.example/shared`)).toMatch(/[Pp]osted/);
    });
    for (const feed of [planet, own]) await left(feed);
  });

  test("search finds what was posted and what was kept out, why tells which, post posts it", async () => {
    const feed = await followed();
    await everywhere(async (place) => {
      expect(await place.ask(`authors ${feed.url} test exclude Grace Hopper`)).toContain("Nothing was changed");
      expect(await place.ask(`authors ${feed.url} exclude Grace Hopper`)).toContain("none by “Grace Hopper”");
    });
    const [ada, grace] = ["Ada Quill", "Grace Hopper"].map((author, i) =>
      numbered(i + 1, { author, title: `Marmalade of ${author}`, content: "<p>It is made of bitter oranges.</p>" }),
    );
    if (ada === undefined || grace === undefined) throw new Error("two entries");
    await reads(feed, [grace, ada]);
    await everywhere(async (place) => {
      await says(place, "Marmalade of Ada Quill");
      const found = await place.ask("search oranges");
      expect(found).toContain("2 hits");
      expect(found).toContain("Marmalade of Grace Hopper");
      expect(found).toMatch(/made of bitter \W*oranges/);
      expect(found).toMatch(/posted here/i);
      expect(await place.ask("why Marmalade of Ada")).toMatch(/[Pp]osted here/);
      expect(await place.ask("why Marmalade of Grace")).toContain("“Grace Hopper” is excluded");
      expect(await place.ask(`feeds ${feed.url}`)).toContain("Last polls, newest first");
      expect(await saying(place, "Marmalade of Grace Hopper\n")).toEqual([]);
      await place.ask(`post http://${feed.site}/posts/2`);
      await until(`the posted one on ${place.platform}`, 60_000, async () => {
        const urls = (await place.seen()).flatMap((one) => one.urls);
        return urls.includes(`http://${feed.site}/posts/2`) ? true : undefined;
      });
    });
    await left(feed);
  });

  test("defaults are inherited, a name is given, an address is changed and nothing comes twice", async () => {
    await everywhere(async (place) => {
      expect(await place.ask("defaults title")).toContain("title");
    });
    const feed = await followed([numbered(1, { title: "Before" })]);
    await everywhere(async (place) => {
      expect(await place.ask(`rename ${feed.url} The harbour people`)).toContain("The harbour people");
    });
    const first = numbered(2, { title: "After renaming" });
    feed.publish(rss([first]));
    await everywhere(async (place) => {
      expect(await says(place, "After renaming", "The harbour people")).not.toContain("is about a subject");
    });
    const next = await world.feed([
      numbered(3, { title: "After moving", date: new Date(), link: `http://${feed.site}/posts/3` }),
      first,
    ]);
    await everywhere(async (place) => {
      expect(await place.ask(`address ${feed.url} ${next.url}`)).toContain("from now on");
    });
    await everywhere(async (place) => {
      await says(place, "After moving", "The harbour people");
      expect(await saying(place, "After renaming")).toHaveLength(1);
      expect(await place.ask("defaults action:reset")).toContain("full");
    });
    await left(next);
  });

  test("more follows than a channel may have, and more questions to publishers than a person may ask, are refused in words", async () => {
    const feeds = await Promise.all(Array.from({ length: MAX_FOLLOWS + 1 }, async () => await world.feed([])));
    await everywhere(async (place) => {
      const answers: string[] = [];
      for (const { url } of feeds) answers.push(await place.ask(`follow ${url}`));
      // Who asks on a platform has a name, and has had ten addresses read by now; the operator's terminal has no such limit.
      const limit =
        place.platform === "console" ? `follows ${String(MAX_FOLLOWS)} feeds` : "You have had 10 addresses read";
      expect(answers.at(-1)).toContain(limit);
      expect(answers.filter((answer) => answer.includes("Following")).length).toBeLessThanOrEqual(MAX_FOLLOWS);
    });
  });
}
