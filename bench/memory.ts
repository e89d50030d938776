import { PLAIN_FARM } from "./farm-plan.ts";
import { followFeeds, memoryOf, openStage, productRound, startProducts } from "./stage.ts";
import { exactly, type Figure } from "./targets.ts";

const FEEDS = 5000;

/** Row 13: a process of its own; first readings, unchanged bodies, 304s, 1 % changed, 304s. */
export async function memoryRows(): Promise<Figure[]> {
  const stage = await openStage({ plan: { ...PLAIN_FARM, feeds: FEEDS }, withFloor: false });
  try {
    await followFeeds(stage, 0, FEEDS);
    await startProducts(stage);
    await productRound(stage, 0, FEEDS);
    await stage.farm.ask("ignoreValidators", true);
    await productRound(stage, 0, FEEDS);
    await stage.farm.ask("ignoreValidators", false);
    const early = await memoryOf(stage);
    await productRound(stage, 0, FEEDS);
    const messages = await stage.farm.ask<number>("change", { every: 100, of: FEEDS });
    await productRound(stage, 0, FEEDS, { messages });
    await productRound(stage, 0, FEEDS);
    const late = await memoryOf(stage);
    const note = `${early.peakRssMb.toFixed(0)} MB, then ${late.peakRssMb.toFixed(0)} MB; now ${late.rssMb.toFixed(0)} MB, heap ${late.heapMb.toFixed(0)} MB`;
    return [
      { row: "13a", value: exactly(late.peakRssMb / early.peakRssMb), note },
      { row: "13b", value: exactly(late.peakRssMb), note },
    ];
  } finally {
    await stage.close();
  }
}
