import { type Finding, readBytes, understand } from "./authors-read.ts";
import type { CorpusFile } from "./read-manifest.ts";

/** Planets, and what was made of their documents. */
export function isPlanet({ source, class: kind }: CorpusFile): boolean {
  return kind === "planet" || source.includes("planets/");
}

/** In a document that is no planet nothing may be cut off a title and taken for a name. */
export async function namesFromTitlesIn(corpus: string, { path, contentType }: CorpusFile): Promise<Finding> {
  const entries = await understand(await readBytes(corpus, path), contentType);
  const wrong = entries.filter(({ author, authorRaw, source, sourceRaw }) => {
    const given = ["", authorRaw, sourceRaw];
    return !given.includes(author) || !given.includes(source);
  });
  return {
    right: entries.length - wrong.length,
    of: entries.length,
    misses: wrong.map(({ titleRaw, title }) => `${path}: "${titleRaw}" became "${title}"`),
  };
}
