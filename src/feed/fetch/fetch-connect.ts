import { isIP } from "node:net";
import { createSecureContext } from "node:tls";
import { Agent, buildConnector } from "undici";
import { AddressRefusedError, type AddressRules, guardedLookup, mayConnect, type ResolveAll } from "./address.ts";

export interface ConnectLimits {
  readonly headersTimeoutMs: number;
  readonly maxHeaderBytes: number;
}

/** How the network is used; the system's ways where left out. */
export interface NetworkWays {
  readonly resolve?: ResolveAll;
  /** PEM: certificate authorities to trust instead of Node's own. */
  readonly authorities?: string;
}

/** With several addresses, how long one may hold up the next (RFC 8305 §5 speaks of up to 2 s). */
const ADDRESS_ATTEMPT_MS = 1000;

/** Polls are minutes apart: a connection is kept for redirects and for what follows at once, not for the next poll. */
const KEEP_ALIVE_MS = 4000;

/**
 * Connections to allowed addresses only, one per origin. It follows no redirect, retries nothing, speaks HTTP/1.1 and asks no proxy.
 */
export function createGuardedAgent(rules: AddressRules, limits: ConnectLimits, ways: NetworkWays = {}): Agent {
  return new Agent({
    connect: guardedConnector(rules, limits, ways),
    connections: 1,
    pipelining: 1,
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.headersTimeoutMs,
    maxHeaderSize: limits.maxHeaderBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
  });
}

/** A host that is an address already is never looked up (`net.connect`), so it is checked here. */
function guardedConnector(rules: AddressRules, limits: ConnectLimits, ways: NetworkWays): buildConnector.connector {
  const connect = buildConnector({
    lookup: guardedLookup(rules, ways.resolve),
    timeout: limits.headersTimeoutMs,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    secureContext: createSecureContext({ ca: ways.authorities }),
  });
  return function connectGuarded(options, callback) {
    const address = options.hostname.replace(/^\[(.*)\]$/u, "$1");
    const allowed = isIP(address) === 0 || mayConnect(rules, address, address);
    if (allowed) connect(options, callback);
    else callback(new AddressRefusedError(address), null);
  };
}
