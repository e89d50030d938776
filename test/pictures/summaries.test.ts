import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { platforms } from "../output/platforms.ts";
import { kinds } from "./kinds.ts";
import { summariesPage, summariesPages, writeKinds } from "./summaries.ts";

async function docs(path: string): Promise<string> {
  return await readFile(new URL(`../../docs/${path}`, import.meta.url), "utf8");
}

test("docs/summaries.md says what the adapters render; if not: npm run pictures -- summaries", async () => {
  expect(await docs("summaries.md")).toBe(summariesPage(await writeKinds()));
});

test("so do the pages that its pictures were taken of", async () => {
  const css = new Map<string, string>();
  for (const { name } of platforms) css.set(name, await readFile(new URL(`./${name}.css`, import.meta.url), "utf8"));
  const pages = summariesPages(await writeKinds(), css);
  expect([...pages.keys()]).toEqual(platforms.map(({ name }) => name));
  for (const [name, page] of pages) expect(await docs(`pictures/summaries-${name}.html`)).toBe(page);
});

test("it shows twenty kinds and more, and every one keeps the rules of every platform", async () => {
  expect(new Set(kinds.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
  for (const { kind, messages } of await writeKinds())
    for (const { name, read } of platforms) {
      const { problems, mentions, text } = read(messages.get(name) ?? "");
      expect({ kind: kind.name, name, problems, mentions }).toEqual({
        kind: kind.name,
        name,
        problems: [],
        mentions: [],
      });
      expect(text).not.toMatch(/&(?:amp|lt|gt|nbsp|#\d+);|<\/?p>.*<\/p>/);
    }
});
