import { members, newcomer } from "../../src/demo/planet/members.ts";
import type { PlanetPost } from "../../src/demo/planet/slot.ts";
import { createPlanet, type Planet } from "../../src/demo/planet/state.ts";
import type { Step } from "../../src/demo/planet/timetable.ts";

export const startMs = Date.parse("2026-05-04T12:00:00Z");
const beatMs = 3000;

interface Beat {
  readonly step: Step;
  /** The window right after the beat. */
  readonly posts: readonly PlanetPost[];
  /** Those that were never in the window before. */
  readonly fresh: readonly PlanetPost[];
}

/** The first beats of a planet, with a clock that needs no waiting. */
export function beats(count: number, planet: Planet = createPlanet(startMs)): Beat[] {
  const known = new Set(planet.window().map(({ guid }) => guid));
  return Array.from({ length: count }, (_, k) => {
    const step = planet.beat(startMs + (k + 1) * beatMs);
    const posts = planet.window();
    const fresh = posts.filter(({ guid }) => !known.has(guid));
    for (const { guid } of fresh) known.add(guid);
    return { step, posts, fresh };
  });
}

export const twelve = [...members, newcomer];
export const written = twelve.flatMap((member) => member.posts.map((post) => ({ member, post })));
