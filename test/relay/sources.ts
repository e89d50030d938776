import type { RawEntry } from "../../src/feed/entry.ts";
import type { Filter } from "../../src/follow/filter.ts";
import type { RealRedis } from "../store/real-redis.ts";
import { openScene, type Scene } from "./scene.ts";

/** The same post as another feed has it: only its link is the same. */
export function copy(n: number, values: Partial<RawEntry> = {}): Partial<RawEntry> {
  return { guid: `copy-${String(n)}`, titleRaw: `Copy of ${String(n)}`, html: "Shorter.", ...values };
}

export interface Sources extends Scene {
  /** Another feed of the same channel. */
  readonly planet: string;
}

export async function openSources(real: RealRedis, filter?: Filter): Promise<Sources> {
  const scene = await openScene(real, filter);
  return { ...scene, planet: await scene.anotherFeed() };
}
