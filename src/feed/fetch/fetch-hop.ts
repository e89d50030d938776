import type { Agent, Dispatcher } from "undici";
import { type HopRequest, type Redirect, carriesDocument, withDocument, withoutDocument } from "./http-answer.ts";
import { ACCEPT_ENCODING, type BodyLimits, canDecode, readBody } from "./http-body.ts";
import { failureOutcome, isBodyTimeout, tryLater } from "./http-failure.ts";
import { conditionalHeaders, headerValue } from "./http-headers.ts";
import type { FetchOutcome } from "./outcome.ts";

export interface HopMeans {
  readonly agent: Agent;
  readonly userAgent: string;
  readonly limits: BodyLimits;
  /** Ends the hop, whatever it waits for. */
  readonly signal: AbortSignal;
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
    const answer = await unlessAborted(sendRequest(means, request), means.signal);
    answer.body.on("error", () => {});
    if (carriesDocument(answer.statusCode)) return await readDocument(means, request, answer);
    await answer.body.dump({ limit: MAX_DUMP_BYTES });
    return withoutDocument(request, answer);
  } catch (error) {
    return means.signal.aborted ? tryLater(`${host}: no answer in time`) : failureOutcome(error, host);
  }
}

function sendRequest(means: HopMeans, { url, validators }: HopRequest): Promise<Dispatcher.ResponseData> {
  return means.agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: "GET",
    signal: means.signal,
    headers: {
      "user-agent": means.userAgent,
      accept: ACCEPT,
      "accept-encoding": ACCEPT_ENCODING,
      ...conditionalHeaders(validators),
    },
  });
}

/** undici looks at the signal only once there is a connection. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let forget = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    forget = () => signal.removeEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    forget();
  }
}

async function readDocument(
  means: HopMeans,
  request: HopRequest,
  answer: Dispatcher.ResponseData,
): Promise<FetchOutcome> {
  const { host } = request.url;
  const contentEncoding = headerValue(answer.headers, "content-encoding") ?? "";
  if (!canDecode(contentEncoding)) {
    answer.body.destroy();
    const reason = `${host}: the compression of the answer is not known`;
    return { kind: "refused", reason, status: answer.statusCode };
  }
  const read = await readBody(answer.body, contentEncoding, means.limits);
  if (means.signal.aborted || isBodyTimeout(read.failure)) {
    return tryLater(`${host}: the answer did not end in time`);
  }
  const isNothing = read.cutBy === "connection" && read.body.length === 0;
  return isNothing ? failureOutcome(read.failure, host) : withDocument(request, answer, read);
}
