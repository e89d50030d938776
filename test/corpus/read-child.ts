import { readFile } from "node:fs/promises";
import process, { argv } from "node:process";
import { type Reading, readers } from "./read-readers.ts";

/** What a parent sends. */
export interface Task {
  readonly path: string;
  readonly contentType: string;
}

/** What it gets back. */
export interface Result {
  /** Null when the reader rejects the document. */
  readonly reading: Reading | null;
  /** What the reader says on rejecting; "" when it accepts. */
  readonly reason: string;
  readonly cpuMs: number;
  /** Since the process began. */
  readonly peakMegabytes: number;
}

const [name, reader] = Object.entries(readers).find(([it]) => it === argv[2]) ?? [];
if (name === undefined || reader === undefined) throw new Error(`There is no reader ${argv[2]}`);

process.on("message", (task: Task) => void answer(task, reader));

async function answer({ path, contentType }: Task, read: NonNullable<typeof reader>): Promise<void> {
  const bytes = await readFile(path);
  // Loading the code is not a cost of this document.
  await read(Buffer.from('<rss version="2.0"><channel/></rss>'), "").catch(() => undefined);
  const before = process.cpuUsage();
  const outcome = await read(bytes, contentType).then(
    (reading) => ({ reading, reason: "" }),
    (error: unknown) => ({ reading: null, reason: error instanceof Error ? error.message : String(error) }),
  );
  const { user, system } = process.cpuUsage(before);
  const result: Result = {
    ...outcome,
    cpuMs: (user + system) / 1_000,
    peakMegabytes: process.resourceUsage().maxRSS / 1_024,
  };
  process.send?.(result);
}
