import { expect, test } from "vitest";
import { type Delivery, NEW, type Outgoing } from "../../../src/adapter.ts";
import { inTime, postOf } from "../../contract/stage.ts";
import { type AdapterScene, onAdapter } from "./scene-adapter.ts";

function deliveryOf({ adapter, channel }: AdapterScene, outgoing: Outgoing, key: string): Delivery {
  const nowMs = Date.now();
  return { key, channel, message: adapter.render(outgoing), aim: NEW, firstAttemptAtMs: nowMs, attemptAtMs: nowMs };
}

test.each([
  ["in its small print", (message: string) => message],
  ["below it where it has none", () => JSON.stringify({ text: "x", blocks: [{ type: "divider" }] })],
])("an edited message says so once, %s, since clients mark none that has blocks", async (_where, change) => {
  await onAdapter(async (scene) => {
    const ref = await scene.adapter.post(deliveryOf(scene, postOf({ title: "Before" }), "a"), inTime);
    const seen = (): string => scene.server.people.seen(scene.room.id)[0]?.text ?? "";
    expect(seen()).not.toContain("edited");
    for (const key of ["b", "c"]) {
      const edit = deliveryOf(scene, postOf({ title: "After" }), key);
      await scene.adapter.edit({ ...edit, message: change(edit.message) }, ref, inTime);
      expect(seen().match(/edited/g)).toHaveLength(1);
    }
    expect(scene.server.people.seen(scene.room.id)).toHaveLength(1);
  });
});

test("where Slack takes no blocks, its clients mark the text by themselves", async () => {
  await onAdapter(async (scene) => {
    const ref = await scene.adapter.post(deliveryOf(scene, postOf({ title: "Before" }), "a"), inTime);
    const edit = deliveryOf(scene, postOf({ title: "After" }), "b");
    const broken = JSON.stringify({ text: "After", blocks: [{ type: "section" }] });
    await scene.adapter.edit({ ...edit, message: broken }, ref, inTime);
    expect(scene.server.people.seen(scene.room.id)).toMatchObject([{ text: "After", edited: true }]);
  });
});
