import { createInterface } from "node:readline";
import { createLogger } from "../../src/logger.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import { SearchIndex } from "../../src/search/search-index.ts";
import { connect } from "../../src/store/connection.ts";
import { SearchStore } from "../../src/store/search-store.ts";
import { publish } from "./library.ts";

/** A process with an index of its own. Each line it is given is a task, each line it prints the answer. */
export type ChildTask =
  | { readonly kind: "find"; readonly feed: string; readonly text: string }
  | { readonly kind: "publish"; readonly feed: string; readonly titles: readonly string[] };

const [url = "", dataDir = ""] = process.argv.slice(2);
const redis = connect({ url }, "planetwire-test-child");
await redis.connect();
const log = createLogger("silent", false);
const index = new SearchIndex({ dataDir, installation: "test", store: new SearchStore(redis), log });

async function run(task: ChildTask): Promise<unknown> {
  if (task.kind === "publish") {
    const atMs = Date.now();
    await publish(
      { redis },
      task.feed,
      task.titles.map((title) => ({ title, seenAtMs: atMs })),
    );
    return null;
  }
  const { hits, stillReading } = await index.find([task.feed], parseQuery(task.text).query, { offset: 0, limit: 10 });
  return { titles: hits.map((hit) => hit.entry.title), stillReading };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as ChildTask))}\n`);
}
await index.close();
redis.disconnect();
