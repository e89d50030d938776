import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlatformStage } from "../chaos/platform-stage.ts";
import { openStages } from "../chaos/stages.ts";
import { describeWithSynapse } from "../platforms/matrix/synapse.ts";
import { openWorld, type World } from "../support/world.ts";
import { openPages, type Pages } from "./bots.ts";

describeWithSynapse("one bot on Discord, Slack and Matrix", () => {
  let world: World;
  let pages: Pages;
  let stages: PlatformStage[];

  beforeAll(async () => {
    stages = await Promise.all(Object.values(openStages).map(async (open) => await open()));
    pages = await openPages();
    world = await openWorld({ ...Object.assign({}, ...stages.map(({ env }) => env)), ...pages.settings });
    await world.startBot();
  });

  afterAll(async () => {
    await world.close();
    for (const stage of stages) await stage.close();
  });

  const connected = (platform: string): string => `planetwire_platform_connected{platform="${platform}"}`;

  test("is ready when all are connected, and says which one is not any more", async () => {
    for (const { platform } of stages) await pages.metric(connected(platform), (value) => value === 1, 40_000);
    expect((await pages.get("/readyz")).status).toBe(200);
    for (const [gone, stage] of stages.splice(0).entries()) {
      await stage.close();
      await pages.metric(connected(stage.platform), (value) => value === 0, 40_000);
      const { status, text } = await pages.get("/readyz");
      const { platforms } = JSON.parse(text) as { readonly platforms: Readonly<Record<string, string>> };
      const missing = Object.values(platforms).filter((standing) => standing === "not connected").length;
      expect([status, missing]).toEqual([503, gone + 1]);
    }
    expect((await pages.get("/healthz")).status).toBe(200);
  }, 180_000);
});
