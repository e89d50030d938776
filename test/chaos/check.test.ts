import { expect, test } from "vitest";
import { type ChannelCase, type Expected, isClean, judge } from "./check.ts";

const feed = "http://127.0.0.1:1/feed";

function urlOf(sequence: number): string {
  return `http://127.0.0.1:1/posts/${sequence}`;
}

function wantedEntries(...sequences: number[]): Expected[] {
  return sequences.map((sequence) => ({ feed, sequence, url: urlOf(sequence), wanted: true }));
}

function message(kind: string, ...sequences: number[]): string {
  const entries = sequences.map((sequence) => ({ entry: `e${sequence}`, url: urlOf(sequence) }));
  return `${JSON.stringify({ kind, key: `${kind}${sequences.join()}`, feed, entries, text: "" })}\n`;
}

function caseOf(expected: readonly Expected[], ...lines: string[]): ChannelCase {
  return { channel: "console:c1", expected, transcript: lines.join("") };
}

test("posts and digests that list every entry once, in order, are clean", () => {
  const verdict = judge([
    caseOf(wantedEntries(1, 2, 3, 4), message("post", 1), message("digest", 2, 3), message("post", 4)),
  ]);
  expect(verdict).toMatchObject({
    entries: 4,
    lost: 0,
    repeated: 0,
    outOfOrder: 0,
    unexpected: 0,
    malformed: 0,
    details: [],
  });
  expect(isClean(verdict)).toBe(true);
});

test("a planted loss is reported with its entry", () => {
  const verdict = judge([caseOf(wantedEntries(1, 2, 3), message("post", 1), message("post", 3))]);
  expect(verdict).toMatchObject({ lost: 1, repeated: 0, outOfOrder: 0, details: [`lost: console:c1 ${urlOf(2)}`] });
});

test("a channel without a transcript has lost everything", () => {
  expect(judge([caseOf(wantedEntries(1, 2))])).toMatchObject({ entries: 2, lost: 2 });
});

test("a planted repeat is reported, also between a post and a digest", () => {
  const verdict = judge([caseOf(wantedEntries(1, 2, 3), message("post", 1), message("digest", 1, 2, 3))]);
  expect(verdict).toMatchObject({ lost: 0, repeated: 1, outOfOrder: 0 });
});

test("a planted disorder is reported, but a repeat is no disorder", () => {
  const disorder = judge([caseOf(wantedEntries(1, 2, 3), message("post", 1), message("post", 3), message("post", 2))]);
  expect(disorder).toMatchObject({ lost: 0, repeated: 0, outOfOrder: 1 });
  const repeat = judge([caseOf(wantedEntries(1, 2), message("post", 1), message("post", 2), message("post", 1))]);
  expect(repeat).toMatchObject({ repeated: 1, outOfOrder: 0 });
});

test("the order of one feed is not measured by another's", () => {
  const other: Expected = { feed: "http://127.0.0.2:1/feed", sequence: 1, url: urlOf(9), wanted: true };
  expect(isClean(judge([caseOf([...wantedEntries(5), other], message("post", 5), message("post", 9))]))).toBe(true);
});

test("an entry that is filtered, old or unknown is unexpected", () => {
  const unwanted: Expected = { feed, sequence: 2, url: urlOf(2), wanted: false };
  const verdict = judge([
    caseOf([...wantedEntries(1), unwanted], message("post", 1), message("post", 2), message("post", 77)),
  ]);
  expect(verdict).toMatchObject({ entries: 1, lost: 0, unexpected: 2 });
});

test("notices count for nothing", () => {
  expect(isClean(judge([caseOf(wantedEntries(1), message("post", 1), message("notice"))]))).toBe(true);
});

function saying(kind: string, text: string, sequence: number, replaces?: number, key = text): string {
  const line = JSON.parse(message(kind, sequence)) as Record<string, unknown>;
  return `${JSON.stringify({ ...line, key, text, ...(replaces === undefined ? {} : { replaces }) })}\n`;
}

function revised(...sequences: number[]): Expected[] {
  return wantedEntries(...sequences).map((entry) => ({ ...entry, revision: "later" }));
}

test("a message that shows the newest text is current, whether it was posted so or edited", () => {
  const edited = [saying("post", "first", 1), saying("edit", "a later one", 1, 0)];
  expect(judge([caseOf(revised(1), ...edited)])).toMatchObject({ stale: 0, revised: 1, malformed: 0, repeated: 0 });
  expect(judge([caseOf(revised(1), saying("post", "a later one", 1))])).toMatchObject({ stale: 0, revised: 1 });
});

test("a message that shows an older text is stale, also when an edit came after the one that showed it", () => {
  const older = judge([caseOf(revised(1), saying("post", "first", 1))]);
  expect([isClean(older), older.stale, older.details[0]]).toEqual([
    false,
    1,
    `stale: console:c1 ${urlOf(1)} does not say later`,
  ]);
  const lines = [saying("post", "first", 1), saying("edit", "a later one", 1, 0), saying("edit", "second", 1, 0)];
  expect(judge([caseOf(revised(1), ...lines)]).stale).toBe(1);
});

test("an entry of a digest may show any text", () => {
  expect(judge([caseOf(revised(1, 2), message("digest", 1, 2))])).toMatchObject({ stale: 0, revised: 0 });
});

test("an edit of nothing, of another message or of a digest, and the same edit twice, are malformed", () => {
  const second = saying("post", "first", 1).length;
  const rows: [number, string[]][] = [
    [1, [saying("edit", "later", 1, 0)]],
    [1, [saying("post", "later", 1), saying("post", "x", 2), saying("edit", "later", 1, second)]],
    [1, [message("digest", 1, 2), saying("edit", "later", 1, 0)]],
    [1, [saying("post", "first", 1), saying("edit", "later", 1, 0), saying("edit", "later", 1, 0)]],
  ];
  for (const [malformed, lines] of rows)
    expect(judge([caseOf(wantedEntries(1, 2), ...lines)])).toMatchObject({ malformed });
});

test("a line that is no message and a torn last line are malformed", () => {
  const verdict = judge([
    caseOf(wantedEntries(1), message("post", 1), "{not json}\n", message("post", 1).slice(0, 20)),
  ]);
  expect(verdict).toMatchObject({ malformed: 2, lost: 0 });
  expect(isClean(verdict)).toBe(false);
});

function joining(author: string, ...sequences: number[]): string {
  return message("digest", ...sequences).replace('"text"', `"joined":"${author}","text"`);
}

function by(author: string, ...sequences: number[]): Expected[] {
  return wantedEntries(...sequences).map((entry) => ({ ...entry, author }));
}

test("who joins may come before what others published earlier, once, alone, and in order", () => {
  const expected = [...by("Ada", 1, 3, 5), ...by("Grace", 2, 4, 6)];
  const lines = [message("post", 1), joining("Grace", 2, 4, 6), message("post", 3), message("post", 5)];
  expect(isClean(judge([caseOf(expected, ...lines)]))).toBe(true);
  const unmarked = lines.map((line) => line.replace(/"joined":"Grace",/, ""));
  expect(judge([caseOf(expected, ...unmarked)])).toMatchObject({ outOfOrder: 2 });
  const disorder = [message("post", 1), joining("Grace", 4, 2, 6), message("post", 3), message("post", 5)];
  expect(judge([caseOf(expected, ...disorder)])).toMatchObject({ outOfOrder: 1 });
  const others = [joining("Ada", 1, 3, 2), message("post", 4), message("post", 5), message("post", 6)];
  expect(judge([caseOf(expected, ...others)])).toMatchObject({ unexpected: 1, outOfOrder: 0 });
  const again = [
    message("post", 2),
    joining("Grace", 4, 6),
    message("post", 1),
    message("post", 3),
    message("post", 5),
  ];
  expect(judge([caseOf(expected, ...again)])).toMatchObject({ unexpected: 1, outOfOrder: 3 });
});

test("where a transcript does not tell, several of one who was not there before count as joining", () => {
  const expected = [...by("Ada", 1, 3), ...by("Grace", 2, 4)];
  expect(isClean(judge([caseOf(expected, message("post", 2, 4), message("post", 1), message("post", 3))]))).toBe(true);
  expect(judge([caseOf(expected, message("post", 2), message("post", 4), message("post", 3))]).outOfOrder).toBe(1);
});

/** The first entry of the planet is a copy of the second of the feed. */
function copies(isWantedOfFeed: boolean, isWantedOfPlanet: boolean): Expected[] {
  const original = { feed, sequence: 2, url: urlOf(2) };
  return [
    { ...original, wanted: isWantedOfFeed },
    { ...original, wanted: isWantedOfPlanet, copied: true },
  ];
}

test("a post and its copies are wanted once when any of them is, and not twice", () => {
  for (const expected of [copies(true, true), copies(true, false), copies(false, true)]) {
    expect(judge([caseOf(expected, message("post", 2))])).toMatchObject({ entries: 1, lost: 0, unexpected: 0 });
    expect(judge([caseOf(expected)])).toMatchObject({ lost: 1 });
    expect(judge([caseOf(expected, message("post", 2), message("post", 2))])).toMatchObject({ repeated: 1 });
  }
  expect(judge([caseOf(copies(false, false), message("post", 2))])).toMatchObject({ unexpected: 1 });
});

test("a digest is in order by author, and what comes behind it by feed", () => {
  const expected = [...by("Ada", 1, 4), ...by("Grace", 2, 3, 5)];
  const digest = message("digest", 2, 3, 1, 4);
  expect(isClean(judge([caseOf(expected, digest, message("post", 5))]))).toBe(true);
  expect(judge([caseOf(expected, message("digest", 3, 2, 1, 4), message("post", 5))])).toMatchObject({ outOfOrder: 1 });
  expect(judge([caseOf(expected, message("post", 5), digest)])).toMatchObject({ outOfOrder: 4 });
});

test("what stands in a thread belongs to a digest before it, and is no post of its own", () => {
  const expected = wantedEntries(1, 2);
  const thread = [message("detail", 1), message("detail", 2)];
  expect(judge([caseOf(expected, message("digest", 1, 2), ...thread)])).toMatchObject({ repeated: 0, inThreads: 2 });
  expect(judge([caseOf(expected, ...thread)])).toMatchObject({ lost: 2, unexpected: 2 });
  const changed = expected.map((entry, at) => (at === 0 ? { ...entry, revision: "newest" } : entry));
  const shown = judge([caseOf(changed, message("digest", 1, 2), message("detail", 1))]);
  expect(shown).toMatchObject({ stale: 0, revised: 0, inThreads: 1 });
  const twice = [message("digest", 1, 2), message("detail", 1), message("detail", 1)];
  expect(judge([caseOf(expected, ...twice)])).toMatchObject({ repeated: 1 });
});
