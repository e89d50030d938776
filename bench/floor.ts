import { createHash } from "node:crypto";
import { request as httpsRequest } from "node:https";
import { createSecureContext } from "node:tls";
import Parser from "rss-parser";
import { Agent } from "undici";
import { answerParent } from "./child.ts";
import { cpuMs } from "./cpu.ts";

/** What the same polls cost without a product: HTTP alone, with a hash, with rss-parser. A process of its own. */

export type FloorWork = "raw" | "hash" | "parse";

export interface FloorRound {
  readonly cpuMs: number;
  readonly status200: number;
  readonly status304: number;
}

interface Job {
  readonly urls: readonly string[];
  readonly work: FloorWork;
  /** Asks without validators. */
  readonly unconditional: boolean;
  readonly keepAlive: boolean;
}

/** As many as the reference figures had in flight. */
const AT_ONCE = 32;

const parser = new Parser();
const validators = new Map<string, { etag: string; lastModified: string }>();
/** The same limits as the product's, so that as many connections stay. */
const newAgent = (): Agent => new Agent({ connections: 1, keepAliveTimeout: 4000, keepAliveMaxTimeout: 4000 });
let agent = newAgent();
const secureContext = createSecureContext();

async function poll(job: Job, url: string): Promise<number> {
  const { origin, pathname } = new URL(url);
  const known = job.unconditional ? undefined : validators.get(url);
  const headers: Record<string, string> = { accept: "application/xml" };
  if (known !== undefined) {
    headers["if-none-match"] = known.etag;
    headers["if-modified-since"] = known.lastModified;
  }
  if (!job.keepAlive) headers["connection"] = "close";
  const answer = await agent.request({ origin, path: pathname, method: "GET", headers });
  if (answer.statusCode === 304) {
    await answer.body.dump();
    return 304;
  }
  const body = Buffer.from(await answer.body.arrayBuffer());
  const { etag, "last-modified": lastModified } = answer.headers;
  validators.set(url, { etag: String(etag), lastModified: String(lastModified) });
  if (job.work !== "raw") createHash("sha256").update(body).digest("base64url");
  if (job.work === "parse") await parser.parseString(body.toString());
  return answer.statusCode;
}

/** node:http with one shared SecureContext: the floor of a new connection over TLS. */
function pollTls(url: string): Promise<number> {
  const known = validators.get(url);
  return new Promise((resolve, reject) => {
    const headers = known === undefined ? {} : { "if-none-match": known.etag };
    // A variable, because the types of node:https do not know that it passes its options on to node:tls.
    const options = { agent: false, secureContext, headers };
    const request = httpsRequest(url, options);
    request.once("error", reject);
    request.once("response", (answer) => {
      answer.once("error", reject);
      answer.once("end", () => {
        validators.set(url, { etag: answer.headers.etag ?? "", lastModified: "" });
        resolve(answer.statusCode ?? 0);
      });
      answer.resume();
    });
    request.end();
  });
}

async function round(urls: readonly string[], one: (url: string) => Promise<number>): Promise<FloorRound> {
  const before = cpuMs();
  let next = 0;
  let status200 = 0;
  let status304 = 0;
  const take = async (): Promise<void> => {
    for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
      const status = await one(url);
      if (status === 200) status200 += 1;
      else if (status === 304) status304 += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return { cpuMs: cpuMs() - before, status200, status304 };
}

answerParent({
  round: async (job: Job) => await round(job.urls, async (url) => await poll(job, url)),
  tlsRound: async (urls: readonly string[]) => await round(urls, pollTls),
  dropConnections: async () => {
    await agent.close();
    agent = newAgent();
  },
  /** CPU of one parse of each body by rss-parser alone, fetched before. */
  parseOnly: async (urls: readonly string[]) => {
    const bodies: string[] = [];
    for (const url of urls) {
      const { origin, pathname } = new URL(url);
      bodies.push(await (await agent.request({ origin, path: pathname, method: "GET" })).body.text());
    }
    const before = cpuMs();
    for (const body of bodies) await parser.parseString(body);
    return (cpuMs() - before) / urls.length;
  },
});
