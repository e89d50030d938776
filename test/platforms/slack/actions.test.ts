import { expect, test } from "vitest";
import { type Asked, page, runOf } from "../../contract/paging.ts";
import { privateAnswer } from "./scene.ts";
import { type AdapterScene, connected, onAdapter } from "./scene-adapter.ts";

const query = `"exact" ${"word ".repeat(40)}<!channel> <@U0MEMBER1>`;

async function on(
  run: (scene: AdapterScene, asked: Asked[], restart: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const host = { runLine: async () => await Promise.resolve(page(query, 1)), run: runOf(query, asked) };
  await onAdapter(
    async (scene) => {
      await connected(scene);
      await run(scene, asked, async () => {
        await scene.restart({ host });
        await connected(scene, 1);
      });
    },
    { host },
  );
}

async function ask(scene: AdapterScene, name = "mia"): Promise<ReturnType<typeof privateAnswer>> {
  return privateAnswer(await scene.server.people.type(name, scene.room.id, "/wire look words"));
}

async function press(scene: AdapterScene, id: string, label: string, name = "mia"): ReturnType<typeof ask> {
  return privateAnswer(await scene.server.people.press(name, scene.room.id, id, label));
}

const labels = (seen: { readonly buttons: readonly { readonly label: string }[] }): string[] =>
  seen.buttons.map(({ label }) => label);

test("the next page and the one before take the place of the answer, also after a restart", async () => {
  await on(async (scene, asked, restart) => {
    const first = await ask(scene);
    expect(labels(first.seen)).toEqual(["Next", "Share", "Resume"]);
    const second = await press(scene, first.id, "Next");
    expect([second.id, second.seen.text.split("\n")[0]]).toEqual([first.id, "hits of page 2"]);
    expect(labels(second.seen)).toEqual(["Previous", "Next", "Share", "Resume"]);
    await restart();
    expect(labels((await press(scene, first.id, "Next")).seen)).toEqual(["Previous", "Share", "Resume"]);
    expect((await press(scene, first.id, "Previous")).seen.text).toContain("hits of page 2");
    expect(asked.map(({ options }) => options)).toEqual(["2", "3", "2"].map((to) => ({ query, page: to })));
    expect(asked[0]?.context).toMatchObject({ channel: scene.channel, role: "member" });
    expect(scene.server.people.seen(scene.room.id)).toEqual([]);
  });
});

test("a button that was pressed twice turns one page, and shares once, saying who asked", async () => {
  await on(async (scene) => {
    const { id } = await ask(scene);
    const twice = await Promise.all([press(scene, id, "Next"), press(scene, id, "Next")]);
    expect(twice.map((one) => one.seen.text.split("\n")[0])).toEqual(["hits of page 2", "hits of page 2"]);
    const { people, slack } = scene.server;
    const first = people.press("mia", scene.room.id, id, "Share");
    const again = people.press("mia", scene.room.id, id, "Share");
    await Promise.race([first, again]);
    await expect.poll(() => labels(slack.answers.seen(id))).toEqual(["Previous", "Next", "Resume"]);
    const shared = people.seen(scene.room.id);
    expect(shared.map(({ text }) => text)).toEqual([expect.stringContaining("Shared by mia")]);
    expect([shared[0]?.text.includes("hits of page 2"), shared[0]?.pings]).toEqual([true, []]);
  });
});

test("an action answers beside, privately, with the rights that who presses has at that time", async () => {
  await on(async (scene, asked) => {
    const { id } = await ask(scene, "greta");
    const refusal = await press(scene, id, "Resume", "greta");
    expect(refusal.seen.text).toContain("Only those who manage.");
    expect(refusal.id).not.toBe(id);
    expect(asked.at(-1)).toMatchObject({ command: "resume", context: { channel: scene.channel, role: "guest" } });
    expect((await press(scene, id, "Next", "greta")).seen.text).toContain("hits of page 2");
    const mine = await ask(scene, "carl");
    expect((await press(scene, mine.id, "Resume", "carl")).seen.text).toContain("It goes on.");
  });
});

test("when everything kept is lost, pages can be turned all the same, and sharing says that it is too late", async () => {
  await on(async (scene) => {
    const { id } = await ask(scene);
    scene.kept.values.clear();
    expect((await press(scene, id, "Next")).seen.text).toContain("hits of page 2");
    scene.kept.values.clear();
    expect((await press(scene, id, "Share")).seen.text).toContain("too old");
    expect(scene.server.people.seen(scene.room.id)).toEqual([]);
  });
});
