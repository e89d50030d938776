import { expect, test } from "vitest";
import { type ChannelFeed, pickFeed } from "../../src/follow/channel-feeds.ts";
import { DEFAULT_SETTINGS } from "../../src/follow/settings.ts";
import { toFeedState } from "../../src/poll/feed-state.ts";

function feed(number: number, url: string, title: string): ChannelFeed {
  const state = toFeedState({ url });
  if (state === null) throw new Error("a feed without URL");
  return { number, feedId: `feed-${String(number)}`, title, state, settings: DEFAULT_SETTINGS };
}

const kernel = feed(1, "https://planet.kernel.org/rss20.xml", "Kernel Planet");
const gnome = feed(3, "https://planet.gnome.org/atom.xml", "Planet GNOME");

test.each([
  ["1", ["feed-1"]],
  ["3", ["feed-3"]],
  ["2", []],
  ["20", []],
  ["kernel", ["feed-1"]],
  ["http://planet.kernel.org/rss20.xml", ["feed-1"]],
  ["planet gnome", ["feed-3"]],
  ["planet", ["feed-1", "feed-3"]],
  ["/", []],
  ["", []],
])("“%s” means %j", (wanted, ids) => {
  const picked = pickFeed([kernel, gnome], wanted);
  expect(("feedId" in picked ? [picked] : picked).map((one) => one.feedId)).toEqual(ids);
});
