import process, { env } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hasCorpus, planCorpus } from "./plans.ts";
import { details, faults, table } from "./report.ts";
import { replay } from "./run.ts";

/** Exit status: 0 all as it must be, 1 an entry lost, repeated or out of order, 2 no corpus. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { corpus: { type: "string" }, only: { type: "string" } },
  });
  const corpus =
    values.corpus ?? env["CORPUS_DIR"] ?? fileURLToPath(new URL("../../../shared/corpus", import.meta.url));
  if (!hasCorpus(corpus)) {
    console.error(`SKIPPED: there is no corpus in ${corpus}; name its folder with --corpus DIR or CORPUS_DIR`);
    return 2;
  }
  const only = values.only ?? "";
  const plans = planCorpus(corpus).filter(({ name }) => name.includes(only));
  const redis = env["REDIS_URL"] === undefined ? {} : { REDIS_URL: env["REDIS_URL"] };
  const results = await replay(plans, redis, (line) => console.error(line));
  for (const result of results) {
    const lines = [...faults(result).map((fault) => `FAULT ${fault}`), ...details(result)];
    if (lines.length > 0) console.log(`\n${result.name}\n  ${lines.join("\n  ")}`);
  }
  console.log(`\n${table(results)}`);
  return results.some((result) => faults(result).length > 0) ? 1 : 0;
}

process.exitCode = await main();
