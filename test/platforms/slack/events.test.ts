import { expect, test, vi } from "vitest";
import type { SCOPES_OF_EVENTS } from "../../../adapters/slack/scopes.ts";
import type { Fields } from "./json.ts";
import { answering, connected, onAdapter, postOne, type } from "./scene-adapter.ts";
import { BOT_USER, TEAM } from "./workspace.ts";

vi.setConfig({ testTimeout: 20_000 });

const moved = { old_channel_id: "C0OLD", new_channel_id: "C0NEW" };

/** What each event that the manifest subscribes to does. */
const effects: Readonly<Record<keyof typeof SCOPES_OF_EVENTS, (room: string) => readonly [Fields, RegExp]>> = {
  app_uninstalled: () => [{}, /^gone slack:T0PLANET1\/C.* install it again$/],
  tokens_revoked: () => [{ tokens: { bot: [BOT_USER] } }, /^gone .* install it again$/],
  channel_archive: (room) => [{ channel: room, user: "U0OWNER01" }, /^unusable .*archived$/],
  group_archive: (room) => [{ channel: room, user: "U0OWNER01" }, /^unusable .*archived$/],
  channel_deleted: (room) => [{ channel: room }, /^gone .*deleted$/],
  group_deleted: (room) => [{ channel: room }, /^gone .*deleted$/],
  channel_unarchive: (room) => [{ channel: room, user: "U0OWNER01" }, /^usable slack:/],
  group_unarchive: (room) => [{ channel: room, user: "U0OWNER01" }, /^usable slack:/],
  member_left_channel: (room) => [{ channel: room, user: BOT_USER, team: TEAM }, /^gone .*\/invite @Planetwire$/],
  member_joined_channel: (room) => [{ channel: room, user: BOT_USER, team: TEAM }, /^usable slack:/],
  channel_id_changed: () => [moved, /^moved slack:T0PLANET1\/C0OLD slack:T0PLANET1\/C0NEW$/],
};

test.each(Object.entries(effects))("%s has its effect on the channel", async (name, effect) => {
  await onAdapter(async (scene) => {
    await connected(scene);
    await postOne(scene);
    const [fields, said] = effect(scene.room.id);
    await scene.server.people.happens({ type: name, ...fields });
    await expect.poll(() => scene.kept.said).toEqual([expect.stringMatching(said)]);
  });
});

test("what happens to others in a channel is not about us", async () => {
  await onAdapter(
    async (scene) => {
      await connected(scene);
      await scene.server.people.happens({ type: "member_left_channel", user: "U0MEMBER1", channel: scene.room.id });
      await scene.server.people.happens({ type: "tokens_revoked", tokens: { oauth: ["U0MEMBER1"] } });
      await type(scene);
      expect(scene.kept.said).toEqual([]);
    },
    { host: answering },
  );
});

test("after the app was removed and installed again its channels go on", async () => {
  await onAdapter(async (scene) => {
    await connected(scene);
    await postOne(scene);
    await scene.server.people.uninstall();
    await expect.poll(() => scene.kept.said.length).toBeGreaterThanOrEqual(1);
    scene.server.slack.botTokenError = "";
    scene.server.socketMode.cutAll();
    await expect.poll(() => scene.kept.said.at(-1), { timeout: 5000 }).toBe(`usable ${scene.channel}`);
  });
});
