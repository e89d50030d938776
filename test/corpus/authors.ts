import { handWrittenIn } from "./authors-hand.ts";
import { namedIn } from "./authors-named.ts";
import { isPlanet, namesFromTitlesIn } from "./authors-others.ts";
import { type Finding, sumOf } from "./authors-read.ts";
import { agreementOf, prefixesOf, siblingsIn } from "./authors-siblings.ts";
import { readManifest } from "./read-manifest.ts";

const leastPrefixed = 0.98;
const leastNamed = 0.99;

/** Who wrote what: from elements, from the titles of planets, and never from the titles of anything else. */
export async function authorsSection(corpus: string): Promise<boolean> {
  const files = await readManifest(corpus);
  const named = await inTurn(files, async (file) => namedIn(corpus, file));
  const others = await inTurn(
    files.filter((file) => !isPlanet(file)),
    async (file) => namesFromTitlesIn(corpus, file),
  );
  const results = [
    await printPrefixes(corpus),
    print("where the entry names its author, that is its author", sumOf(named), leastNamed),
    print("author and shown title as a person reads them", sumOf(await handWrittenIn(corpus)), leastPrefixed),
    print("entries of no planet whose title stays as it is", sumOf(others), 1),
  ];
  const agreement = await inTurn(await siblingsIn(corpus), agreementOf);
  print("the same author, whether followed as RSS or as Atom (for information)", sumOf(agreement), 0);
  return results.every(Boolean);
}

/** One document at a time: two may be large. */
async function inTurn<T, R>(items: readonly T[], look: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await look(item));
  return results;
}

async function printPrefixes(corpus: string): Promise<boolean> {
  const planets = await siblingsIn(corpus);
  const findings = await inTurn(planets, prefixesOf);
  console.log("planet               in both   prefixed   of these named so in Atom   author and title right");
  for (const [index, { prefixed, sameName, right, of }] of findings.entries()) {
    const cells = [
      String(of).padStart(7),
      String(prefixed).padStart(11),
      String(sameName).padStart(28),
      String(right).padStart(25),
    ];
    console.log(`${(planets[index]?.name ?? "").padEnd(21)}${cells.join("")}`);
  }
  return print("author and title right where only the title tells", sumOf(findings), leastPrefixed);
}

function print(what: string, { right, of, misses }: Finding, least: number): boolean {
  const isGood = of > 0 && right >= of * least;
  console.log(
    `\n${what}: ${right} of ${of} (${((100 * right) / of).toFixed(2)} %)${isGood ? "" : "   NOT GOOD ENOUGH"}`,
  );
  for (const miss of misses) console.log(`  ${miss}`);
  return isGood;
}
