import { existsSync } from "node:fs";
import { join } from "node:path";
import process, { env } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** One way of looking at the real feeds. Prints what it finds, and answers whether all of it is as it must be. */
type Section = (corpus: string) => Promise<boolean>;

const sections: ReadonlyMap<string, () => Promise<Section>> = new Map([
  ["read", async () => (await import("./read.ts")).readSection],
  ["authors", async () => (await import("./authors.ts")).authorsSection],
  ["hostile", async () => (await import("./read-hostile.ts")).hostileSection],
  ["stall", async () => (await import("./stall.ts")).stall],
  ["output", async () => (await import("./output.ts")).output],
]);

/** Exit status: 0 all as it must be, 1 something is not, 2 no corpus or no such section. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { corpus: { type: "string" } }, allowPositionals: true });
  const corpus =
    values.corpus ?? env["CORPUS_DIR"] ?? fileURLToPath(new URL("../../../shared/corpus", import.meta.url));
  if (!existsSync(join(corpus, "MANIFEST.tsv"))) {
    console.error(`SKIPPED: there is no corpus in ${corpus}; name its folder with --corpus DIR or CORPUS_DIR`);
    return 2;
  }
  const unknown = positionals.filter((name) => !sections.has(name));
  if (unknown.length > 0) {
    console.error(`There is no section ${unknown.join(", ")}; there are: ${[...sections.keys()].join(", ")}`);
    return 2;
  }
  let isGood = true;
  for (const [name, load] of sections) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(`\n== ${name}`);
    const section = await load();
    isGood = (await section(corpus)) && isGood;
  }
  return isGood ? 0 : 1;
}

process.exitCode = await main();
