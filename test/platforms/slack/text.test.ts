import { expect, test } from "vitest";
import { readMrkdwn } from "./mrkdwn.ts";
import { see } from "./see.ts";

const asMessage = { findNames: false, findUrls: true };
const asBlock = { findNames: true, findUrls: true };
const verbatim = { findNames: false, findUrls: false };

test.each([
  ["<!channel> look", "@channel look", ["channel"]],
  ["<!here>", "@here", ["here"]],
  ["<!everyone>", "@everyone", ["everyone"]],
  ["<@U0OWNER01>", "@U0OWNER01", ["U0OWNER01"]],
  ["<!subteam^S012|ops>", "@ops", ["S012"]],
  ["&lt;!channel&gt;", "<!channel>", []],
  ["@channel", "@channel", []],
])("%j is %j and pings %j (messaging/formatting-message-text, mentions)", (source, text, pings) => {
  const reading = readMrkdwn(source, asMessage);
  expect([reading.text, reading.pings]).toEqual([text, pings]);
});

test("names are found in blocks unless they are verbatim (composition-objects/text-object)", () => {
  expect(readMrkdwn("hi @channel!", asBlock).pings).toEqual(["channel"]);
  expect(readMrkdwn("hi @channel!", verbatim).pings).toEqual([]);
});

test("links, with and without labels, and addresses found in text (messaging/formatting-message-text, links)", () => {
  const { text, links } = readMrkdwn(
    "<https://a.example/?x=1&amp;y|A &amp; B> <https://b.example/> https://c.example/",
    asMessage,
  );
  expect(text).toBe("A & B https://b.example/ https://c.example/");
  expect(links.map(({ url, text: label }) => [url, label])).toEqual([
    ["https://a.example/?x=1&y", "A & B"],
    ["https://b.example/", "https://b.example/"],
    ["https://c.example/", "https://c.example/"],
  ]);
  expect(readMrkdwn("https://c.example/", verbatim).links).toEqual([]);
});

test("a date is shown by its fallback here (messaging/formatting-message-text, dates)", () => {
  expect(readMrkdwn("<!date^1392734382^{date_short}|Feb 18>", verbatim)).toMatchObject({
    text: "Feb 18",
    links: [],
    pings: [],
  });
});

test("formatting characters at the edges of words are not shown (messaging/formatting-message-text)", () => {
  expect(readMrkdwn("*bold* _it_ ~gone~ `code` 2*3*4 snake_case_name", verbatim).text).toBe(
    "bold it gone code 2*3*4 snake_case_name",
  );
});

test("in rich_text only elements are links and mentions", () => {
  const elements = [
    { type: "text", text: "<!channel> *x* https://a.example/ " },
    { type: "link", url: "https://b.example/", text: "b" },
    { type: "broadcast", range: "here" },
  ];
  const blocks = [{ type: "rich_text", elements: [{ type: "rich_text_section", elements }] }];
  const seen = see("1.0", "fallback", blocks, false);
  expect(seen.text).toBe("<!channel> *x* https://a.example/ b@here");
  expect(seen.links.map(({ url }) => url)).toEqual(["https://b.example/"]);
  expect(seen.pings).toEqual(["here"]);
});

test("a mention in the text beside blocks pings, although it is not shown", () => {
  const seen = see("1.0", "<!channel>", [{ type: "divider" }], false);
  expect([seen.text, seen.pings]).toEqual(["", ["channel"]]);
});
