import { readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { SearchIndex } from "../../src/search/search-index.ts";
import { freshFeedId } from "../store/real-redis.ts";
import { findAll, type Library, openLibrary, publish } from "./library.ts";

/** Each of so many words is in every so-many-th entry. */
const WORDS = 16;
const ENTRIES = 600;

let library: Library;
let feed: string;
let published = 0;

beforeEach(async () => {
  library = await openLibrary();
  feed = freshFeedId();
  published = 0;
  await publishMore(ENTRIES);
});
afterEach(async () => library.close());

async function publishMore(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, i) => {
    const n = published + i + 1;
    return {
      title: `Entry ${String(n)}`,
      html: `<p>word${String(n % WORDS)} ${"and much that is said of it ".repeat(20)}</p>`,
      publishedAt: new Date(Date.parse("2025-01-01T00:00:00Z") + n * 3_600_000).toISOString(),
    };
  });
  await publish(library.real, feed, entries);
  published += count;
}

/** Every entry is found under its word, and under no other. */
async function expectRight(index: SearchIndex): Promise<void> {
  for (let word = 0; word < WORDS; word += 1) {
    const found = await findAll(index, [feed], parseQuery(`word${String(word)}`).query, { offset: 0, limit: 100 });
    const all = Array.from({ length: published }, (_, i) => published - i).filter((n) => n % WORDS === word);
    expect([word, found.hits.map((hit) => hit.number)]).toEqual([word, all]);
  }
}

async function indexFile(): Promise<string> {
  const folder = join(library.dataDir, "search");
  const [name, ...others] = (await readdir(folder)).filter((file) => file.endsWith(".db"));
  expect([name, others]).toEqual([expect.stringMatching(/^index-v\d+-/), []]);
  return join(folder, name ?? "");
}

async function fillWithRubbish(path: string): Promise<void> {
  const { size } = await stat(path);
  await writeFile(path, "rubbish ".repeat(Math.ceil(size / 8)).slice(0, size), { flag: "r+" });
}

const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "is deleted": async (path) => await rm(path),
  "is truncated to half": async (path) => await truncate(path, Math.floor((await stat(path)).size / 2)),
  "is emptied": async (path) => await truncate(path, 0),
  "is filled with rubbish": fillWithRubbish,
  "is replaced by rubbish": async (path) => {
    await rm(path);
    await writeFile(path, "rubbish");
  },
};

describe.each(["", "-wal"])("while it runs, the index's file%s", (part) => {
  test.each(Object.entries(damages))("%s: the answers come back by themselves", async (_, damage) => {
    const index = library.index();
    await expectRight(index);
    await damage(`${await indexFile()}${part}`);
    await expectRight(index);
    await publishMore(100);
    await expectRight(index);
    // Who comes later finds a whole one, too.
    await expectRight(library.index());
  });
});

test("Everything below the folder may be removed while it runs", async () => {
  const index = library.index();
  await expectRight(index);
  await rm(join(library.dataDir, "search"), { recursive: true });
  await expectRight(index);
});

describe("at the start, an index", () => {
  async function stopped(): Promise<string> {
    const index = library.index();
    await expectRight(index);
    await index.close();
    return await indexFile();
  }

  test.each(Object.entries(damages))("that %s is made anew", async (_, damage) => {
    await damage(await stopped());
    await expectRight(library.index());
  });

  test("that is whole is used as it is", async () => {
    const path = await stopped();
    const { ino } = await stat(path);
    await expectRight(library.index());
    expect((await stat(await indexFile())).ino).toBe(ino);
  });

  test("with other tables is made anew", async () => {
    const path = await stopped();
    // Page 1 holds the tables' names; "about" is what says that it is an index of ours.
    const bytes = await readFile(path);
    await writeFile(path, Buffer.from(bytes.toString("latin1").replaceAll("about", "aboot"), "latin1"));
    await expectRight(library.index());
  });

  test("of another installation is not believed", async () => {
    const path = await stopped();
    const other = library.index(library.dataDir, "another");
    await publishMore(50);
    await expectRight(other);
    await other.close();
    const names = (await readdir(join(library.dataDir, "search"))).filter((name) => name.endsWith(".db"));
    expect(names).toHaveLength(2);
    // Even under the right name.
    const foreign = names.find((name) => !path.endsWith(name)) ?? "";
    await rename(join(library.dataDir, "search", foreign), path);
    await expectRight(library.index());
  });
});

test("Where no file can be had, the index is kept in memory", async () => {
  await writeFile(join(library.dataDir, "search"), "a file where the folder should be");
  const index = library.index();
  await expectRight(index);
  await publishMore(100);
  await expectRight(index);
});
