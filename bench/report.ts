import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { type Figure, isMet, type Target, TARGETS } from "./targets.ts";

/** The table as Markdown, so that it can stand in a document as it is. */
export function tableOf(figures: readonly Figure[]): string {
  const head = "| row | figure | median (range) | must | ambitious | met | |\n|---|---|---|---|---|---|---|";
  return [head, ...figures.map(lineOf)].join("\n");
}

export function lineOf({ row, value, note }: Figure): string {
  const target: Target = TARGETS[row];
  const text = (n: number): string => n.toFixed(target.digits);
  const range = value.low === value.high ? "" : ` (${text(value.low)}–${text(value.high)})`;
  const asked = (limit: number | null): string =>
    limit === null ? "–" : `${target.isFloor === true ? "≥" : "≤"} ${String(limit)}`;
  const met = verdict(target, Number(text(value.median)));
  return `| ${row} | ${target.what} | **${text(value.median)}**${range} | ${asked(target.must)} | ${asked(target.ambitious)} | ${met} | ${note} |`;
}

function verdict(target: Target, value: number): string {
  if (isMet(target, value, "must") === null) return "–";
  if (isMet(target, value, "ambitious") === true) return "yes, ambitious too";
  return isMet(target, value, "must") === true ? "yes" : "**no**";
}

/** Machine, versions and commit: a figure without them says nothing. */
export function setting(): string {
  const [cpu] = cpus();
  return [
    `${String(cpus().length)} × ${cpu?.model.trim() ?? "?"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${firstLine("uname", ["-r"])}`,
    `Node ${process.version}`,
    firstLine("redis-server", ["--version"]).split(" sha=")[0] ?? "",
    `commit ${firstLine("git", ["describe", "--always", "--dirty"])}`,
    new Date().toISOString().slice(0, 16),
  ].join(" · ");
}

function firstLine(command: string, words: readonly string[]): string {
  try {
    return execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0] ?? "";
  } catch {
    return "?";
  }
}
