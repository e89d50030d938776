import { webApi } from "@slack/bolt";
import { DeliveryError, type Attempt } from "../../src/adapter.ts";
import { type Failure, failureOf, reasonOf } from "./failures.ts";
import type { QuietLogger } from "./quiet-logger.ts";

/** A call that did not end in `ok: true`, sorted. */
export class SlackFailure extends Error {
  override readonly name = "SlackFailure";
  readonly failure: Failure;

  constructor(failure: Failure, cause: unknown) {
    super(reasonOf(failure), { cause });
    this.failure = failure;
  }
}

export interface WebOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly logger: QuietLogger;
}

const TIMEOUT_MS = 15_000;
/** Every method that the adapter calls, with what its page requires; the manifest must grant it. */
export const SCOPES_OF_METHODS = {
  "auth.test": [],
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history"],
  "conversations.info": ["channels:read", "groups:read"],
  "conversations.replies": ["channels:history", "groups:history"],
  "conversations.open": ["im:write"],
  "files.completeUploadExternal": ["files:write"],
  "files.getUploadURLExternal": ["files:write"],
  "users.info": ["users:read"],
  "views.open": [],
  "views.update": [],
} as const;

export type SlackMethod = keyof typeof SCOPES_OF_METHODS;
export type CallArguments = Readonly<Record<string, unknown>>;

/**
 * Calls of the Web API: one request each. The SDK's own retries are off, for they send a message again whenever an answer is
 * lost.
 */
export class Web {
  readonly #options: WebOptions;

  constructor(options: WebOptions) {
    this.#options = options;
  }

  /** What opens a file that lies with Slack. */
  get token(): string {
    return this.#options.token;
  }

  get apiUrl(): string {
    return this.#options.apiUrl;
  }

  /** Options for every client that the SDK makes on our behalf. */
  get clientOptions(): webApi.WebClientOptions {
    const { apiUrl, logger } = this.#options;
    return {
      slackApiUrl: apiUrl,
      logger,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: TIMEOUT_MS,
    };
  }

  /**
   * `attempt.handOver` runs in the turn in which the request is handed to the network: the client queues nothing in between
   * but calls this `fetch`. Throws `SlackFailure`, or what `handOver` throws.
   */
  async call(method: SlackMethod, args: CallArguments, attempt?: Attempt): Promise<webApi.WebAPICallResult> {
    let status = 0;
    let refusal: unknown;
    const send: typeof fetch = async (url, init) => {
      try {
        attempt?.signal.throwIfAborted();
        attempt?.handOver();
      } catch (error) {
        refusal = error;
        throw error;
      }
      const signals = [init?.signal, attempt?.signal].filter((signal) => signal !== undefined && signal !== null);
      const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) });
      ({ status } = response);
      return response;
    };
    const client = new webApi.WebClient(this.#options.token, { ...this.clientOptions, fetch: send });
    try {
      return await client.apiCall(method, { ...args });
    } catch (error) {
      if (refusal instanceof DeliveryError) throw refusal;
      if (refusal !== undefined) throw new DeliveryError("try-later", "nothing was sent: the attempt was over");
      throw new SlackFailure(failureOf(error, status), error);
    }
  }
}
