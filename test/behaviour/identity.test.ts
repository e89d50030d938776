import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Bot } from "../support/processes.ts";
import { type Item, numbered, without } from "../support/rss.ts";
import { followInMain, lastItem, openWorld, titlesPosted, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let bot: Bot;

beforeAll(async () => {
  world = await openWorld();
  bot = await world.startBot();
});

afterAll(async () => world.close());

/** What a feed shows at the follow and then at each poll, and what must be posted of it. */
interface Story {
  readonly promise: string;
  readonly documents: readonly (readonly Item[])[];
  readonly posted: readonly string[];
  /** Turns the closing entry into one of this feed's kind. */
  readonly dress?: (item: Item) => Item;
}

const [one, two, three] = [numbered(1), numbered(2), numbered(3)];

const bare = (item: Item): Item => without(item, "guid");
const sameGuid = (item: Item): Item => ({ ...item, guid: "same" });
const newGuid = (item: Item): Item => ({ ...item, guid: `urn:${item.guid}` });
const moved = (item: Item): Item => ({
  ...newGuid(item),
  link: `https://moved.example/${item.guid}`,
});
const redated = (item: Item): Item => ({
  ...item,
  date: new Date((item.date?.getTime() ?? 0) + 86_400_000_000),
});
const oneLink = (item: Item): Item => ({ ...item, link: "http://planet.example/" });
const weekly = (item: Item): Item => ({ ...item, title: "Weekly update", author: "Ada" });
const corrected = (item: Item): Item => ({
  ...item,
  title: `Corrected: ${item.title}`,
  content: "<p>Nothing is as it was.</p>",
});
const bareOneLink = (item: Item): Item => bare(oneLink(item));

const quietStories: readonly Story[] = [
  {
    promise: "a feed that was empty at first posts what comes, and not again after it was empty in between",
    documents: [[], [one], [], [two, one]],
    posted: ["Post 1", "Post 2"],
  },
  {
    promise: "a feed without guids posts a new entry once, also when its title is corrected",
    documents: [
      [two, one],
      [three, two, one],
      [{ ...three, title: "Post 3, corrected" }, one, two],
    ].map((items) => items.map(bare)),
    posted: ["Post 3"],
    dress: bare,
  },
  {
    promise: "a feed whose entries share one guid posts a new entry once",
    documents: [
      [two, one],
      [three, two, one],
      [one, three, two],
    ].map((items) => items.map(sameGuid)),
    posted: ["Post 3"],
    dress: sameGuid,
  },
  {
    promise: "an entry that stands twice in a document is posted once",
    documents: [[one], [two, two, one], [two, one]],
    posted: ["Post 2"],
  },
  {
    promise: "new guids for all entries post none of them",
    documents: [[two, one], [two, one].map(newGuid), [three, ...[two, one].map(newGuid)]],
    posted: ["Post 3"],
  },
  {
    promise: "a blog that moved to another host, guids and links changed, posts none of its old entries",
    documents: [[two, one], [two, one].map(moved), [three, ...[two, one].map(moved)]],
    posted: ["Post 3"],
  },
  {
    promise: "new dates for all entries post none of them",
    documents: [[two, one], [two, one].map(redated), [three, ...[two, one].map(redated)]],
    posted: ["Post 3"],
  },
  {
    promise: "an entry that goes and comes back is not posted again",
    documents: [[two, one], [three, two], [two], [one, three, two]],
    posted: ["Post 3"],
  },
  {
    promise: "an entry whose title and text are corrected is not posted again",
    documents: [[one], [two, one], [two, one].map(corrected)],
    posted: ["Post 2"],
  },
  {
    promise: "a feed that turns its order round posts nothing",
    documents: [
      [three, two, one],
      [one, two, three],
    ],
    posted: [],
  },
];

const losslessStories: readonly Story[] = [
  {
    promise: "a second and a third post of the same author and title are new posts",
    documents: [[one], [two, one], [three, two]].map((items) => items.map(weekly)),
    posted: ["Weekly update", "Weekly update"],
  },
  {
    promise: "entries that share one link are posted each",
    documents: [[one], [two, one], [three, two, one]].map((items) => items.map(oneLink)),
    posted: ["Post 2", "Post 3"],
    dress: oneLink,
  },
  {
    promise: "entries that share one link and have no guid are posted each",
    documents: [[one], [two, one], [three, two, one]].map((items) => items.map(bareOneLink)),
    posted: ["Post 2", "Post 3"],
    dress: bareOneLink,
  },
];

test.concurrent.each([...quietStories, ...losslessStories])(
  "$promise",
  async ({ documents, posted, dress = (item) => item }) => {
    const follow = await followInMain(world, bot, documents[0] ?? []);
    expect(await titlesPosted(follow, documents.slice(1), dress(lastItem))).toEqual([...posted, "The end"]);
  },
);
