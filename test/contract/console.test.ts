import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConsoleAdapter } from "../../adapters/console/adapter.ts";
import { describeAdapter } from "./adapter-contract.ts";
import { deliveryOf, inTime, postOf, type Stage } from "./stage.ts";
import { type Kept, nothingKept, testHost } from "./test-host.ts";

interface Line {
  readonly key: string;
  readonly text: string;
  readonly replaces?: number;
}

async function linesOf(dataDir: string, name: string): Promise<Line[]> {
  const text = await readFile(join(dataDir, "console", `${name}.log`), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** What a reader knows at the end: lines of which a later one says that it stands in their place are as that one says. */
async function seenIn(dataDir: string, name: string): Promise<Line[]> {
  const shown = new Map<number, Line>();
  let at = 0;
  for (const line of await linesOf(dataDir, name)) {
    shown.set(line.replaces ?? at, line);
    at += Buffer.byteLength(JSON.stringify(line)) + 1;
  }
  return [...shown.values()];
}

async function start(dataDir: string, kept: Kept): Promise<Stage> {
  const adapter = new ConsoleAdapter({ dataDir, streams: null });
  await adapter.start(testHost(kept));
  return {
    adapter,
    channel: "console:test",
    network: null,
    unusableChannel: "console:../outside",
    seen: async (channel) => await seenIn(dataDir, channel.slice("console:".length)),
    restart: async () => await start(dataDir, kept),
    close: async () => await adapter.stop(),
  };
}

async function open(): Promise<Stage & { dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), "planetwire-console-"));
  const stage = await start(dataDir, nothingKept());
  const close = async (): Promise<void> => {
    await stage.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...stage, dataDir, close };
}

describeAdapter("console", open);

test("a line that a kill cut short is dropped before the next one is written, and was never said", async () => {
  const stage = await open();
  try {
    const first = deliveryOf(stage, postOf({ title: "first" }));
    await stage.adapter.post(first, inTime);
    const torn = deliveryOf(stage, postOf({ title: "torn" }));
    const stuck = { ...inTime, handOver: () => void 0 };
    await appendFile(join(stage.dataDir, "console", "test.log"), `{"kind":"post","key":"${torn.key}","te`);
    expect(await stage.adapter.find(torn)).toEqual({ kind: "absent" });
    await stage.adapter.post(torn, stuck);
    expect((await linesOf(stage.dataDir, "test")).map((line) => line.key)).toEqual([first.key, torn.key]);
  } finally {
    await stage.close();
  }
});

test("control characters of a feed do not reach the terminal", async () => {
  const stage = await open();
  try {
    await stage.adapter.post(
      deliveryOf(stage, postOf({ title: "a\u001b[2Jb\u0007c\u009bd", author: "x\u001b]0;y" })),
      inTime,
    );
    const [line] = await stage.seen(stage.channel);
    expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u.test(line?.text ?? "")).toBe(false);
  } finally {
    await stage.close();
  }
});
