import { setTimeout as sleep } from "node:timers/promises";
import { SocketModeReceiver } from "@slack/bolt";
import { type AppDeps, createApp } from "./bolt-app.ts";
import { failureOf, reasonOf, TOKEN_FAILURES } from "./failures.ts";

const HELLO_MS = 20_000;
/** After a refusal that only a person can mend. */
const REFUSED_MS = 60_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** A connection that Slack ends sooner, again and again, is not worth opening at once. */
const BRIEF_MS = 10_000;
const MOST_BRIEF = 3;

export interface SocketDeps extends AppDeps {
  readonly appToken: string;
  /** How long to wait after a refusal, for tests. */
  readonly refusedMs?: number;
  onConnected(): Promise<void>;
  readonly say: (isUp: boolean) => void;
}

/**
 * Holds Slack's socket until `signal` aborts. Bolt's own reconnecting is off: it waits five seconds, during which commands fail,
 * and a reconnect refused with invalid_auth ends the process. Here the next connection opens while the old one closes, and a
 * refusal is logged and tried again slowly.
 */
export async function holdSocket(deps: SocketDeps, signal: AbortSignal): Promise<void> {
  const { log } = deps.host;
  let failures = 0;
  let brief = 0;
  while (!signal.aborted) {
    const openedMs = performance.now();
    try {
      await holdConnection(deps, signal, () => {
        failures = 0;
      });
      brief = performance.now() - openedMs < BRIEF_MS ? brief + 1 : 0;
      if (brief > MOST_BRIEF) await pause(backOffMs(brief - MOST_BRIEF), signal);
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error, 0);
      const isRefused = TOKEN_FAILURES.has(failure.code) || failure.kind === "channel-unusable";
      const waitMs = isRefused ? (deps.refusedMs ?? REFUSED_MS) : backOffMs(failures);
      failures += 1;
      if (isRefused)
        log.error(
          { code: failure.code, mend: mendOf(failure.code, reasonOf(failure)), waitMs },
          "Slack refuses the socket: commands are off meanwhile, posting and the other platforms go on",
        );
      else log.warn({ err: error, waitMs }, "Slack's socket did not open; commands wait, posting goes on");
      await pause(Math.max(waitMs, failure.retryAfterMs), signal);
    }
  }
}

function mendOf(code: string, reason: string): string {
  return TOKEN_FAILURES.has(code)
    ? "check SLACK_APP_TOKEN (Basic Information → App-Level Tokens, scope connections:write) and that the app is installed"
    : reason;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function backOffMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
}

/** Resolves when Slack wants another connection or this one ended; throws when it cannot be opened. */
async function holdConnection(deps: SocketDeps, signal: AbortSignal, onOpen: () => void): Promise<void> {
  const receiver = new SocketModeReceiver({
    appToken: deps.appToken,
    autoReconnectEnabled: false,
    logger: deps.logger,
    installerOptions: { clientOptions: deps.web.clientOptions },
    // Acknowledging on a closed connection would throw where nobody catches.
    processEventErrorHandler: async ({ error }) => {
      deps.host.log.error({ err: error }, "Slack's request broke off");
      return await Promise.resolve(false);
    },
  });
  createApp(deps, receiver);
  const { client } = receiver;
  const ended = new Promise<void>((resolve) => {
    client.on("disconnected", () => resolve());
    client.on("ws_message", (data: unknown) => {
      if (asksToReconnect(data)) resolve();
    });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  try {
    await opened(client.start(), signal);
    onOpen();
    deps.say(true);
    deps.host.log.info("Slack's socket is open");
    // Not waited for: when Redis is silent, the connection must still end when it is asked to.
    deps
      .onConnected()
      .catch((error: unknown) =>
        deps.host.log.error({ err: error }, "Slack's socket is open, and what follows broke off"),
      );
    await ended;
  } finally {
    deps.say(false);
    client.disconnect().catch(() => undefined);
  }
}

async function opened(starting: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const timeout = new AbortController();
  const late = sleep(HELLO_MS, undefined, { signal: AbortSignal.any([timeout.signal, signal]) }).then(() => {
    throw new Error("Slack did not say hello in time");
  });
  try {
    await Promise.race([starting, late]);
  } finally {
    timeout.abort();
    late.catch(() => undefined);
    starting.catch(() => undefined);
  }
}

/** `warning` comes some seconds before the end, `refresh_requested` at it. */
function asksToReconnect(data: unknown): boolean {
  return typeof data === "string" && /^\s*\{[^{}]*"type"\s*:\s*"disconnect"/.test(data);
}
