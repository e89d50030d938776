import { readFileSync } from "node:fs";

/** User and system time of this process so far, all its threads included. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export interface Memory {
  readonly rssMb: number;
  readonly peakRssMb: number;
  readonly heapMb: number;
}

/** `VmHWM` of proc(5): the highest RSS so far. */
export function memory(): Memory {
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0);
  const { rss, heapUsed } = process.memoryUsage();
  return { rssMb: rss / 1e6, peakRssMb: (peakKb * 1024) / 1e6, heapMb: heapUsed / 1e6 };
}
