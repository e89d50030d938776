import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import type { ChildTask } from "./search-child.ts";

const program = fileURLToPath(new URL("search-child.ts", import.meta.url));
const WITHIN_MS = 1_000;

interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  ask(task: ChildTask): Promise<unknown>;
}

let real: RealRedis;
const children: Child[] = [];
const folders: string[] = [];

beforeAll(async () => {
  real = await openRealRedis();
});
afterAll(async () => real.close());
afterEach(async () => {
  for (const { process } of children.splice(0)) {
    if (process.exitCode !== null || process.signalCode !== null) continue;
    const ended = once(process, "exit");
    process.stdin.end();
    await ended;
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "planetwire-search-"));
  folders.push(made);
  return made;
}

function start(dataDir: string): Child {
  const words = ["--import", "tsx", program, real.url, dataDir];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const one: Child = {
    process: child,
    async ask(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the process ended");
      return JSON.parse(value) as unknown;
    },
  };
  children.push(one);
  return one;
}

describe.each(["of their own", "that they share"])("two processes with folders %s", (whose) => {
  async function two(): Promise<readonly [Child, Child]> {
    const first = await folder();
    return [start(first), start(whose === "that they share" ? first : await folder())];
  }

  test("find what the other has recorded within a second", async () => {
    const [a, b] = await two();
    const feed = freshFeedId();
    // Both are up, and know the feed.
    for (const child of [a, b]) await child.ask({ kind: "find", feed, text: "anything" });
    for (let n = 0; n < 10; n += 1) {
      const [writer, reader] = n % 2 === 0 ? [a, b] : [b, a];
      await writer.ask({ kind: "publish", feed, titles: [`novelty${String(n)}`] });
      const startedMs = performance.now();
      const expected = { titles: [`novelty${String(n)}`], stillReading: 0 };
      expect(await reader.ask({ kind: "find", feed, text: `novelty${String(n)}` })).toEqual(expected);
      expect(performance.now() - startedMs).toBeLessThan(WITHIN_MS);
      expect(await writer.ask({ kind: "find", feed, text: `novelty${String(n)}` })).toEqual(expected);
    }
  });

  test("one is killed while it reads: the other and its successor find all", async () => {
    const [a, b] = await two();
    const feed = freshFeedId();
    await b.ask({ kind: "publish", feed, titles: Array.from({ length: 2_000 }, (_, i) => `entry${String(i)} all`) });
    const killed = once(a.process, "exit");
    a.process.stdin.write(`${JSON.stringify({ kind: "find", feed, text: "all" } satisfies ChildTask)}\n`);
    await b.ask({ kind: "find", feed, text: "all" });
    a.process.kill("SIGKILL");
    await killed;
    const successor = start(folders[0] ?? "");
    for (const child of [b, successor]) {
      for (const n of [0, 77, 1_234, 1_999]) {
        const wanted = { titles: [`entry${String(n)} all`], stillReading: 0 };
        await expect
          .poll(() => child.ask({ kind: "find", feed, text: `entry${String(n)}` }), { timeout: 30_000 })
          .toEqual(wanted);
      }
    }
  });
});
