import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readEntries } from "../oracle/read.ts";
import { growing } from "./documents.ts";

/** A feed to replay: what its address shows, one document after the other. */
export interface Plan {
  readonly name: string;
  readonly documents: readonly Buffer[];
}

const seriesName = "mozillareps";
const seriesFolder = join("series", seriesName);
/** A smaller planet has too few entries to grow. */
const largeFromEntries = 9;

export function hasCorpus(corpus: string): boolean {
  return existsSync(join(corpus, "planet")) && existsSync(join(corpus, seriesFolder));
}

/** Every large planet of the corpus, growing; then every run of successive real documents. */
export function planCorpus(corpus: string): readonly Plan[] {
  const planets = join(corpus, "planet");
  const names = xmlFiles(planets);
  const single = names.filter((name) => !name.startsWith("series-"));
  const large = single.map((name) => readFileSync(join(planets, name)));
  const grown = large.flatMap((document, index) =>
    readEntries(document).length < largeFromEntries ? [] : [growingPlan(single[index] ?? "", document)],
  );
  return [...grown, ...shortSeries(planets, names), planSeries(corpus)];
}

export function planPlanet(corpus: string, name: string): Plan {
  return growingPlan(name, readFileSync(join(corpus, "planet", name)));
}

/** The first documents of the long series of real polls; all of them when no number is given. */
export function planSeries(corpus: string, count?: number): Plan {
  const folder = join(corpus, seriesFolder);
  const names = xmlFiles(folder).slice(0, count);
  return { name: seriesName, documents: names.map((name) => readFileSync(join(folder, name))) };
}

function growingPlan(name: string, document: Buffer): Plan {
  return { name: basename(name, ".xml"), documents: growing(document) };
}

function shortSeries(planets: string, names: readonly string[]): readonly Plan[] {
  const series = new Map<string, Buffer[]>();
  for (const name of names.filter((candidate) => candidate.startsWith("series-"))) {
    const stem = name.replace(/\.\d+\.xml$/, "");
    series.set(stem, [...(series.get(stem) ?? []), readFileSync(join(planets, name))]);
  }
  return [...series].map(([name, documents]) => ({ name, documents }));
}

function xmlFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".xml"))
    .toSorted();
}
