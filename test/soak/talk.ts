import { setTimeout as delay } from "node:timers/promises";
import type { Sink } from "../chaos/sink.ts";
import type { Random } from "../chaos/random.ts";

const LINES = ["feeds", "feeds 1", "authors 1", "search zephyr", "latest 1 3", "why", "filter 1 list", "help"] as const;

export interface Talk {
  readonly said: number;
  readonly unanswered: readonly string[];
}

/** People ask for something in one of the channels again and again, until `stop`. */
export async function talk(
  sink: Sink,
  channels: readonly string[],
  random: Random,
  everyMs: number,
  stop: AbortSignal,
): Promise<Talk> {
  const unanswered: string[] = [];
  const answers: Promise<void>[] = [];
  let said = 0;
  while (!stop.aborted) {
    await delay(everyMs, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted || sink.say === null) break;
    const [channel, line] = [random.pick(channels), random.pick(LINES)];
    said += 1;
    const { answered } = await sink.say(channel, line);
    answers.push(answered.then((isAnswered) => (isAnswered ? undefined : void unanswered.push(`${channel} ${line}`))));
  }
  await Promise.all(answers);
  return { said, unanswered };
}
