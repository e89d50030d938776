import { AsyncLocalStorage } from "node:async_hooks";
import { UTC } from "../zone.ts";

const zones = new AsyncLocalStorage<string>();

/** Runs a command in whose answer dates are of this time zone: they stand deep in sentences of many commands, which say them all alike. */
export async function inZone<T>(zone: string, run: () => Promise<T>): Promise<T> {
  return await zones.run(zone, run);
}

/** Of the channel for which a command runs. */
export function zoneHere(): string {
  return zones.getStore() ?? UTC;
}
