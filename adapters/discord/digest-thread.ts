import { type APIChannel, ChannelType, RequestMethod, RESTJSONErrorCodes, Routes } from "discord.js";
import { DeliveryError } from "../../src/adapter.ts";
import { refusalCode } from "./errors.ts";
import type { DiscordRest } from "./rest.ts";

const NAME = "Excerpts";
/** Minutes without a message until clients fold it away: an hour, a day, three or seven (Resources / Channel, "Thread Metadata"). */
const FOLDED_AFTER_MINUTES = 1440;
const MOST_KNOWN = 1000;

/** Threads below our own messages: such a thread has the id of its message, and a message has one thread at most. */
export class DigestThreads {
  readonly #rest: DiscordRest;
  /** Those that are surely there. */
  readonly #known = new Set<string>();

  constructor(rest: DiscordRest) {
    this.#rest = rest;
  }

  /**
   * The id of the thread below the message `ref`, which is made where there is none. Whatever goes wrong here, nothing was posted. Made
   * twice it is made once, so nobody looks whether a request that was not answered made it.
   */
  async findOrMake(channel: APIChannel, ref: string, signal: AbortSignal): Promise<string> {
    const id = threadOf(ref);
    if (!hasThreads(channel)) throw new DeliveryError("channel-unusable", "here messages have no threads");
    if (this.#known.has(id)) return id;
    const body = { name: NAME, auto_archive_duration: FOLDED_AFTER_MINUTES };
    try {
      await this.#rest.request(RequestMethod.Post, Routes.threads(channel.id, id), { body, signal });
    } catch (error) {
      if (!isThere(error)) throw asNothingPosted(error);
    }
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.add(id);
    return id;
  }
}

export function threadOf(ref: string): string {
  return ref.slice(ref.indexOf("/") + 1);
}

/** Forums have a thread a post, and threads have none in them. */
function hasThreads({ type }: APIChannel): boolean {
  return type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;
}

function isThere(error: unknown): boolean {
  return (
    error instanceof DeliveryError && refusalCode(error.cause) === RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage
  );
}

/** A refusal holds for all that would go into the thread. */
function asNothingPosted(error: unknown): unknown {
  if (!(error instanceof DeliveryError)) return error;
  const { message, retryAfterMs, cause } = error;
  const kind = error.kind === "try-later" || error.kind === "uncertain" ? "try-later" : "channel-unusable";
  return new DeliveryError(kind, message, { retryAfterMs, cause });
}
