import { expect, test } from "vitest";
import type { Delivery } from "../../../src/adapter.ts";
import { deliveryOf, detailsOf, failureOf, inTime, postOf, summaryOf, feed } from "../../contract/stage.ts";
import { type AdapterScene, onAdapter } from "./scene-adapter.ts";

/** A message, and one for its thread that is still to be posted. */
async function begun(scene: AdapterScene): Promise<Delivery> {
  const ref = await scene.adapter.post(deliveryOf(scene, postOf()), inTime);
  return { ...deliveryOf(scene, detailsOf("Below", "Beside")), aim: { kind: "thread", ref } };
}

function asked(scene: AdapterScene, method: string): number {
  return scene.server.slack.calls.filter((call) => call.method === method).length;
}

test("it stands in the thread alone, and the channel is not told of it", async () => {
  await onAdapter(async (scene) => {
    const delivery = await begun(scene);
    const ref = await scene.adapter.post(delivery, inTime);
    const [root, below] = scene.room.messages;
    expect(below).toMatchObject({ ts: ref, threadTs: root?.ts });
    const { args } = scene.server.slack.calls.findLast(({ method }) => method === "chat.postMessage") ?? {};
    expect(args).not.toHaveProperty("reply_broadcast");
  });
});

test("it is found in the thread behind hundreds of replies, and not looked for in the channel", async () => {
  await onAdapter(async (scene) => {
    const delivery = await begun(scene);
    const root = scene.room.messages[0]?.ts ?? "";
    for (let i = 0; i < 450; i += 1)
      scene.room.messages.push({
        ts: scene.server.slack.workspace.nextTs(),
        user: "U0MEMBER1",
        botId: "",
        text: `reply ${String(i)}`,
        blocks: [],
        metadata: null,
        edited: false,
        inHistoryAtMs: 0,
        threadTs: root,
      });
    expect(await scene.adapter.find(delivery)).toEqual({ kind: "absent" });
    scene.server.slack.trouble.nextFate("cut after");
    expect(await failureOf(scene.adapter.post(delivery, inTime))).toBe("uncertain");
    const found = await scene.adapter.find({ ...delivery, attemptAtMs: delivery.attemptAtMs + 1 });
    expect(found).toEqual({ kind: "landed", ref: scene.room.messages.at(-1)?.ts });
    expect(asked(scene, "conversations.replies")).toBe(6);
    expect(asked(scene, "conversations.history")).toBe(0);
  });
});

test("where Slack lets nobody read threads, or the message is gone, nobody can know", async () => {
  for (const code of ["missing_scope", "not_allowed_token_type", ""])
    await onAdapter(async (scene) => {
      const delivery = await begun(scene);
      if (code === "") scene.room.messages.length = 0;
      scene.server.slack.trouble.settings.historyError = code;
      expect((await scene.adapter.find(delivery)).kind).toBe("cannot-know");
    });
});

test("a thread whose message was deleted takes nothing, and says so", async () => {
  await onAdapter(async (scene) => {
    const delivery = await begun(scene);
    scene.room.messages.length = 0;
    await expect(scene.adapter.post(delivery, inTime)).rejects.toThrow("somebody deleted the message");
    expect(scene.room.messages).toEqual([]);
  });
});

test("as many details as fit stand in a message; ten long ones do not", async () => {
  await onAdapter(async (scene) => {
    const children = [
      { type: "paragraph" as const, children: [{ type: "text" as const, value: "word ".repeat(200) }] },
    ];
    const summary = summaryOf({ title: "A long title ".repeat(10), excerpt: { type: "root", children } });
    const posts = Array.from({ length: 10 }, () => ({ feed, summary }));
    expect(() => scene.adapter.render({ kind: "details", posts })).toThrow("details");
    const delivery = {
      ...(await begun(scene)),
      message: scene.adapter.render({ kind: "details", posts: posts.slice(0, 6) }),
    };
    await scene.adapter.post(delivery, inTime);
    expect(scene.room.messages).toHaveLength(2);
  });
});
