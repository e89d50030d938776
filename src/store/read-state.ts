import { type KeyLine, toValue } from "./backup-lines.ts";
import type { Server } from "./connection.ts";
import { OWN_KEYS, restoringKey } from "./keys.ts";

const PAGE = 1000;
/** Who asks which host just now is over long before anything is restored. */
const PASSING = /^pw:gate:/;

type Kind = KeyLine[1];
type Paged = Exclude<Kind, "string">;

/** Every key of ours on one server, with all that is in it. BullMQ's are left out: its jobs are made anew by every start and sweep. */
export async function* readState(server: Server): AsyncGenerator<KeyLine> {
  const seen = new Set<string>();
  for (let cursor = "start"; cursor !== "0";) {
    const [next, keys] = await server.scan(cursor === "start" ? "0" : cursor, "MATCH", OWN_KEYS, "COUNT", PAGE);
    cursor = next;
    const fresh = keys.filter((key) => !seen.has(key) && key !== restoringKey && !PASSING.test(key));
    for (const key of fresh) seen.add(key);
    yield* readKeys(server, fresh);
  }
}

async function* readKeys(server: Server, keys: readonly string[]): AsyncGenerator<KeyLine> {
  const told = await Promise.all(
    keys.map(async (key) => ({ key, type: await server.type(key), expireAtMs: await server.pexpiretime(key) })),
  );
  const pages = await Promise.all(
    told.map(async ({ key, type, expireAtMs }) => {
      // It expired meanwhile.
      if (type === "none") return null;
      const kind = kindOf(key, type);
      return { key, kind, expireAtMs: Math.max(0, expireAtMs), ...(await page(server, key, kind, "0")) };
    }),
  );
  for (const first of pages) {
    if (first === null) continue;
    const { key, kind, expireAtMs } = first;
    const line = (values: readonly Buffer[]): KeyLine => [key, kind, expireAtMs, values.map(toValue)];
    yield line(first.values);
    for (let { cursor } = first; cursor !== "0";) {
      const more = await page(server, key, kind, cursor);
      cursor = more.cursor;
      yield line(more.values);
    }
  }
}

function kindOf(key: string, type: string): Kind {
  if (type === "string" || type === "hash" || type === "set" || type === "zset") return type;
  throw new Error(`${key} is a ${type}, which Planetwire does not write`);
}

interface Page {
  readonly cursor: string;
  readonly values: readonly Buffer[];
}

async function page(server: Server, key: string, kind: Kind, cursor: string): Promise<Page> {
  if (kind === "string") {
    const value = await server.getBuffer(key);
    return { cursor: "0", values: value === null ? [] : [value] };
  }
  const [next, values] = await scanned(server, key, kind, cursor);
  return { cursor: next.toString(), values };
}

async function scanned(server: Server, key: string, kind: Paged, cursor: string): Promise<[Buffer, Buffer[]]> {
  switch (kind) {
    case "hash":
      return await server.hscanBuffer(key, cursor, "COUNT", PAGE);
    case "zset":
      return await server.zscanBuffer(key, cursor, "COUNT", PAGE);
    case "set":
      return await server.sscanBuffer(key, cursor, "COUNT", PAGE);
  }
}
