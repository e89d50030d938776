import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Bot } from "../../support/processes.ts";
import { type RedisServer, startRedis } from "../../support/redis.ts";
import type { Answer } from "./people.ts";
import { openScene, type Scene, someEntries } from "./scene.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const COMMANDS = 60;
const KILLS = 3;

let scene: Scene;
let redis: RedisServer;
let directory: string;
const bots: Bot[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
  redis = await startRedis(directory);
  scene = await openScene("socket", { REDIS_URL: redis.url });
  bots.push(await scene.startBot(), await scene.world.startBot());
});

afterAll(async () => {
  await scene.close();
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Kills one of the two, which may be the one that holds the socket, and starts it again. */
async function killOne(victim: number): Promise<void> {
  bots[victim]?.signal("SIGKILL");
  await bots[victim]?.ended;
  bots[victim] = await scene.world.startBot();
}

/** Kills both at the moment in which one of them has acknowledged a command and not yet done it. */
function killAtAcknowledgement(): Promise<void> {
  return new Promise((resolve, reject) => {
    scene.server.socketMode.onAcknowledged = () => {
      scene.server.socketMode.onAcknowledged = () => undefined;
      for (const bot of bots) bot.signal("SIGKILL");
      Promise.all([killOne(0), killOne(1)]).then(() => resolve(), reject);
    };
  });
}

const timesFollowed = (answer: Answer): number =>
  "seen" in answer ? answer.seen.text.split("Test planet").length - 1 : Number.NaN;

test(`of ${String(COMMANDS)} commands with two bots, one killed now and then, each that was acknowledged takes effect once and is answered at most once`, async () => {
  const { people, slack, socketMode } = scene.server;
  const feeds = await Promise.all(Array.from({ length: 4 }, async () => await scene.world.feed(someEntries(2))));
  const counts = { answered: 0, shownAnError: 0, unanswered: 0, answeredTwice: 0, wrongEffect: 0 };
  let kills: Promise<void> = Promise.resolve();
  for (let n = 0; n < COMMANDS; n++) {
    const channel = scene.channel();
    if (n % (COMMANDS / KILLS) === 15) kills = Promise.all([kills, killAtAcknowledgement()]).then(() => undefined);
    const typing = people.type("carl", channel, `/wire follow ${feeds[n % feeds.length]?.url ?? ""}`);
    if (n % (COMMANDS / KILLS) === 5)
      kills = kills.then(async () => await killOne(Math.floor(n / (COMMANDS / KILLS)) % 2));
    const answer = await typing;
    const isShown = answer.kind === "error" && answer.code !== "no answer in time";
    if (answer.kind === "private") counts.answered += 1;
    else if (isShown) counts.shownAnError += 1;
    else counts.unanswered += 1;
    if (isShown) await socketMode.connected(1, 20_000);
    const private_ = slack.answers.visibleTo("U0MAKER01", channel).length;
    if (private_ > 1) counts.answeredTwice += 1;
    const shown = await people.type("carl", channel, "/wire feeds");
    // Who was shown an error types it again, and it does no harm.
    const allowed = isShown ? [0, 1] : [1];
    if (shown.kind === "private" && !allowed.includes(timesFollowed(shown))) counts.wrongEffect += 1;
  }
  await kills;
  process.stderr.write(`Slack, two bots, ${String(COMMANDS)} commands: ${JSON.stringify(counts)}\n`);
  expect(counts).toMatchObject({ answeredTwice: 0, wrongEffect: 0 });
  expect(counts.answered).toBeGreaterThan(COMMANDS * 0.8);
});
