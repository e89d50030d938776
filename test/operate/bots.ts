import { freePort } from "../support/redis-process.ts";
import { until } from "../support/wait.ts";

/** What one of the pages of a bot says. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface Pages {
  readonly port: number;
  readonly settings: { readonly HTTP_PORT: string };
  get(path: string): Promise<Page>;
  /** Lines of /metrics without comments: `name{labels}` → value. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** Until the metric has a value that will do. */
  metric(name: string, isGood: (value: number) => boolean, patienceMs?: number): Promise<number>;
}

/** The pages of a bot that listens on a port of its own. */
export async function openPages(): Promise<Pages> {
  const port = await freePort();
  const get = async (path: string): Promise<Page> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    const contentType = response.headers.get("content-type") ?? "";
    return { status: response.status, contentType, text: await response.text() };
  };
  const metrics = async (): Promise<ReadonlyMap<string, number>> => toSamples((await get("/metrics")).text);
  return {
    port,
    settings: { HTTP_PORT: String(port) },
    get,
    metrics,
    metric: async (name, isGood, patienceMs = 20_000) => {
      let last: number | undefined;
      return await until(
        `${name} as it should be`,
        patienceMs,
        async () => {
          last = (await metrics()).get(name);
          return last !== undefined && isGood(last) ? last : undefined;
        },
        200,
      ).catch((error: unknown) => {
        throw new Error(`${name} is ${String(last)}`, { cause: error });
      });
    },
  };
}

function toSamples(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}
