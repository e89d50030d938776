import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../support/processes.ts";

/** A place in the code where something is logged. */
export interface LogCall {
  readonly file: string;
  /** `info or warn` where the call decides. */
  readonly level: string;
  /** What stands between its parentheses. */
  readonly text: string;
  /** Its constant texts; those of two words and more. */
  readonly events: readonly string[];
}

/** Every call of a logger in src/ and adapters/, but the demo's. */
export async function logCalls(): Promise<readonly LogCall[]> {
  const calls: LogCall[] = [];
  for (const folder of ["src", "adapters"]) {
    const files = await readdir(join(repository, folder), { recursive: true });
    for (const name of files.filter((file) => file.endsWith(".ts") && !file.startsWith("demo")))
      calls.push(...callsIn(join(folder, name), await readFile(join(repository, folder, name), "utf8")));
  }
  return calls;
}

function callsIn(file: string, code: string): readonly LogCall[] {
  const starts = code.matchAll(/\b(?:log|own)\??(?:\.(trace|debug|info|warn|error|fatal)|\[level\])\(/gi);
  return Array.from(starts, (start) => {
    const from = start.index + start[0].length;
    const text = code.slice(from, closing(code, from));
    const literals = Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"/g), (match) => match[1] ?? "");
    const events = literals.filter((literal) => /^[\w'’]+$/.test(literal) || literal.trim().includes(" "));
    return { file, level: start[1] ?? "info or warn", text, events: events.filter((one) => one !== "in-memory") };
  });
}

/** Where the parenthesis closes behind which `from` stands. */
function closing(code: string, from: number): number {
  let depth = 1;
  for (let at = from; at < code.length; at += 1) {
    const char = code[at] ?? "";
    if ("([{".includes(char)) depth += 1;
    if (")]}".includes(char)) depth -= 1;
    if (depth === 0) return at;
  }
  return code.length;
}
