import { afterAll, beforeAll, expect, test } from "vitest";
import { attachedFile } from "../../../adapters/slack/files.ts";
import { opmlOf } from "../../import/importing.ts";
import { startFeedServer, type FeedServer } from "../../support/feed-server.ts";
import { numbered, rss } from "../../support/rss.ts";
import { directMessages } from "./methods/files.ts";
import type { Answer } from "./people.ts";
import { openModal, openScene, privateAnswer, type Scene } from "./scene.ts";

let scene: Scene;
let feeds: FeedServer;

beforeAll(async () => {
  scene = await openScene();
  feeds = await startFeedServer();
  await scene.startBot();
}, 60_000);

afterAll(async () => {
  await scene.close();
  await feeds.close();
});

const CARL = "U0MAKER01";

function list(count: number, name: string): string {
  return opmlOf(
    Array.from({ length: count }, (_, i) => feeds.feed(`${name}-${String(i)}.xml`, rss([numbered(i)])).url),
  );
}

/** Opens the form of `import` and puts a file into it. */
async function giveFile(name: string, channel: string, content: string | Buffer, person = "carl"): Promise<Answer> {
  const { people, slack } = scene.server;
  const form = openModal(await people.type(person, channel, "/wire import"));
  return await people.submit(person, form, { option_file: slack.addFile(name, content) });
}

function saidTo(user: string, channel: string): string[] {
  return scene.server.slack.answers.visibleTo(user, channel).map(({ text }) => text);
}

test("a file in the form is imported, and the result comes to who asked, with the asked address used at most five times", async () => {
  const channel = scene.channel();
  const answer = privateAnswer(await giveFile("mine.opml", channel, list(12, "form")));
  expect(answer.seen.text).toContain("Importing 12 feeds from mine.opml");
  await expect
    .poll(() => saidTo(CARL, channel).join("\n"), { timeout: 30_000 })
    .toContain("Imported from mine.opml: 12 followed.");
  expect(saidTo(CARL, channel).length).toBeLessThanOrEqual(3);
  expect(scene.server.people.seen(channel)).toEqual([]);
});

test("an export is a file in the asker's direct messages, and brings feeds and rules to another channel", async () => {
  const [from, to] = [scene.channel(), scene.channel()];
  const { people, slack } = scene.server;
  await giveFile("mine.opml", from, list(3, "export"));
  await expect.poll(() => saidTo(CARL, from).join("\n"), { timeout: 30_000 }).toContain("3 followed");
  await people.type("carl", from, "/wire filter 2 include kernel");
  const { seen } = privateAnswer(await people.type("carl", from, "/wire export"));
  const file = [...slack.files.values()].find(({ sharedIn }) => sharedIn === directMessages(CARL));
  expect(file?.name).toMatch(/^planetwire-.*\.opml$/);
  expect(seen.text).toContain(`It is in your direct messages with me: ${file?.name ?? ""}`);
  await giveFile(file?.name ?? "", to, file?.bytes ?? "");
  await expect.poll(() => saidTo(CARL, to).join("\n"), { timeout: 30_000 }).toContain("3 followed");
  expect(privateAnswer(await people.type("carl", to, "/wire filter 2")).seen.text).toContain("kernel");
});

test("an app installed without the scopes shows a short export, and says what is missing for a long one", async () => {
  const channel = scene.channel();
  const { people, slack } = scene.server;
  await giveFile("mine.opml", channel, list(2, "scope"));
  await expect.poll(() => saidTo(CARL, channel).join("\n"), { timeout: 30_000 }).toContain("2 followed");
  slack.scopes.delete("files:write");
  try {
    expect(privateAnswer(await people.type("carl", channel, "/wire export")).seen.text).toContain('xmlUrl="');
    await giveFile("more.opml", channel, list(20, "long"));
    await expect.poll(() => saidTo(CARL, channel).join("\n"), { timeout: 30_000 }).toContain("20 followed");
    expect(privateAnswer(await people.type("carl", channel, "/wire export")).seen.text).toContain("files:write");
  } finally {
    slack.scopes.add("files:write");
  }
});

test.each([
  ["too large", () => " ".repeat(2 * 1024 * 1024 + 1), "larger than 2 MB"],
  ["a picture", () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), "neither OPML nor a list"],
  ["empty", () => "", "It is empty"],
])("a file that is %s is refused with the reason", async (_, content, words) => {
  expect(privateAnswer(await giveFile("x.opml", scene.channel(), content())).seen.text).toContain(words);
});

test("who may not change the channel imports nothing, and the file is not fetched", async () => {
  const channel = scene.channel();
  for (const name of ["mia", "greta", "stan"]) {
    const { seen } = privateAnswer(await giveFile("mine.opml", channel, list(1, name), name));
    expect(seen.text).toMatch(/^✘ (Only those who manage|Guests may look)/);
  }
});

test("the bot's token goes to Slack alone, whatever address a payload names", async () => {
  const elsewhere = feeds.page("stolen.opml", { body: list(1, "stolen") });
  const asked = feeds.requests();
  const file = attachedFile({ name: "x.opml", url: elsewhere }, scene.server.slack.botToken, "https://slack.com/api/");
  await expect(file.read(1000)).rejects.toThrow("could not be fetched");
  expect(feeds.requests()).toBe(asked);
  const { slack } = scene.server;
  const open = attachedFile({ name: "x", url: "http://files.slack.com/x" }, slack.botToken, "https://slack.com/api/");
  await expect(open.read(1000)).rejects.toMatchObject({ cause: { message: "files.slack.com is not Slack" } });
});

test("where the bot is not a member, who imports is told to invite it", async () => {
  const outside = scene.server.slack.workspace.addChannel("outside", { botIsMember: false });
  const { seen } = privateAnswer(await giveFile("mine.opml", outside.id, list(1, "outside")));
  expect(seen.text).toContain("/invite @Planetwire");
});
