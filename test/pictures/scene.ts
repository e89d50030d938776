import { openWorld, type World } from "../support/world.ts";
import { startFeedServer } from "../support/feed-server.ts";
import { until } from "../support/wait.ts";
import type { Sent } from "./sent.ts";
import { DIGEST_FROM, FEED_TITLE, POST_TITLE, sampleDocuments } from "./sample.ts";

/** One platform with a channel, somebody in it, and the messages that the bot sent there. */
export interface Place<Payload> {
  /** Variables that lead a bot to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when the bot listens. */
  readonly listening: () => Promise<void>;
  /** Says a command and waits for its answer. */
  readonly ask: (command: string, options: Readonly<Record<string, string>>) => Promise<Payload>;
  /** What stands in the channel for everybody, oldest first. */
  readonly messages: () => Promise<readonly Payload[]>;
  readonly close: () => Promise<void>;
}

/** A word of what was posted and one of what was there before. */
export const SEARCHED = "cuttings OR pages";
const PATIENCE_MS = 30_000;

/** A real bot follows the sample planet there; what it sent of a post, of a digest and as its help. */
export async function play<Payload>(place: Place<Payload>): Promise<Sent<Payload>> {
  const world = await openWorld({ ...place.env, DIGEST_FROM: String(DIGEST_FROM) });
  try {
    return await watch(place, world);
  } finally {
    await world.close();
    await place.close();
  }
}

async function watch<Payload>(place: Place<Payload>, world: World): Promise<Sent<Payload>> {
  const server = await startFeedServer();
  try {
    const [first, second, third] = sampleDocuments();
    const feed = server.feed("atom.xml", first, "application/atom+xml");
    feed.hold();
    await world.startBot();
    await place.listening();
    await place.ask("follow", { url: feed.url });
    feed.begin();
    feed.publish(second);
    const post = await sent(place, POST_TITLE);
    feed.publish(third);
    const digest = await sent(place, `new in ${FEED_TITLE}`);
    return { post, digest, search: await place.ask("search", { query: SEARCHED }), help: await place.ask("help", {}) };
  } finally {
    await server.close();
  }
}

async function sent<Payload>(place: Place<Payload>, words: string): Promise<Payload> {
  return await until(`a message with “${words}”`, PATIENCE_MS, async () =>
    (await place.messages()).find((one) => JSON.stringify(one).includes(words)),
  );
}
