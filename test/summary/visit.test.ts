import * as fc from "fast-check";
import type { Root } from "hast";
import { visit as visitTree } from "unist-util-visit";
import { expect, test } from "vitest";
import { parseHtml } from "../../src/summary/parse-html.ts";
import { EXIT, SKIP, visit } from "../../src/summary/visit.ts";
import { anyTree } from "./generated.ts";

const answers = [undefined, true, SKIP, EXIT, 0, 2, [SKIP, 1], [true, 0]] as const;
/** A walk may go back for ever. */
const MOST = 100;

/** What is met, in order, when the walk is told these things one after the other. */
function met(walk: typeof visit, tree: Root, told: readonly number[], type: "text" | null): unknown[] {
  const all: unknown[] = [];
  const answer = (node: { readonly type: string }, index: number | undefined, parent: object | undefined) => {
    all.push([node.type, index, parent]);
    const said = answers[told[all.length - 1] ?? 0];
    return all.length >= MOST ? EXIT : said === undefined || typeof said !== "object" ? said : ([...said] as const);
  };
  if (type === null) walk(tree, (node, index, parent) => answer(node, index, parent) as undefined);
  else walk(tree, type, (node, index, parent) => answer(node, index, parent) as undefined);
  return all;
}

test("a walk goes as the library's does, whatever it is told on the way", () => {
  const told = fc.array(fc.integer({ min: 0, max: answers.length - 1 }), { maxLength: 30 });
  fc.assert(
    fc.property(anyTree, told, fc.constantFrom("text" as const, null), (html, words, type) => {
      const tree = parseHtml(html);
      expect(met(visit, tree, words, type)).toEqual(met(visitTree, tree, words, type));
    }),
    { numRuns: 500 },
  );
});
