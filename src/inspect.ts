import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "./config.ts";
import type { Entry } from "./feed/entry.ts";
import { type Inspection, inspectFile, inspectUrl } from "./feed/inspect-feed.ts";
import { summarize } from "./summary/compose.ts";
import { toMarkdown } from "./summary/markdown.ts";

const usage = "Usage: npm run --silent inspect -- <url or file> [--content-type <type>]";
const excerptChars = 600;

interface Arguments {
  readonly target: string;
  /** "" when none was given. */
  readonly contentType: string;
}

// A reader such as `head` that has seen enough is no failure.
process.stdout.once("error", () => process.exit());
process.exitCode = await main(process.argv.slice(2));

/** Prints one line of JSON per entry, and where something is wrong a last one with `error`. Returns the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const given = readArguments(argv);
  if (given === null) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const { entries, problem } = await inspect(given);
  for (const entry of entries) print(lineOf(entry));
  if (problem !== null) print({ error: problem });
  return problem === null ? 0 : 1;
}

function readArguments(argv: readonly string[]): Arguments | null {
  try {
    const options = { "content-type": { type: "string", default: "" } } as const;
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [target, ...others] = positionals;
    if (target === undefined || target === "" || others.length > 0) return null;
    return { target, contentType: values["content-type"] };
  } catch {
    return null;
  }
}

async function inspect({ target, contentType }: Arguments): Promise<Inspection> {
  if (!/^https?:\/\//i.test(target)) return inspectFile(target, contentType);
  try {
    return await inspectUrl(target, contentType, readConfig().fetch);
  } catch (error) {
    if (error instanceof ConfigError) return { entries: [], problem: error.problems.join(" ") };
    throw error;
  }
}

function lineOf(entry: Entry): Record<string, unknown> {
  const summary = summarize({ ...entry, entryId: "" }, { excerptChars });
  return {
    guid: entry.guid,
    url: summary.url,
    title: summary.title,
    titleRaw: entry.titleRaw,
    author: summary.author,
    source: summary.source,
    publishedAt: summary.publishedAt,
    excerpt: toMarkdown(summary.excerpt),
    image: summary.image,
    protected: summary.protected,
  };
}

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
