import type { FeedPlan } from "../chaos/farm-feed.ts";
import type { FilterPlan, FollowPlan, LabPlan } from "../chaos/plans.ts";

const FEEDS_PER_CHANNEL = 50;
/** One feed in so many is a planet, and shows two feeds that the same channels follow. */
const PLANET_EVERY = 20;
/** One follow in so many has a rule. */
const RULE_EVERY = 7;
const RULES: readonly FilterPlan[] = [
  { by: "filter", mode: "exclude", values: ["zephyr"] },
  { by: "filter", mode: "include", values: ["quartz", "meadow"] },
  { by: "authors", mode: "exclude", values: ["Bruno Keller"] },
];

/** Each feed is followed in one channel of every platform; a name is `<platform>-<number>`. */
export function soakPlan(feeds: number, platforms: readonly string[]): LabPlan {
  const channels = Math.max(1, Math.ceil(feeds / FEEDS_PER_CHANNEL));
  const plans = Array.from({ length: feeds }, (_, index) => feedPlan(index, feeds, channels));
  const follows = platforms.flatMap((platform, p) =>
    plans.map((_, feed): FollowPlan => {
      const channel = `${platform}-${feed % channels}`;
      const rule = (feed + p) % RULE_EVERY === 0 ? RULES[feed % RULES.length] : undefined;
      return rule === undefined ? { channel, feed } : { channel, feed, filter: rule };
    }),
  );
  return { feeds: plans, follows, byImport: true };
}

/** Two feeds live on a host. Linux answers on all of 127.0.0.0/8. */
function feedPlan(index: number, feeds: number, channels: number): FeedPlan {
  const isPlanet = index % PLANET_EVERY === 0;
  const members = isPlanet ? [index + channels, index + 2 * channels].filter((member) => member < feeds) : [];
  const host = index >> 1;
  return {
    path: pathOf(index),
    address: `127.0.${String(1 + (host >> 7))}.${String(1 + (host & 127))}`,
    format: index % 2 === 0 ? "rss" : "atom",
    planet: isPlanet,
    validators: index % 5 === 0 ? "date only" : "etag and date",
    initialEntries: index % 9,
    ...(members.length === 0 ? {} : { copies: members.map(pathOf) }),
  };
}

function pathOf(index: number): string {
  return `/feed${String(index)}`;
}
