import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { type Answer, ask, type Question } from "./http.ts";

/** What may happen to one request that sends or edits a message. `late`: cut, and forwarded all the same, later. */
export type Fault = "429" | "500" | "cut before accepting" | "cut after accepting" | "rejected" | "late";

/** Shares (0 to 1) of the requests that something happens to, each its own. */
export type TroubleShares = { [fault in Fault]?: number };

/** A message that the homeserver accepted, before anyone was told. */
export interface Accepted {
  readonly room: string;
  readonly transaction: string;
  readonly eventId: string;
}

export interface ProxySettings {
  shares: TroubleShares;
  /** What a 429 asks to wait. */
  retryAfterMs: number;
  /** How much later a late request lands. */
  lateMs: number;
  /** Messages younger than this are missing in history. */
  historyLagMs: number;
  /** Whether history is refused, as to somebody who is not in the room. */
  historyRefused: boolean;
  /** Called between accepting and answering; the answer waits for it. */
  onAccepted: (accepted: Accepted) => void | Promise<void>;
  /** 0 to 1, as Math.random. */
  random: () => number;
}

/** The way to a homeserver on which things happen: an HTTP server on loopback in front of Synapse. */
export interface Proxy {
  readonly url: string;
  readonly settings: ProxySettings;
  /** Every request that sends a message, in the order in which they came, as `<room> <transaction id>`. */
  readonly sends: readonly string[];
  /** Faults that happened to those. */
  readonly faults: readonly Fault[];
  /** What happens to the next request that sends or edits a message; several wait in order. */
  next(...faults: readonly Fault[]): void;
  /** Answers the next request whose path (with query) matches in place of the homeserver. */
  answerOnce(path: RegExp, status: number, body: object): void;
  /** Whether connections are refused, as if the homeserver was down. */
  setDown(down: boolean): void;
  /** How many requests were refused for that. */
  refused(): number;
  /** How many late requests are still to land. */
  late(): number;
  close(): Promise<void>;
}

const sendPath = /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/send\/[^/]+\/([^/?]+)/;

export async function startProxy(socketPath: string, changes: Partial<ProxySettings> = {}): Promise<Proxy> {
  const settings: ProxySettings = {
    shares: {},
    retryAfterMs: 200,
    lateMs: 500,
    historyLagMs: 0,
    historyRefused: false,
    onAccepted: () => undefined,
    random: Math.random,
    ...changes,
  };
  const state = new Traffic(socketPath, settings);
  const server = createServer((request, response) => {
    state.serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 502, { error: String(error) });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    settings,
    sends: state.sends,
    faults: state.faults,
    next: (...faults) => void state.waiting.push(...faults),
    answerOnce: (path, status, body) => void state.answers.push({ path, status, body }),
    setDown(down) {
      state.down = down;
      if (down) server.closeAllConnections();
    },
    refused: () => state.refused,
    late: () => state.late.size,
    async close() {
      state.closing.abort();
      server.closeAllConnections();
      server.close();
      await Promise.allSettled(state.late);
    },
  };
}

interface Planned {
  readonly path: RegExp;
  readonly status: number;
  readonly body: object;
}

class Traffic {
  readonly sends: string[] = [];
  readonly faults: Fault[] = [];
  readonly waiting: Fault[] = [];
  readonly answers: Planned[] = [];
  readonly late = new Set<Promise<unknown>>();
  readonly closing = new AbortController();
  down = false;
  refused = 0;
  readonly #socketPath: string;
  readonly #settings: ProxySettings;

  constructor(socketPath: string, settings: ProxySettings) {
    this.#socketPath = socketPath;
    this.#settings = settings;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    if (this.down) {
      this.refused += 1;
      return void response.destroy();
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const question: Question = {
      method: request.method ?? "GET",
      path,
      headers: forwarded(request),
      body: Buffer.concat(chunks),
    };
    const planned = this.answers.findIndex((answer) => answer.path.test(path));
    if (planned !== -1) {
      const [answer] = this.answers.splice(planned, 1);
      return send(response, answer?.status ?? 500, answer?.body ?? {});
    }
    const [, room, transaction] = question.method === "PUT" ? (sendPath.exec(path) ?? []) : [];
    if (room === undefined || transaction === undefined) return this.#pass(question, response);
    await this.#serveSend(question, response, decodeURIComponent(room), decodeURIComponent(transaction));
  }

  async #pass(question: Question, response: ServerResponse): Promise<void> {
    const isHistory = question.path.includes("/messages?");
    if (isHistory && this.#settings.historyRefused)
      return send(response, 403, { errcode: "M_FORBIDDEN", error: "You may not read this." });
    const answer = await ask(this.#socketPath, question);
    if (this.down) return void response.destroy();
    reply(response, isHistory ? this.#withLag(answer) : answer);
  }

  async #serveSend(question: Question, response: ServerResponse, room: string, transaction: string): Promise<void> {
    this.sends.push(`${room} ${transaction}`);
    const fault = this.waiting.shift() ?? this.#byChance();
    if (fault !== undefined) this.faults.push(fault);
    switch (fault) {
      case "429":
        response.setHeader("retry-after", String(Math.ceil(this.#settings.retryAfterMs / 1000)));
        return send(response, 429, {
          errcode: "M_LIMIT_EXCEEDED",
          error: "Too Many Requests",
          retry_after_ms: this.#settings.retryAfterMs,
        });
      case "500":
        return send(response, 500, { errcode: "M_UNKNOWN", error: "Internal server error" });
      case "rejected":
        return send(response, 413, { errcode: "M_TOO_LARGE", error: "event too large" });
      case "cut before accepting":
        return void response.destroy();
      case "late":
        this.#forwardLater(question);
        return void response.destroy();
      case "cut after accepting":
      case undefined: {
        const answer = await ask(this.#socketPath, question);
        if (answer.status === 200) await this.#settings.onAccepted({ room, transaction, eventId: eventIdOf(answer) });
        if (fault !== undefined || this.down) return void response.destroy();
        return reply(response, answer);
      }
    }
  }

  #byChance(): Fault | undefined {
    let left = this.#settings.random();
    for (const [fault, share] of Object.entries(this.#settings.shares) as [Fault, number][]) {
      left -= share;
      if (left < 0) return fault;
    }
    return undefined;
  }

  #forwardLater(question: Question): void {
    const landing = pause(this.#settings.lateMs, undefined, { signal: this.closing.signal })
      .then(async () => ask(this.#socketPath, question))
      .catch(() => undefined)
      .finally(() => this.late.delete(landing));
    this.late.add(landing);
  }

  #withLag(answer: Answer): Answer {
    const lagMs = this.#settings.historyLagMs;
    if (lagMs === 0 || answer.status !== 200) return answer;
    const page = JSON.parse(answer.body.toString("utf8")) as { chunk: { origin_server_ts: number }[] };
    const chunk = page.chunk.filter((event) => event.origin_server_ts <= Date.now() - lagMs);
    return { ...answer, body: Buffer.from(JSON.stringify({ ...page, chunk })) };
  }
}

function forwarded(request: IncomingMessage): Record<string, string> {
  const names = ["authorization", "content-type"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, request.headers[name]]])),
  );
}

function eventIdOf(answer: Answer): string {
  return (JSON.parse(answer.body.toString("utf8")) as { event_id: string }).event_id;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
}

function reply(response: ServerResponse, answer: Answer): void {
  response.statusCode = answer.status;
  for (const name of ["content-type", "retry-after"]) {
    const value = answer.headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  response.end(answer.body);
}
