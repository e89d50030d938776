import { readdir, readFile } from "node:fs/promises";

/** What a bot holds at one time. */
export interface Sample {
  readonly atMs: number;
  readonly residentMb: number;
  /** After a collection of garbage, of the main thread. */
  readonly heapMb: number;
  /** Of that what V8 made of the program, which it goes on making for a long time. */
  readonly codeMb: number;
  readonly externalMb: number;
  readonly openFiles: number;
  /** What keeps an event loop alive, by kind; without timers, of which there are as many as waits. */
  readonly handles: number;
}

export interface Trend {
  readonly mean: number;
  /** Of the mean, in ten minutes, by least squares. */
  readonly percentPerTenMinutes: number;
  /** Standard error of that. */
  readonly error: number;
}

const TEN_MINUTES_MS = 600_000;

export function trend(points: readonly { readonly atMs: number; readonly value: number }[]): Trend {
  const mean = average(points.map(({ value }) => value));
  const middleMs = average(points.map(({ atMs }) => atMs));
  const spread = total(points.map(({ atMs }) => (atMs - middleMs) ** 2));
  const slope = total(points.map(({ atMs, value }) => (atMs - middleMs) * (value - mean))) / spread;
  const left = total(points.map(({ atMs, value }) => (value - mean - slope * (atMs - middleMs)) ** 2));
  const toPercent = (TEN_MINUTES_MS / mean) * 100;
  const error = Math.sqrt(left / (points.length - 2) / spread) * toPercent;
  return { mean, percentPerTenMinutes: slope * toPercent, error };
}

/** How much more there is in the last third of the time than in the first, as medians, since connections come and go. */
export function growth(values: readonly number[]): { readonly from: number; readonly to: number } {
  const third = Math.max(1, Math.floor(values.length / 3));
  return { from: median(values.slice(0, third)), to: median(values.slice(-third)) };
}

/** Of a process of Linux. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

export async function openFiles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function average(values: readonly number[]): number {
  return total(values) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
