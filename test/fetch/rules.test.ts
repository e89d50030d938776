import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A section of an RFC, or the named part of another document. */
const SOURCE = /^(?:RFC \d{4} §[\d.]+|§[\d.]+|RSS \d\.\d (?:`\w+`|Syndication module)|`\w+`|WHATWG \w+|"[\w ]+")$/;

interface Rule {
  readonly name: string;
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** The rows of all tables of a page whose header begins with "rule". */
function rulesIn(page: string): Rule[] {
  const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| rule |"));
  return rows.map((row) => {
    const [name = "", , source = "", named = ""] = row.slice(2, -2).split(" | ");
    const tests = Array.from(named.matchAll(/`([^`]+)`/g), (match) => match[1] ?? "");
    return { name, sources: source.split(", ").filter((part) => part !== ""), tests };
  });
}

async function testTitles(): Promise<ReadonlySet<string>> {
  const files = (await readdir(join(root, "test"), { recursive: true })).filter((name) => name.endsWith(".test.ts"));
  const sources = await Promise.all(files.map(async (name) => await readFile(join(root, "test", name), "utf8")));
  // A title stands first in its call; a row of a table may give it.
  const titles = sources.flatMap((source) => Array.from(source.matchAll(/[([]\s*"([^"\n]+)",/g), (m) => m[1] ?? ""));
  return new Set(titles);
}

test("every rule of fetching says what it follows and which test holds it, and that test exists", async () => {
  const rules = rulesIn(await readFile(join(root, "docs/fetching.md"), "utf8"));
  const titles = await testTitles();
  expect(rules.length).toBeGreaterThan(40);
  const wrong = rules.flatMap(({ name, sources, tests }) => [
    ...(sources.length > 0 && sources.every((source) => SOURCE.test(source)) ? [] : [`${name}: no source`]),
    ...(tests.length > 0 ? [] : [`${name}: no test`]),
    ...tests.filter((title) => !titles.has(title)).map((title) => `${name}: there is no test “${title}”`),
  ]);
  expect(wrong).toEqual([]);
});
