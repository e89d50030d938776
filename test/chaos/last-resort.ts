import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";

const running = new Set<ChildProcess>();
const directories = new Set<string>();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** Nothing that a harness started outlives it, not even one that is interrupted. */
export function killAtExit(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
}

export function removeAtExit(directory: string): void {
  directories.add(directory);
}
