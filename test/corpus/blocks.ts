import { readFileSync } from "node:fs";
import { pid } from "node:process";

export interface Block {
  readonly wallMs: number;
  /** What the main thread itself computed in one turn of the event loop: the same on a busy machine, where others interrupt it. */
  readonly cpuMs: number;
}

/** Watches the event loop from now on; the function that it gives back ends that and tells the longest blocks. */
export function watchBlocks(): () => Block {
  let longest: Block = { wallMs: 0, cpuMs: 0 };
  let last = { wallMs: performance.now(), cpuMs: mainThreadMs() };
  const look = (): void => {
    const now = { wallMs: performance.now(), cpuMs: mainThreadMs() };
    longest = {
      wallMs: Math.max(longest.wallMs, now.wallMs - last.wallMs),
      cpuMs: Math.max(longest.cpuMs, now.cpuMs - last.cpuMs),
    };
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    look();
    return longest;
  };
}

/** Time that the main thread was on a processor (Linux, Documentation/scheduler/sched-stats.rst, /proc/<pid>/schedstat). */
function mainThreadMs(): number {
  return Number(readFileSync(`/proc/self/task/${String(pid)}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}
