import { expect, test } from "vitest";
import { preview } from "../../../adapters/slack/preview.ts";
import { onAdapter, postOne } from "./scene-adapter.ts";

const acme = async (): Promise<string> => await Promise.resolve("https://acme.slack.com/");

test("a message that was posted has an address, as soon as Slack has said who we are", async () => {
  await onAdapter(async (scene) => {
    const ref = await postOne(scene);
    const recall = async (name: string): Promise<string | null> =>
      await Promise.resolve(scene.kept.values.get(name) ?? null);
    const ts = scene.room.messages.at(-1)?.ts ?? "";
    const workspace = [...scene.kept.values].find(([name]) => name.startsWith("workspace "))?.[1] ?? "";
    expect(workspace).toMatch(/^https?:\/\/.+\/$/);
    expect(await preview.messageLink(scene.channel, ref, recall)).toBe(
      `${workspace}archives/${scene.room.id}/p${ts.replace(".", "")}`,
    );
  });
});

// The examples of https://docs.slack.dev/reference/methods/chat.getPermalink, with another workspace.
test("addresses are those that chat.getPermalink gives, in threads too", async () => {
  expect(await preview.messageLink("slack:T1/C1H9RESGA", "1358546515.000080", acme)).toBe(
    "https://acme.slack.com/archives/C1H9RESGA/p1358546515000080",
  );
  expect(await preview.messageLink("slack:T1/C1H9RESGL", "1358546517.000230/1358546515.000008", acme)).toBe(
    "https://acme.slack.com/archives/C1H9RESGL/p1358546517000230?thread_ts=1358546515.000008&cid=C1H9RESGL",
  );
});

test.each(["", "now", "1.2/3", "1.2/../3.4"])("%j is no message", async (ref) => {
  expect(await preview.messageLink("slack:T1/C1", ref, acme)).toBeNull();
});

test("a workspace of which nothing is known has no addresses", async () => {
  expect(await preview.messageLink("slack:T1/C1", "1.2", async () => await Promise.resolve(null))).toBeNull();
});
