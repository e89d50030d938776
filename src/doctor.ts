import { platforms } from "../adapters/index.ts";
import type { Finding } from "./adapter.ts";
import { ConfigError, readConfig } from "./config.ts";
import { VERSION } from "./version.ts";

const LIMIT_MS = 30_000;

/** Prints what is right and wrong with each configured platform. Returns the exit status: 0 when all is well. */
async function main(): Promise<number> {
  const config = readConfig();
  process.stdout.write(`Planetwire ${VERSION} on Node ${process.version}\n`);
  let isWell = config.unknown.length === 0;
  for (const { name, meant } of config.unknown)
    process.stdout.write(
      `  ✘ ${name} is set, and nothing reads it\n    → is ${meant} meant? .env.example lists all variables\n`,
    );
  for (const name of config.platforms) {
    process.stdout.write(`${name}\n`);
    const examined = platforms[name]?.examine(config) ?? Promise.resolve([]);
    for (const finding of await Promise.race([examined.catch(brokeOff), tooLate()])) {
      isWell &&= finding.isGood;
      process.stdout.write(`  ${finding.isGood ? "✔" : "✘"} ${finding.text}\n`);
      if (finding.mend !== "") process.stdout.write(`    → ${finding.mend}\n`);
    }
  }
  return isWell ? 0 : 1;
}

function brokeOff(error: unknown): readonly Finding[] {
  const text = `the examination broke off: ${error instanceof Error ? error.message : String(error)}`;
  return [{ isGood: false, text, mend: "" }];
}

async function tooLate(): Promise<readonly Finding[]> {
  return await new Promise((resolve) => {
    const text = `no answer within ${String(LIMIT_MS / 1000)} s`;
    const late: Finding = { isGood: false, text, mend: "is the address right, and does a firewall let it through?" };
    setTimeout(() => resolve([late]), LIMIT_MS).unref();
  });
}

try {
  process.exit(await main());
} catch (error) {
  const problems = error instanceof ConfigError ? error.problems : [String(error)];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(2);
}
