import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What must become of a document; `fast` is to be read within a second, of `any` nothing is asked. */
export type Demand = "parse" | "parse-preferred" | "reject" | "reject-or-partial" | "fast" | "any";

/** What is known of a document's first entry; "" where nothing is. */
export interface FirstEntry {
  readonly title: string;
  readonly author: string;
  readonly guid: string;
  readonly published: string;
  readonly link: string;
}

/** One line of the corpus' MANIFEST.tsv. */
export interface CorpusFile {
  /** Below the corpus' folder. */
  readonly path: string;
  /** Where it comes from, or from what it was made. */
  readonly source: string;
  readonly class: string;
  /** The header that the document came with; "" for none. */
  readonly contentType: string;
  readonly demand: Demand;
  /** Number of its entries; null when not known. */
  readonly count: number | null;
  readonly first: FirstEntry;
  readonly note: string;
}

const demands: readonly Demand[] = ["parse", "parse-preferred", "reject", "reject-or-partial", "fast", "any"];

export async function readManifest(corpus: string): Promise<readonly CorpusFile[]> {
  const [header = "", ...lines] = (await readFile(join(corpus, "MANIFEST.tsv"), "utf8")).trimEnd().split(/\r?\n/);
  const names = header.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return toFile((name) => cells[names.indexOf(name)] ?? "");
  });
}

function toFile(cell: (name: string) => string): CorpusFile {
  const demand = demands.find((it) => it === cell("expect"));
  if (demand === undefined) throw new Error(`${cell("path")}: nobody knows what "${cell("expect")}" asks for`);
  return {
    path: cell("path"),
    source: cell("source"),
    class: cell("class"),
    contentType: cell("content_type"),
    demand,
    count: cell("exp_count") === "" ? null : Number(cell("exp_count")),
    first: {
      title: cell("exp_title"),
      author: cell("exp_author"),
      guid: cell("exp_guid"),
      published: cell("exp_published"),
      link: cell("exp_link"),
    },
    note: cell("note"),
  };
}
