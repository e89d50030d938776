import { AsyncLocalStorage } from "node:async_hooks";
import { REST, RequestMethod, type ResponseLike, type RouteLike } from "discord.js";
import type { Attempt } from "../../src/adapter.ts";
import { sortFailure } from "./errors.ts";

export interface RestOptions {
  readonly token: string;
  /** Without the version, as `https://discord.com/api`. */
  readonly apiUrl: string;
}

interface Sending {
  readonly attempt: Attempt | null;
  handedOver: boolean;
}

interface Asked {
  readonly body?: unknown;
  readonly query?: URLSearchParams;
  readonly signal?: AbortSignal;
  /** For what must not be sent past its deadline. */
  readonly attempt?: Attempt;
}

const TIMEOUT_MS = 15_000;

/**
 * Discord's REST side with nothing done behind our back: no retries, and a limit is an error instead of a sleep in memory.
 * What fails is a `DeliveryError`, with the SDK's error as its cause.
 */
export class DiscordRest {
  readonly #rest: REST;
  readonly #token: string;
  readonly #sending = new AsyncLocalStorage<Sending>();
  #skewMs = 0;

  constructor({ token, apiUrl }: RestOptions) {
    this.#token = token;
    this.#rest = new REST({
      version: "10",
      api: apiUrl,
      retries: 0,
      timeout: TIMEOUT_MS,
      rejectOnRateLimit: () => true,
      userAgentAppendix: "Planetwire",
      makeRequest: async (url, init) => await this.#request(url, init as unknown as RequestInit),
    });
  }

  /** How far our clock is ahead of Discord's, to a second, as of the last answer. */
  get clockAheadMs(): number {
    return this.#skewMs;
  }

  /**
   * The SDK's queue is asynchronous, so the attempt is asked right before the bytes go to the socket, not when they are put
   * into the queue.
   */
  async request<T>(method: RequestMethod, route: RouteLike, asked: Asked = {}): Promise<T> {
    const sending: Sending = { attempt: asked.attempt ?? null, handedOver: false };
    const signal = asked.attempt?.signal ?? asked.signal;
    // The SDK leaves a listener on each request's signal, and some live as long as a connection.
    const own = new AbortController();
    const stop = (): void => own.abort();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
    // One refused token would otherwise end all later requests before they are sent, also when Discord knows it again.
    this.#rest.setToken(this.#token);
    try {
      return (await this.#sending.run(
        sending,
        async () =>
          await this.#rest.request({
            method,
            fullRoute: route,
            ...(asked.body === undefined ? {} : { body: asked.body }),
            ...(asked.query === undefined ? {} : { query: asked.query }),
            signal: own.signal,
          }),
      )) as T;
    } catch (error) {
      throw sortFailure(error, sending.handedOver && method !== RequestMethod.Get);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  async #request(url: string, init: RequestInit): Promise<ResponseLike> {
    const sending = this.#sending.getStore();
    sending?.attempt?.handOver();
    if (sending !== undefined) sending.handedOver = true;
    const response = await fetch(url, { ...init, redirect: "error" });
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.#skewMs = Date.now() - date;
    return response;
  }
}
