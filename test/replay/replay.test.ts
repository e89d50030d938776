import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { numbered, rss } from "../support/rss.ts";
import { growing } from "./documents.ts";
import { hasCorpus, planPlanet, planSeries, type Plan } from "./plans.ts";
import { details, faults } from "./report.ts";
import { replay } from "./run.ts";

const corpus = env["CORPUS_DIR"] ?? fileURLToPath(new URL("../../../shared/corpus", import.meta.url));
/** The first documents of the long series: a few dozen polls, several new entries at once among them. */
const seriesCount = 20;

const fixtures: readonly Plan[] = [
  {
    name: "growing",
    documents: growing(Buffer.from(rss([6, 5, 4, 3, 2, 1].map((n) => numbered(n))))),
  },
  {
    name: "series",
    documents: [[2, 1], [4, 3, 2], [], [5, 4, 1]].map((numbers) => Buffer.from(rss(numbers.map((n) => numbered(n))))),
  },
];

function realPlans(): readonly Plan[] {
  if (hasCorpus(corpus)) return [planSeries(corpus, seriesCount), planPlanet(corpus, "planet-bugzilla.atom.xml")];
  console.error(
    `SKIPPED: no real feeds are replayed, there is no corpus in ${corpus}; name its folder with CORPUS_DIR`,
  );
  return [];
}

test("successive documents are posted as the oracle expects", { timeout: 120_000 }, async () => {
  const results = await replay([...fixtures, ...realPlans()]);
  expect(results.map((result) => [result.name, faults(result)])).toEqual(results.map(({ name }) => [name, []]));
  const ours = results.filter(({ name }) => fixtures.some((plan) => plan.name === name));
  expect(ours.flatMap((result) => details(result))).toEqual([]);
  expect(ours.map(({ comparison }) => comparison.decisions.length)).toEqual([3, 3]);
});
