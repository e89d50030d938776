import { setTimeout as delay } from "node:timers/promises";
import { allPosted, type Bench, publish, reviseNewest } from "./bench.ts";
import { startBot } from "./bot.ts";
import type { Target } from "./proxy.ts";

const heldLimitMs = 8000;
/** The one that stands still keeps its locks for a second. */
const readLimitMs = 900;
/** From the document's last byte until the change was offered to the channels. */
const offeredMs = 150;

/**
 * An entry changes, and once more while the bot stands still at the command that matches: another bot reads it meanwhile. False where
 * the other one made the edit, or had not its turn.
 */
export async function overtaken(bench: Bench, matches: Target["matches"]): Promise<boolean> {
  const other = startBot(bench.lab.botSettings);
  try {
    await other.ready;
    publish(bench, 1);
    await allPosted(bench, "before a change");
    const held = bench.proxy.hold(matches);
    reviseNewest(bench);
    const release = await Promise.race([held, delay(heldLimitMs, null)]);
    if (release === null) return false;
    bench.bot?.signal("SIGSTOP");
    const read = bench.lab.farm.traffic.documentSent.next().then(() => true);
    reviseNewest(bench);
    const isRead = await Promise.race([read, delay(readLimitMs, false)]);
    if (isRead) await delay(offeredMs);
    release();
    bench.bot?.signal("SIGCONT");
    return isRead;
  } finally {
    bench.proxy.disarm();
    other.kill();
    await other.exited;
  }
}
