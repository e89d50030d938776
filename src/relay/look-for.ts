import type { Delivery, Found } from "../adapter.ts";
import type { Run } from "./run.ts";

const ASK_AGAIN_MS = 5000;

/** Did a delivery land of which nobody heard? A platform that fails at it is asked later. */
export async function lookFor({ deps, channel }: Run, delivery: Delivery): Promise<Found> {
  const found = await find(deps.adapter, delivery);
  deps.log.info(
    { channel, key: delivery.key, aim: delivery.aim.kind, found: found.kind },
    "looked for an uncertain post",
  );
  return found;
}

async function find(adapter: Run["deps"]["adapter"], delivery: Delivery): Promise<Found> {
  try {
    return await adapter.find(delivery);
  } catch {
    return { kind: "ask-later", ms: ASK_AGAIN_MS };
  }
}
