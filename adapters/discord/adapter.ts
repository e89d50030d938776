import type {
  Adapter,
  AdapterMemory,
  Attempt,
  Delivery,
  FeedRef,
  Found,
  Host,
  Outgoing,
  Shown,
} from "../../src/adapter.ts";
import { DeliveryError } from "../../src/adapter.ts";
import { Gateway } from "./gateway.ts";
import { Poster } from "./poster.ts";
import { headlinesOf } from "./headlines.ts";
import { EXCERPT_CHARS, parseRendered, render } from "./render.ts";
import { DiscordRest, type RestOptions } from "./rest.ts";

export interface DiscordOptions extends RestOptions {
  /** How long to wait before a message that history does not show is looked for once more. */
  readonly secondLookMs?: number;
}

/** Discord: posts by REST, commands by the gateway, neither waiting for the other. */
export class DiscordAdapter implements Adapter {
  readonly platform = "discord";
  readonly excerptChars = EXCERPT_CHARS;
  readonly hasThreads = true;
  readonly #options: DiscordOptions;
  readonly #rest: DiscordRest;
  readonly #poster: Poster;
  #host: Host | null = null;

  constructor(options: DiscordOptions) {
    this.#options = options;
    this.#rest = new DiscordRest(options);
    this.#poster = new Poster(this.#rest, () => this.#memory(), options.secondLookMs);
  }

  async start(host: Host): Promise<void> {
    this.#host = host;
    const gateway = new Gateway(this.#options, this.#rest, host);
    host.own("gateway", async (signal, say) => await gateway.run(signal, say));
    await Promise.resolve();
  }

  render(outgoing: Outgoing): string {
    return render(outgoing);
  }

  async post(delivery: Delivery, attempt: Attempt): Promise<string> {
    return await this.#poster.post(delivery, attempt);
  }

  async find(delivery: Delivery): Promise<Found> {
    return await this.#poster.find(delivery);
  }

  async edit(delivery: Delivery, ref: string, attempt: Attempt): Promise<void> {
    await this.#poster.edit(delivery, ref, attempt);
  }

  headlines(message: string): readonly string[] {
    return headlinesOf(parseRendered(message).components);
  }

  async shownSince(channel: string, sinceMs: number, feeds: readonly FeedRef[]): Promise<Shown> {
    return await this.#poster.shownSince(channel, sinceMs, feeds);
  }

  /** The gateway ends with the signal that it runs under; nothing else is open. */
  async stop(): Promise<void> {
    await Promise.resolve();
  }

  #memory(): AdapterMemory {
    if (this.#host === null) throw new DeliveryError("try-later", "Discord has not started");
    return this.#host.memory;
  }
}
