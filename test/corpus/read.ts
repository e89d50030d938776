import { join } from "node:path";
import { judge, type Verdict } from "./read-judge.ts";
import { type CorpusFile, readManifest } from "./read-manifest.ts";
import { reasons } from "./read-reasons.ts";
import { type ReaderName, readers } from "./read-readers.ts";
import { readEach } from "./read-run.ts";

/** What must hold over all files. */
const leastAccepted = 0.99;
const leastFields = 0.975;
const deadlineMs = 20_000;

interface Column {
  readonly right: number;
  readonly of: number;
}

interface Score {
  readonly accepted: Column;
  readonly fields: Column;
}

type Verdicts = ReadonlyMap<CorpusFile, Verdict>;

/** How the documents of the corpus are read, by ours and by the two libraries beneath it alone. */
export async function readSection(corpus: string): Promise<boolean> {
  const files = await readManifest(corpus);
  const others = new Map<ReaderName, Verdicts>();
  for (const name of ["rss-parser", "feedsmith"] as const) others.set(name, await verdictsOf(name, corpus, files));
  const ours = await verdictsOf("planetwire", corpus, files);
  const classes = [...new Set(files.map((file) => file.class)), "all"];
  console.log(headline());
  const isGood = classes.map((name) => printRow(name, files, ours, [...others.values()]));
  console.log("\nWhat ours misses:");
  for (const [{ path }, { misses }] of ours) {
    for (const miss of misses) console.log(`  ${path}: ${miss}`);
    if (misses.length > 0) console.log(`    (${reasons.get(path) ?? "NOT EXPLAINED"})`);
  }
  return isGood.every(Boolean);
}

async function verdictsOf(name: ReaderName, corpus: string, files: readonly CorpusFile[]): Promise<Verdicts> {
  const verdicts = new Map<CorpusFile, Verdict>();
  const waiting = [...files];
  const tasks = files.map(({ path, contentType }) => ({ path: join(corpus, path), contentType }));
  for await (const read of readEach(name, tasks, deadlineMs)) {
    const file = waiting.shift();
    if (file !== undefined) verdicts.set(file, judge(file, read));
  }
  return verdicts;
}

function headline(): string {
  const names = Object.keys(readers).map((name) => `${name} accepted % / fields %`.padStart(36));
  return `${"class".padEnd(12)}${"files".padStart(6)}${names.join("")}`;
}

/** True when ours reaches what it must, and at least the better of the others in both columns. */
function printRow(name: string, files: readonly CorpusFile[], ours: Verdicts, others: readonly Verdicts[]): boolean {
  const group = files.filter((file) => name === "all" || file.class === name);
  const own = scoreOf(group, ours);
  const theirs = others.map((verdicts) => scoreOf(group, verdicts));
  const cells = [own, ...theirs].map((score) => `${percent(score.accepted)} / ${percent(score.fields)}`.padStart(36));
  const reaches = name !== "all" || (shareOf(own.accepted) >= leastAccepted && shareOf(own.fields) >= leastFields);
  const leads = theirs.every(
    (score) => own.accepted.right >= score.accepted.right && own.fields.right >= score.fields.right,
  );
  const verdict = reaches && leads ? "" : "   NOT GOOD ENOUGH";
  console.log(`${name.padEnd(12)}${String(group.length).padStart(6)}${cells.join("")}${verdict}`);
  return reaches && leads;
}

function scoreOf(files: readonly CorpusFile[], verdicts: Verdicts): Score {
  return { accepted: columnOf(files, verdicts, "accepted"), fields: columnOf(files, verdicts, "fields") };
}

function columnOf(files: readonly CorpusFile[], verdicts: Verdicts, name: "accepted" | "fields"): Column {
  const judged = files.map((file) => verdicts.get(file)?.[name]).filter((right) => typeof right === "boolean");
  return { right: judged.filter(Boolean).length, of: judged.length };
}

function shareOf({ right, of }: Column): number {
  return of === 0 ? 1 : right / of;
}

function percent(column: Column): string {
  return `${(shareOf(column) * 100).toFixed(2)} (${column.right}/${column.of})`;
}
