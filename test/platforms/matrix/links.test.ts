import { afterAll, beforeAll, expect, test } from "vitest";
import { answerPages } from "../../../adapters/matrix/answer.ts";
import { preview } from "../../../adapters/matrix/preview.ts";
import { done, link, messageLink, paragraph } from "../../../src/command/reply.ts";
import { until } from "../../support/wait.ts";
import { openBot } from "./bot.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

const here = async (): Promise<string> => await Promise.resolve("here.example");

// Appendices, "matrix.to navigation".
test.each([
  ["!room:other.example", "https://matrix.to/#/!room%3Aother.example/%24e?via=here.example&via=other.example"],
  ["!room:here.example", "https://matrix.to/#/!room%3Ahere.example/%24e?via=here.example"],
  ["!named12", "https://matrix.to/#/!named12/%24e?via=here.example"],
])("an event in %s has an address", async (room, url) => {
  expect(await preview.messageLink(`matrix:${room}`, "$e", here)).toBe(url);
});

test.each(["", "e", "$", "$a b"])("%j is no message", async (ref) => {
  expect(await preview.messageLink("matrix:!room:here.example", ref, here)).toBeNull();
});

test("our link to a message stays a link, and neither a feed's nor one of ours to a person does", async () => {
  const url = (await preview.messageLink("matrix:!room:here.example", "$e", here)) ?? "";
  const html = (...parts: Parameters<typeof paragraph>): string =>
    answerPages(done([paragraph(...parts)]))[0]?.formatted_body ?? "";
  expect(html(messageLink(url, "posted here"))).toContain(`<a href="${url}">posted here</a>`);
  expect(html(link(url, "posted here"))).toBe("<p>posted here</p>");
  expect(html(messageLink("https://matrix.to/#/@boss:here.example", "boss"))).toBe("<p>boss</p>");
});

describeWithSynapse("links to messages in Matrix", () => {
  let synapse: Synapse;
  beforeAll(async () => {
    synapse = await startSynapse();
  }, 90_000);
  afterAll(async () => synapse.close(), 60_000);

  test("the server of the bot is known as soon as it is connected", async () => {
    const bot = await openBot(synapse);
    try {
      expect(await until("the bot's server", 20_000, () => bot.kept.values.get("server"))).toBe(
        bot.account.userId.replace(/^@[^:]+:/, ""),
      );
    } finally {
      await bot.close();
    }
  });
});
