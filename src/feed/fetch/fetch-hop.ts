import type { Agent, Dispatcher } from "undici";
import { type HopRequest, type Redirect, carriesDocument, withDocument, withoutDocument } from "./http-answer.ts";
import { type BodyTaker, type HopAnswer, sendRequest } from "./hop-handler.ts";
import { ACCEPT_ENCODING, type BodyLimits, readBody, type WireBody, wireBody } from "./http-body.ts";
import { failureOutcome, isBodyTimeout, tryLater } from "./http-failure.ts";
import { conditionalHeaders, headerValue } from "./http-headers.ts";
import type { FetchOutcome } from "./outcome.ts";
import type { StopSignal } from "./stop-signal.ts";

export interface HopMeans {
  readonly agent: Agent;
  readonly userAgent: string;
  readonly limits: BodyLimits;
  /** Ends the hop, whatever it waits for. */
  readonly signal: StopSignal;
}

/** More of a body that nobody reads is not worth keeping the connection for. */
const MAX_DUMP_BYTES = 64 * 1024;

/** Feeds first, but a site's page too: its links lead to the feed. */
const ACCEPT =
  "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, " +
  "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1";

/** One request to one host, its answer read or discarded. Never rejects. */
export async function askOnce(means: HopMeans, request: HopRequest): Promise<FetchOutcome | Redirect> {
  const { host } = request.url;
  try {
    means.signal.throwIfAborted();
    let wire: WireBody | null = null;
    const answer = await sendRequest(
      means.agent,
      optionsOf(means, request),
      means.signal,
      ({ statusCode, headers }) => {
        if (!carriesDocument(statusCode)) return dump();
        wire = wireBody(contentEncoding(headers), means.limits);
        return wire;
      },
    );
    if (!carriesDocument(answer.statusCode)) return withoutDocument(request, answer);
    return await readDocument(means, request, answer, wire);
  } catch (error) {
    return means.signal.aborted ? tryLater(`${host}: no answer in time`) : failureOutcome(error, host);
  }
}

function optionsOf({ userAgent }: HopMeans, { url, validators }: HopRequest): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: "GET",
    headers: {
      "user-agent": userAgent,
      accept: ACCEPT,
      "accept-encoding": ACCEPT_ENCODING,
      ...conditionalHeaders(validators),
    },
  };
}

/** Takes a body that nobody reads, as long as it is short. */
function dump(): BodyTaker {
  let bytes = 0;
  return {
    take: (chunk) => {
      bytes += chunk.length;
      return bytes <= MAX_DUMP_BYTES;
    },
  };
}

function contentEncoding(headers: HopAnswer["headers"]): string {
  return headerValue(headers, "content-encoding") ?? "";
}

async function readDocument(
  means: HopMeans,
  request: HopRequest,
  answer: HopAnswer,
  wire: WireBody | null,
): Promise<FetchOutcome> {
  const { host } = request.url;
  if (wire === null) {
    const reason = `${host}: the compression of the answer is not known`;
    return { kind: "refused", reason, status: answer.statusCode };
  }
  const read = await readBody(wire, means.limits, answer.failure);
  if (means.signal.aborted || isBodyTimeout(read.failure)) {
    return tryLater(`${host}: the answer did not end in time`);
  }
  const isNothing = read.cutBy === "connection" && read.body.length === 0;
  return isNothing ? failureOutcome(read.failure, host) : withDocument(request, answer, read);
}
