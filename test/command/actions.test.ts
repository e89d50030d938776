import { expect, test } from "vitest";
import { replyText } from "../../adapters/console/terminal.ts";
import { answerPages } from "../../adapters/matrix/answer.ts";
import { done, paragraph, type Reply, typedActions } from "../../src/command/reply.ts";

function replyWith(actions: Reply["actions"]): Reply {
  return { ...done([paragraph("Two of twelve.")]), ...(actions === undefined ? {} : { actions }) };
}

const actions: NonNullable<Reply["actions"]> = [
  { label: "Previous", command: "search", options: { query: '"two words" -x', page: "1" }, kind: "page" },
  { label: "Next", command: "search", options: { query: '"two words" -x', page: "3" }, kind: "page" },
  { label: "Share", command: "search", options: {}, kind: "share" },
  { label: "Resume", command: "resume", options: {}, kind: "run" },
  { label: "Latest", command: "latest", options: { feed: "Planet of kernels", n: "3" }, kind: "run" },
];

test("where there are no buttons, a last line says what to type", () => {
  const line = [
    'Previous: `!wire search "two words" -x page:1`',
    'Next: `!wire search "two words" -x page:3`',
    "Resume: `!wire resume`",
    'Latest: `!wire latest "feed:Planet of kernels" n:3`',
  ].join(" · ");
  expect(replyText(replyWith(actions))).toBe(`Two of twelve.\n\n${line}`);
  const [page] = answerPages(replyWith(actions));
  expect(page?.formatted_body).toContain('<p>Previous: <code>!wire search "two words" -x page:1</code>');
  expect(page?.formatted_body).not.toContain("Share");
});

test("a quotation mark that was left open does not take in the page", () => {
  const action = { label: "Next", command: "search", options: { query: '"memory', page: "2" }, kind: "page" } as const;
  const [, typed = ""] = /`(.*)`/.exec(replyText(replyWith([action]))) ?? [];
  expect(typed).toBe('!wire search "memory" page:2');
});

test("no line where there is nothing to ask, or only something to share", () => {
  expect(typedActions(undefined, "")).toEqual([]);
  expect(replyText(replyWith(actions.filter(({ kind }) => kind === "share")))).toBe("Two of twelve.");
});

test("what was asked for stays data in that line", () => {
  const query = "`*x*` </code><img src=x> \u202e\u001b[2J";
  const hostile = replyWith([{ label: "Next", command: "search", options: { query, page: "2" }, kind: "page" }]);
  expect(replyText(hostile)).not.toMatch(/[\u202e\u001b]/);
  const [page] = answerPages(hostile);
  expect(page?.formatted_body).not.toMatch(/<img|\u202e|\u001b/);
  expect(page?.formatted_body).toContain("<code>!wire search `*x*`");
});
