import { PLAIN_FARM } from "./farm-plan.ts";
import type { FloorRound } from "./floor.ts";
import { checked } from "./polls.ts";
import { dropConnections, followFeeds, openStage, productRound, startProducts } from "./stage.ts";
import { alternate, median, ratioOf } from "./statistics.ts";
import type { Figure } from "./targets.ts";

/** More hosts than undici keeps TLS sessions of: in the wild a poll finds none either. */
const FEEDS = 300;
const PAIRS = 6;

/** Row 14: each poll is a new connection with its handshake. */
export async function tlsRows(): Promise<Figure[]> {
  const stage = await openStage({ plan: { ...PLAIN_FARM, feeds: FEEDS, tls: true } });
  try {
    const urls = Array.from({ length: FEEDS }, (_, feed) => stage.urlOf(feed));
    const all = { status200: 0, status304: FEEDS };
    await followFeeds(stage, 0, FEEDS);
    await startProducts(stage);
    await productRound(stage, 0, FEEDS);
    const floor = async (): Promise<number> =>
      (await stage.floor?.ask<FloorRound>("tlsRound", urls))?.cpuMs ?? Number.NaN;
    await floor();
    const pairs = await alternate(PAIRS, floor, async () => {
      await dropConnections(stage);
      return checked(await productRound(stage, 0, FEEDS), all, "TLS").cpuMs;
    });
    const each = (values: readonly number[]): string => (median(values) / FEEDS).toFixed(3);
    return [{ row: "14", value: ratioOf(pairs), note: `${each(pairs.product)} / ${each(pairs.floor)} ms per feed` }];
  } finally {
    await stage.close();
  }
}
