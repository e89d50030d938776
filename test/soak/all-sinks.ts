import type { Sink } from "../chaos/sink.ts";
import { Occasion } from "../chaos/wait.ts";

/** Several platforms on which one bot posts at once; the names of their channels begin with theirs. */
export function allSinks(sinks: readonly Sink[], env: Readonly<Record<string, string>>): Sink {
  const of = (name: string): Sink => {
    const found = sinks.find(({ platform }) => name.startsWith(platform));
    if (found === undefined) throw new Error(`${name} is on none of the platforms`);
    return found;
  };
  const sink: Sink = {
    platform: sinks.map(({ platform }) => platform).join(", "),
    env: Object.assign({}, ...sinks.map((one) => one.env), env) as Record<string, string>,
    channel: (name) => of(name).channel(name),
    transcript: async (channel) => await of(channel).transcript(channel),
    posted: new Occasion(),
    beforeAnswer: null,
    landed: () => sinks.reduce((sum, one) => sum + one.landed(), 0),
    say: async (channel, line) => {
      const { say, platform } = of(channel);
      if (say === null) throw new Error(`nobody can say anything on ${platform}`);
      return await say(channel, line);
    },
    whenConnected: async () => {
      await Promise.all(sinks.map(async (one) => await one.whenConnected()));
    },
    vary: (round) => {
      for (const one of sinks) one.vary(round);
    },
    summary: () => sinks.map((one) => `${one.platform}: ${one.summary()}`).join("\n"),
    close: async () => {
      await Promise.all(sinks.map(async (one) => await one.close()));
    },
  };
  return sink;
}
