import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task } from "./read-child.ts";
import { made } from "./read-hostile-made.ts";
import { readManifest } from "./read-manifest.ts";
import { type Read, readEach } from "./read-run.ts";

const mostMs = 2_000;
const deadlineMs = 30_000;

/** What hostile documents cost: each is read in a process of its own. A crash, and more than two seconds of computing, are failures. */
export async function hostileSection(corpus: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "planetwire-hostile-"));
  try {
    const files = (await readManifest(corpus)).filter((file) => file.class === "hostile").map(({ path }) => path);
    const found = files.map((path): Task => ({ path: join(corpus, path), contentType: "" }));
    for (const { name, text } of made) await writeFile(join(folder, name), text());
    const own = (await readdir(folder)).map((name): Task => ({ path: join(folder, name), contentType: "" }));
    return await tell([...found, ...own]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function tell(tasks: readonly Task[]): Promise<boolean> {
  console.log("document                        outcome                    CPU ms   peak MB");
  const waiting = [...tasks];
  let isGood = true;
  for await (const read of readEach("planetwire", tasks, deadlineMs, true)) {
    const name = waiting.shift()?.path.split("/").at(-1) ?? "";
    const isFine = typeof read !== "string" && read.cpuMs <= mostMs;
    console.log(`${name.padEnd(32)}${describe(read)}${isFine ? "" : "   NOT GOOD ENOUGH"}`);
    isGood &&= isFine;
  }
  return isGood;
}

function describe(read: Read): string {
  if (typeof read === "string") return read;
  const { reading, reason, cpuMs, peakMegabytes } = read;
  const whole = reading?.whole === true ? "" : ", in part";
  const outcome = reading === null ? reason.slice(0, 24) : `${reading.count} entries${whole}`;
  return `${outcome.padEnd(26)}${cpuMs.toFixed(0).padStart(7)}${peakMegabytes.toFixed(0).padStart(10)}`;
}
