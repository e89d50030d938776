import { expect, test } from "vitest";
import { type Delivery, type Found, NEW } from "../../../src/adapter.ts";
import { failureOf, inTime, postOf } from "../../contract/stage.ts";
import { type AdapterScene, onAdapter } from "./scene-adapter.ts";
import { BOT, BOT_USER } from "./workspace.ts";

function deliveryOf(scene: AdapterScene, key = "k".repeat(24)): Delivery {
  const nowMs = Date.now();
  const message = scene.adapter.render(postOf());
  return { key, channel: scene.channel, message, aim: NEW, firstAttemptAtMs: nowMs, attemptAtMs: nowMs };
}

/** A delivery that landed and whose answer was lost. */
async function landed(scene: AdapterScene): Promise<Delivery> {
  const delivery = deliveryOf(scene);
  scene.server.slack.trouble.nextFate("cut after");
  expect(await failureOf(scene.adapter.post(delivery, inTime))).toBe("uncertain");
  return delivery;
}

/** Messages of others, from now on. */
function chatter(scene: AdapterScene, count: number): void {
  for (let i = 0; i < count; i++)
    scene.room.messages.push({
      ts: scene.server.slack.workspace.nextTs(),
      user: "U0MEMBER1",
      botId: "",
      text: `chat ${String(i)}`,
      blocks: [],
      metadata: null,
      edited: false,
      inHistoryAtMs: 0,
    });
}

test("it is found behind hundreds of later messages, page by page", async () => {
  await onAdapter(async (scene) => {
    const delivery = await landed(scene);
    chatter(scene, 450);
    expect(await scene.adapter.find(delivery)).toEqual({ kind: "landed", ref: scene.room.messages[0]?.ts });
    const pages = scene.server.slack.calls.filter((call) => call.method === "conversations.history");
    expect(pages).toHaveLength(3);
    expect(Number(pages[0]?.args["oldest"])).toBeLessThan(delivery.firstAttemptAtMs / 1000 - 60);
  });
});

test("either mark is enough: metadata that was stripped, or blocks that were changed", async () => {
  for (const strip of ["metadata", "blocks"] as const)
    await onAdapter(async (scene) => {
      const delivery = await landed(scene);
      const [message] = scene.room.messages;
      if (message === undefined) throw new Error("nothing landed");
      const { ts } = message;
      scene.room.messages[0] = { ...message, ...(strip === "metadata" ? { metadata: null } : { blocks: [] }) };
      expect(await scene.adapter.find(delivery)).toEqual({ kind: "landed", ref: ts });
    });
});

test("another app that copied our metadata is not us", async () => {
  await onAdapter(async (scene) => {
    const delivery = await landed(scene);
    const [message] = scene.room.messages;
    if (message === undefined) throw new Error("nothing landed");
    scene.room.messages[0] = { ...message, user: "U0OTHERAPP", botId: "B0OTHERAPP" };
    expect(await scene.adapter.find(delivery)).toEqual({ kind: "absent" });
  });
});

test("what is not there is absent, after the whole history since was read", async () => {
  await onAdapter(async (scene) => {
    chatter(scene, 250);
    expect(await scene.adapter.find(deliveryOf(scene))).toEqual({ kind: "absent" });
    expect(scene.server.slack.calls.filter((call) => call.method === "conversations.history")).toHaveLength(2);
  });
});

test.each([
  [
    "the bot was removed",
    (scene: AdapterScene): void => {
      scene.room.members.delete(BOT_USER);
    },
    "cannot-know",
  ],
  [
    "the scope is missing",
    (scene: AdapterScene): void => {
      scene.server.slack.scopes.delete("channels:history");
    },
    "cannot-know",
  ],
  [
    "history is refused",
    (scene: AdapterScene): void => {
      scene.server.slack.trouble.settings.historyError = "missing_scope";
    },
    "cannot-know",
  ],
  [
    "Slack has trouble",
    (scene: AdapterScene): void => {
      scene.server.slack.trouble.settings.historyError = "internal_error";
    },
    "ask-later",
  ],
  [
    "the token is over",
    (scene: AdapterScene): void => {
      scene.server.slack.botTokenError = "invalid_auth";
    },
    "ask-later",
  ],
] as const)("when %s nothing is called absent", async (_what, spoil, kind) => {
  await onAdapter(async (scene) => {
    await scene.server.socketMode.connected(1, 5000);
    const delivery = await landed(scene);
    spoil(scene);
    expect((await scene.adapter.find(delivery)).kind).toBe(kind);
  });
});

test("under the strict limits it asks to come later and goes on where it stopped, also in a new process", async () => {
  await onAdapter(async (scene) => {
    const { settings } = scene.server.slack.trouble;
    const delivery = await landed(scene);
    chatter(scene, 40);
    settings.strictHistory = true;
    settings.strictMinuteMs = 1000;
    const answers: Found[] = [];
    for (let i = 0; i < 10; i++) {
      const found = await scene.adapter.find(delivery);
      answers.push(found);
      if (found.kind !== "ask-later") break;
      expect(found.ms).toBeGreaterThan(0);
      // What arrives meanwhile is newer than what is looked for.
      chatter(scene, 1);
      await new Promise((resolve) => setTimeout(resolve, 1050));
    }
    expect(answers.at(-1)).toEqual({ kind: "landed", ref: scene.room.messages[0]?.ts });
    // 41 messages, 15 at a time.
    const pages = scene.server.slack.calls.filter((call) => call.method === "conversations.history");
    expect(pages.filter((call) => "cursor" in call.args).length).toBeLessThanOrEqual(5);
  });
});

test("a scan that stopped for an earlier attempt is no proof for a later one", async () => {
  await onAdapter(async (scene) => {
    const { settings } = scene.server.slack.trouble;
    const delivery = deliveryOf(scene);
    chatter(scene, 20);
    settings.strictHistory = true;
    expect((await scene.adapter.find(delivery)).kind).toBe("ask-later");
    settings.strictHistory = false;
    await landed(scene);
    const again = { ...delivery, attemptAtMs: delivery.attemptAtMs + 5000 };
    expect(await scene.adapter.find(again)).toMatchObject({ kind: "landed" });
  });
});

test("what history does not show yet is shown after its lag, which is shorter than any settling time", async () => {
  await onAdapter(async (scene) => {
    scene.server.slack.trouble.settings.historyLagMs = 60_000;
    scene.server.slack.trouble.random = () => 0.99;
    const delivery = await landed(scene);
    expect(await scene.adapter.find(delivery)).toEqual({ kind: "absent" });
    const [message] = scene.room.messages;
    if (message === undefined) throw new Error("nothing landed");
    scene.room.messages[0] = { ...message, inHistoryAtMs: 0 };
    expect((await scene.adapter.find(delivery)).kind).toBe("landed");
  });
});

test("what is known to have landed needs no history", async () => {
  await onAdapter(async (scene) => {
    const delivery = deliveryOf(scene);
    const ref = await scene.adapter.post(delivery, inTime);
    scene.server.slack.scopes.delete("channels:history");
    expect(await scene.adapter.find(delivery)).toEqual({ kind: "landed", ref });
    expect(scene.room.messages[0]?.botId).toBe(BOT);
  });
});
