import { htmlToPlain } from "../../src/feed/text.ts";
import type { CorpusFile, FirstEntry } from "./read-manifest.ts";
import type { Reading } from "./read-readers.ts";
import type { Read } from "./read-run.ts";

export interface Verdict {
  /** Whether the document was accepted or rejected as it must be; null where neither is asked. */
  readonly accepted: boolean | null;
  /** Whether the number of entries and the first one's fields are right; null where nothing is known of them. */
  readonly fields: boolean | null;
  /** What was expected and what was got instead, a line each. */
  readonly misses: readonly string[];
}

const fastMs = 1_000;
/** The manifest cuts longer values here. */
const cellChars = 300;
const fieldNames = ["title", "author", "guid", "published", "link"] as const;

export function judge(file: CorpusFile, read: Read): Verdict {
  const refusal = judgeAcceptance(file, read);
  const wantsFields = file.demand !== "reject" && file.demand !== "reject-or-partial" && file.count !== null;
  const wrong = wantsFields ? judgeFields(file, typeof read === "string" ? null : read.reading) : [];
  const misses = refusal === "" ? wrong : [refusal, ...wrong];
  return {
    accepted: file.demand === "any" ? null : refusal === "",
    fields: wantsFields ? wrong.length === 0 : null,
    misses,
  };
}

/** "" when it is as it must be. */
function judgeAcceptance({ demand }: CorpusFile, read: Read): string {
  if (typeof read === "string") return read;
  const { reading, reason, cpuMs } = read;
  if (demand === "reject") return reading === null ? "" : "accepted, and must be rejected";
  if (demand === "reject-or-partial") return reading?.whole === true ? "accepted as if it were whole" : "";
  if (reading === null) return demand === "any" ? "" : `rejected: ${reason.slice(0, 150)}`;
  return demand === "fast" && cpuMs > fastMs ? `took ${Math.round(cpuMs)} ms of computing` : "";
}

function judgeFields({ count, first }: CorpusFile, reading: Reading | null): readonly string[] {
  if (reading === null) return ["nothing was read"];
  const counted = count === reading.count ? [] : [`count: expected ${count}, got ${reading.count}`];
  const wrong = fieldNames.filter((name) => first[name] !== "" && !isSame(name, first[name], reading.first[name]));
  return [
    ...counted,
    ...wrong.map((name) => `${name}: expected ${show(first[name])}, got ${show(reading.first[name])}`),
  ];
}

function show(value: string): string {
  return JSON.stringify(value.length > 160 ? `${value.slice(0, 160)}…` : value);
}

/** Titles and authors as text, dates as seconds, addresses as what they lead to. */
function isSame(name: keyof FirstEntry, wanted: string, got: string): boolean {
  if (name === "published") return seconds(wanted) === seconds(got);
  if (name === "link") return leadsTo(wanted, got);
  if (name === "guid") return wanted.trim() === got.trim();
  // Of several authors the manifest names the first alone.
  if (name === "author" && asText(got).startsWith(`${asText(wanted)}, `)) return true;
  return asText(wanted) === asText(got);
}

function seconds(written: string): number {
  return Math.floor(new Date(written).getTime() / 1_000);
}

/** An address that the document writes relative may be given as it is or resolved, whatever the base. */
function leadsTo(wanted: string, got: string): boolean {
  const written = wanted.trim();
  if (written.length === cellChars) return got.startsWith(written);
  if (written === got.trim() || !URL.canParse(got)) return written === got.trim();
  const resolved = new URL(got).href;
  if (URL.canParse(written)) return new URL(written).href === resolved;
  const root = "https://root.invalid/";
  return resolved.endsWith(new URL(written, root).href.slice(written.startsWith("/") ? root.length - 1 : root.length));
}

/** Tags stripped, entities decoded, white space folded. */
function asText(written: string): string {
  return htmlToPlain(written);
}
