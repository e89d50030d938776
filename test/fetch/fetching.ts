import { afterEach } from "vitest";
import { type AddressRules, parseAddressRules, type ResolveAll } from "../../src/feed/fetch/address.ts";
import { type Fetcher, type FetchLimits, createFetcher } from "../../src/feed/fetch/fetch.ts";
import type { FetchOutcome, HostGate, ModifiedOutcome, Validators } from "../../src/feed/fetch/outcome.ts";
import { certificate, type FeedServer, startFeedServer } from "../servers/feed-server.ts";

export const USER_AGENT = "Planetwire/0 (+https://example.org/contact)";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Closed after the test, in the order of starting. */
export function closeLater(close: () => Promise<void>): void {
  closers.push(close);
}

export async function feedServer(tls: string | null = null): Promise<FeedServer> {
  const server = await startFeedServer(tls);
  closeLater(() => server.close());
  return server;
}

/** Trusts the authority of the tests' certificates alone; names are looked up by `resolve`, where it is given. */
export function fetcherAllowing(allowed: string, limits: Partial<FetchLimits> = {}, resolve?: ResolveAll): Fetcher {
  const network = { authorities: certificate("authority"), ...(resolve === undefined ? {} : { resolve }) };
  const fetcher = createFetcher({ userAgent: USER_AGENT, allowPrivate: rules(allowed), limits, network });
  closeLater(() => fetcher.close());
  return fetcher;
}

export function rules(text: string): AddressRules {
  const parsed = parseAddressRules(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

export async function openGate(): Promise<() => Promise<void>> {
  return async () => {};
}

/** Remembers which hosts were asked for and given back, in order. */
export function recordingGate(): { readonly gate: HostGate; readonly events: readonly string[] } {
  const events: string[] = [];
  const gate: HostGate = async (host) => {
    events.push(`take ${host}`);
    return async () => {
      events.push(`release ${host}`);
    };
  };
  return { gate, events };
}

export interface Asking {
  readonly validators?: Validators;
  readonly limits?: Partial<FetchLimits>;
  readonly gate?: HostGate;
  readonly signal?: AbortSignal;
}

/** One fetch by a fetcher of its own that may read 127.0.0.1. */
export function fetchOnce(url: string, asking: Asking = {}): Promise<FetchOutcome> {
  const fetcher = fetcherAllowing("127.0.0.1", asking.limits);
  const request = { url, validators: asking.validators ?? null };
  return fetcher.fetch(request, asking.gate ?? openGate, asking.signal ?? new AbortController().signal);
}

export async function fetchDocument(url: string, asking: Asking = {}): Promise<ModifiedOutcome> {
  const outcome = await fetchOnce(url, asking);
  if (outcome.kind !== "modified") throw new Error(`no document: ${JSON.stringify(outcome)}`);
  return outcome;
}
