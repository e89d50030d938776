import { expect, test } from "vitest";
import { textOf } from "./json.ts";
import { call, outcome, serverForTests } from "./raw.ts";
import type { Fate } from "./trouble.ts";

const here = serverForTests();

async function meet(fate: Fate): Promise<{ answer: string; seen: number }> {
  const { slack, people } = here.server;
  const { id } = slack.workspace.addChannel("troubled");
  slack.trouble.nextFate(fate);
  const answer = await call(here.server, "chat.postMessage", { channel: id, text: "x" }).then(
    ({ status, body }) => `${String(status)} ${textOf(body, "error")}`,
    () => "no answer",
  );
  return { answer, seen: people.seen(id).length };
}

test.each([
  ["429", "429 ratelimited", 0],
  ["500", "500 ", 0],
  ["rejected", "200 msg_too_long", 0],
  ["cut before", "no answer", 0],
  ["cut after", "no answer", 1],
  ["error after", /200 (internal|fatal)_error/, 1],
] as const)("%s: the answer is %s and %i messages are seen", async (fate, answer, seen) => {
  const met = await meet(fate);
  expect(met.answer).toMatch(answer);
  expect(met.seen).toBe(seen);
});

test("a late request lands after its sender was cut off", async () => {
  const { slack, people } = here.server;
  const { id } = slack.workspace.addChannel("slow");
  slack.trouble.settings.lateMs = 30;
  slack.trouble.nextFate("late");
  await expect(call(here.server, "chat.postMessage", { channel: id, text: "x" })).rejects.toThrow();
  expect(people.seen(id)).toEqual([]);
  await expect.poll(() => people.seen(id).length).toBe(1);
});

test("between accepting and answering, whoever wants to is called, and the answer waits", async () => {
  const { slack, people } = here.server;
  const { id } = slack.workspace.addChannel("watched");
  const steps: string[] = [];
  slack.trouble.onAccepted = async (channel) => {
    steps.push(`accepted ${String(people.seen(channel).length)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    steps.push("released");
  };
  expect(await outcome(here.server, "chat.postMessage", { channel: id, text: "x" })).toBe("ok");
  expect([...steps, "answered"]).toEqual(["accepted 1", "released", "answered"]);
  slack.trouble.onAccepted = () => undefined;
});

test("shares are of requests that post", () => {
  const { trouble } = here.server.slack;
  Object.assign(trouble.settings, { tooMany: 0.1, serverError: 0.1, cutAfter: 0.1 });
  const fates = [0.05, 0.15, 0.25, 0.5].map((random) => {
    trouble.random = () => random;
    return trouble.fate();
  });
  Object.assign(trouble.settings, { tooMany: 0, serverError: 0, cutAfter: 0 });
  expect(fates).toEqual(["429", "500", "cut after", "none"]);
});
