import { platforms } from "../adapters/index.ts";
import type { Finding } from "./adapter.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { examineRedisAt } from "./store/examine-redis.ts";
import { findServer } from "./store/private-redis.ts";
import { VERSION } from "./version.ts";

const LIMIT_MS = 30_000;

/** Prints what is right and wrong with Redis and each configured platform. Returns the exit status: 0 when all is well. */
async function main(): Promise<number> {
  const config = readConfig();
  process.stdout.write(`Planetwire ${VERSION} on Node ${process.version}\n`);
  let isWell = config.unknown.length === 0;
  for (const { name, meant } of config.unknown)
    process.stdout.write(
      `  ✘ ${name} is set, and nothing reads it\n    → is ${meant} meant? .env.example lists all variables\n`,
    );
  isWell = (await show("redis", redisFindings(config))) && isWell;
  for (const name of config.platforms)
    isWell = (await show(name, platforms[name]?.examine(config) ?? Promise.resolve([]))) && isWell;
  return isWell ? 0 : 1;
}

async function show(name: string, examined: Promise<readonly Finding[]>): Promise<boolean> {
  process.stdout.write(`${name}\n`);
  const findings = await Promise.race([examined.catch(brokeOff), tooLate()]);
  for (const finding of findings) {
    process.stdout.write(`  ${finding.isGood ? "✔" : "✘"} ${finding.text}\n`);
    if (finding.mend !== "") process.stdout.write(`    → ${finding.mend}\n`);
  }
  return findings.every(({ isGood }) => isGood);
}

async function redisFindings({ redisUrl, dataDir }: Config): Promise<readonly Finding[]> {
  if (redisUrl === null)
    return [{ isGood: true, text: `${findServer()} is here, for a private Redis in ${dataDir}`, mend: "" }];
  const found = await examineRedisAt(redisUrl);
  return found.map(({ verdict, text, mend }) => ({ isGood: verdict === "good", text, mend }));
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
