import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { PlatformStage } from "../chaos/platform-stage.ts";
import { openStages } from "../chaos/stages.ts";
import { describeWithSynapse } from "../platforms/matrix/synapse.ts";
import { numbered, rss } from "../support/rss.ts";
import { until } from "../support/wait.ts";
import { openWorld, type World } from "../support/world.ts";
import { type Place, placeOn, saying, says } from "./places.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describeWithSynapse("a feed that fails, on Discord, Slack and Matrix, by one bot", () => {
  const stages: PlatformStage[] = [];
  const places: Place[] = [];
  let world: World;

  beforeAll(async () => {
    stages.push(...(await Promise.all(Object.values(openStages).map(async (one) => await one()))));
    const env = Object.assign({}, ...stages.map((stage) => stage.env)) as Record<string, string>;
    world = await openWorld({ ...env, FAILING_NOTICE_SECONDS: "1", FAILING_STOP_SECONDS: "6" });
    const bot = await world.startBot();
    // What is said before the bot is connected reaches nobody; Matrix shows older words, too.
    for (const line of ["connected to Discord's gateway", "Slack's socket is open"])
      await until(`“${line}” in the log`, 60_000, () => (bot.log.some((one) => one.includes(line)) ? true : undefined));
    places.push(...(await Promise.all(stages.map(placeOn))));
  });

  afterAll(async () => {
    await world.close();
    for (const stage of stages) await stage.close();
  });

  async function everywhere(look: (place: Place) => Promise<void>): Promise<void> {
    await Promise.all(places.map(look));
  }

  test("it says so once, that it is given up once, and once that it is back; the post of then comes", async () => {
    const server = await world.startServer();
    const { url } = server.feed("feed", rss([numbered(1)]));
    await everywhere(async (place) => expect(await place.ask(`follow ${url}`)).toContain("Following"));
    server.page("feed", { status: 503 });
    const told = ["has not been readable since", "is not read any more"];
    await everywhere(async (place) => {
      for (const words of told) expect(await says(place, words)).toContain("503");
      expect(await place.ask("feeds")).toContain("not read any more, after failing since");
    });
    server.feed("feed", rss([numbered(2, { title: "It lives" }), numbered(1)]));
    expect(await places[0]?.ask(`resume ${url}`)).toContain("was read just now: 1 new in it");
    await everywhere(async (place) => {
      await says(place, "It lives");
      await says(place, "can be read again");
      const all = (await place.seen()).map(({ text }) => text);
      for (const words of ["It is tried again and again", "“resume http", "can be read again"])
        expect([words, all.filter((text) => text.includes(words)).length]).toEqual([words, 1]);
      expect(await saying(place, "It lives")).toHaveLength(1);
    });
  });
});
