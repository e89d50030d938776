import type { Agent } from "undici";
import type { AddressRules } from "./address.ts";
import { createGuardedAgent, type NetworkWays } from "./fetch-connect.ts";
import { ChainGate } from "./chain-gate.ts";
import { askOnce } from "./fetch-hop.ts";
import { type HopPosition, positionAfter } from "./http-answer.ts";
import type { BodyLimits } from "./http-body.ts";
import { parseTarget } from "./http-target.ts";
import type { FetchOutcome, FetchRequest, HostGate, RefusedOutcome } from "./outcome.ts";
import { StopSignal } from "./stop-signal.ts";

export interface FetchLimits extends BodyLimits {
  readonly maxHeaderBytes: number;
  /** For connecting, for the headers, and for every pause inside the body. */
  readonly headersTimeoutMs: number;
  /** For all hops together. */
  readonly totalTimeoutMs: number;
  readonly maxRedirects: number;
  /** How long a redirect waits for the next host while another request of ours is under way there. */
  readonly gatePatienceMs: number;
}

export const DEFAULT_LIMITS: FetchLimits = {
  maxBodyBytes: 8 * 1024 * 1024,
  maxWireBytes: 8 * 1024 * 1024,
  maxHeaderBytes: 32 * 1024,
  headersTimeoutMs: 15_000,
  totalTimeoutMs: 30_000,
  maxRedirects: 5,
  gatePatienceMs: 10_000,
};

export interface FetcherOptions {
  readonly userAgent: string;
  readonly allowPrivate: AddressRules;
  /** What is left out is as in `DEFAULT_LIMITS`. */
  readonly limits?: Partial<FetchLimits>;
  readonly network?: NetworkWays;
}

export interface Fetcher {
  /**
   * One GET, redirects included. What the network and the server do is an outcome. Rejects only with `signal.reason` when the
   * caller aborts (nothing was learned about the feed then), and when the gate itself fails.
   */
  fetch(request: FetchRequest, gate: HostGate, signal: AbortSignal): Promise<FetchOutcome>;
  /** Closes all connections; requests under way end as `try-later`. */
  close(): Promise<void>;
}

interface Chain {
  readonly agent: Agent;
  readonly userAgent: string;
  readonly limits: FetchLimits;
  readonly gate: HostGate;
  readonly signal: StopSignal;
}

export function createFetcher(options: FetcherOptions): Fetcher {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const agent = createGuardedAgent(options.allowPrivate, limits, options.network);
  return {
    async fetch(request, gate, signal) {
      return withinTime(limits.totalTimeoutMs, signal, (signal) => {
        return followRedirects({ agent, userAgent: options.userAgent, limits, gate, signal }, request);
      });
    },
    close: () => agent.destroy(),
  };
}

/**
 * A timer and one listener, both removed at the end: on Node 20 `AbortSignal.any` keeps every derived signal alive as long as
 * a source that lives for the whole process.
 */
async function withinTime(
  totalTimeoutMs: number,
  outer: AbortSignal,
  work: (signal: StopSignal) => Promise<FetchOutcome>,
): Promise<FetchOutcome> {
  outer.throwIfAborted();
  const signal = new StopSignal();
  const stop = (): void => signal.abort(outer.reason);
  const timer = setTimeout(() => signal.abort(new Error("out of time")), totalTimeoutMs);
  outer.addEventListener("abort", stop);
  try {
    const outcome = await work(signal);
    outer.throwIfAborted();
    return outcome;
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", stop);
  }
}

async function followRedirects(chain: Chain, request: FetchRequest): Promise<FetchOutcome> {
  const visited = new Set<string>();
  let target = parseTarget(request.url);
  let position: HopPosition = "asked";
  const gate = new ChainGate(chain.gate, chain.limits.gatePatienceMs, chain.signal);
  try {
    while (target instanceof URL) {
      if (visited.has(target.href)) return refused(`${target.host} redirects in a circle`);
      if (visited.size > chain.limits.maxRedirects) return refused(`more than ${chain.limits.maxRedirects} redirects`);
      visited.add(target.href);
      if (!(await gate.enter(target.host))) return { kind: "host-busy" };
      const validators = position === "asked" ? request.validators : null;
      const answer = await askOnce(chain, { url: target, validators, position });
      if (answer.kind !== "redirect") return answer;
      position = positionAfter(position, answer);
      target = parseTarget(answer.location, target);
    }
    return refused(target.problem);
  } finally {
    await gate.leave();
  }
}

function refused(reason: string): RefusedOutcome {
  return { kind: "refused", reason, status: null };
}
