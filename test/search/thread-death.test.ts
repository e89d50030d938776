import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseQuery } from "../../src/search/parse-query.ts";
import { freshFeedId } from "../store/real-redis.ts";
import { findAll, type Library, openLibrary, publish } from "./library.ts";

let library: Library;

beforeEach(async () => {
  library = await openLibrary();
});
afterEach(async () => library.close());

test("a thread that dies under a question is replaced, and the question is answered", async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker): void => void threads.push(thread);
  process.on("worker", note);
  try {
    const feed = freshFeedId();
    await publish(library.real, feed, [{ title: "A lighthouse" }]);
    const index = library.index();
    const { query } = parseQuery("lighthouse");
    expect((await findAll(index, [feed], query)).total).toBe(1);
    for (let deaths = 1; deaths <= 3; deaths += 1) {
      const asked = [1, 2, 3].map(async () => (await findAll(index, [feed], query)).total);
      await threads.at(-1)?.terminate();
      expect(await Promise.all(asked)).toEqual([1, 1, 1]);
      expect((await findAll(index, [feed], query)).total).toBe(1);
      expect(threads).toHaveLength(deaths + 1);
    }
  } finally {
    process.off("worker", note);
  }
});

test("a search that is closed says so", async () => {
  const index = library.index();
  await index.close();
  await expect(index.find([freshFeedId()], parseQuery("x").query, { offset: 0, limit: 1 })).rejects.toThrow("closed");
});
