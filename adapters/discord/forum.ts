import {
  type APIChannel,
  type APIMessage,
  type APIThreadChannel,
  MessageFlags,
  RequestMethod,
  Routes,
} from "discord.js";
import type { AdapterMemory, FeedRef } from "../../src/adapter.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { escapeText, maskedLink, plain } from "./escape.ts";
import { MOST_LINK_CHARS, MOST_THREAD_NAME_CHARS } from "./limits.ts";
import { hasMarkers, withMarkers } from "./marker.ts";
import { colorOf, container, textDisplay } from "./render.ts";
import type { DiscordRest } from "./rest.ts";

interface Threads {
  readonly threads: readonly APIThreadChannel[];
  readonly has_more?: boolean;
}

/** What is about no feed has a thread of its own. */
const noFeed: FeedRef = { id: "", url: "", title: "Planetwire" };
const MOST_PAGES = 20;

/**
 * The thread of a feed in a forum. Forums take messages only in threads, and making one has no nonce: a request whose answer
 * was lost may have made it. So a thread is known by the marker ids of its first message, and one is looked for among ours
 * before it is made.
 */
export class ForumThreads {
  readonly #rest: DiscordRest;
  readonly #memory: () => AdapterMemory;

  constructor(rest: DiscordRest, memory: () => AdapterMemory) {
    this.#rest = rest;
    this.#memory = memory;
  }

  /** null: there is none, as far as can be seen. */
  async find(forum: APIChannel, feed: FeedRef | null): Promise<string | null> {
    const name = memoryName(forum.id, feed);
    const known = await this.#memory().get(name);
    if (known !== null && known !== "") return known;
    const found = await this.#look(forum, feed);
    if (found !== null) await this.#memory().set(name, found);
    return found;
  }

  async forget(forumId: string, feed: FeedRef | null): Promise<void> {
    await this.#memory().set(memoryName(forumId, feed), "");
  }

  async findOrMake(forum: APIChannel, feed: FeedRef | null, signal: AbortSignal): Promise<string> {
    const found = await this.find(forum, feed);
    if (found !== null) return found;
    const body = { name: threadName(feed ?? noFeed), message: firstMessage(forum.id, feed ?? noFeed) };
    const made = await this.#rest.request<APIChannel>(RequestMethod.Post, Routes.threads(forum.id), { body, signal });
    await this.#memory().set(memoryName(forum.id, feed), made.id);
    return made.id;
  }

  async #look(forum: APIChannel, feed: FeedRef | null): Promise<string | null> {
    const guildId = "guild_id" in forum ? (forum.guild_id ?? "") : "";
    const active = await this.#rest.request<Threads>(RequestMethod.Get, Routes.guildActiveThreads(guildId));
    const here = active.threads.filter((thread) => thread.parent_id === forum.id);
    return (await this.#among(here, forum, feed)) ?? (await this.#lookInArchive(forum, feed));
  }

  async #lookInArchive(forum: APIChannel, feed: FeedRef | null): Promise<string | null> {
    let before: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = new URLSearchParams({ limit: "100", ...(before === null ? {} : { before }) });
      const route = Routes.channelThreads(forum.id, "public");
      const { threads, has_more } = await this.#rest.request<Threads>(RequestMethod.Get, route, { query });
      const found = await this.#among(threads, forum, feed);
      if (found !== null || has_more !== true) return found;
      before = threads.at(-1)?.thread_metadata?.archive_timestamp ?? null;
    }
    return null;
  }

  /** People may rename threads, so the name only decides where to look first. */
  async #among(threads: readonly APIThreadChannel[], forum: APIChannel, feed: FeedRef | null): Promise<string | null> {
    const name = threadName(feed ?? noFeed);
    const candidates = [...threads].sort((a, b) => Number(b.name === name) - Number(a.name === name));
    for (const { id } of candidates) if (await this.#isOf(id, forum.id, feed)) return id;
    return null;
  }

  /** The first message of a thread in a forum has the thread's id (Topics / Threads). */
  async #isOf(threadId: string, forumId: string, feed: FeedRef | null): Promise<boolean> {
    const query = new URLSearchParams({ after: String(BigInt(threadId) - 1n), limit: "1" });
    const route = Routes.channelMessages(threadId);
    const [first] = await this.#rest.request<APIMessage[]>(RequestMethod.Get, route, { query });
    return first !== undefined && hasMarkers(first.components ?? [], memoryName(forumId, feed));
  }
}

function memoryName(forumId: string, feed: FeedRef | null): string {
  return `thread ${forumId} ${feed?.id ?? ""}`;
}

function threadName(feed: FeedRef): string {
  return cutLine(plain(feed.title).trim() || "Feed", MOST_THREAD_NAME_CHARS);
}

function firstMessage(forumId: string, feed: FeedRef): object {
  const name = feed.url === "" ? escapeText(feed.title) : maskedLink(feed.title, feed.url, MOST_LINK_CHARS);
  const text = `New posts of ${name} appear here.`;
  return {
    flags: MessageFlags.IsComponentsV2,
    allowed_mentions: { parse: [] },
    components: withMarkers(
      [container(colorOf(feed.id), [textDisplay(text)])],
      memoryName(forumId, feed.id === "" ? null : feed),
    ),
  };
}
