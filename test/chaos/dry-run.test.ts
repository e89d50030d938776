import { expect, test } from "vitest";
import { killPoints, matcherOf, OVERTAKEN, type Recordings } from "./dry-run.ts";

const recordings: Recordings = {
  start: [["HELLO", "INFO", "HELLO"]],
  idle: [["CLAIM", "CLAIM", "SAVE"]],
  post: [
    ["SAVE", "CLAIM", "MARK", "COPY", "SAVE", "COPY", "CLAIM"],
    ["CLAIM", "MARK", "COPY", "COPY", "SAVE", "COPY", "RARE"],
  ],
  digest: [["MARK", "COPY"]],
  edit: [
    ["CLAIM", "MARK", "OFFER", "EDIT"],
    ["CLAIM", "OFFER", "EDIT", "EDIT"],
  ],
  recovery: [
    ["HELLO", "CLAIM", "FIND", "COPY"],
    ["HELLO", "FIND"],
  ],
};

function placesOf(scenario: string): string[] {
  const places = killPoints(recordings).filter(
    (place) => place.scenario === scenario && place.point === "reply delivered",
  );
  return places.map(({ signature, occurrence, landmark, isSteady }) => {
    return `${signature} ${occurrence}${landmark === null ? "" : ` after ${landmark}`}${isSteady ? "" : " perhaps"}`;
  });
}

test("of a cycle, every occurrence of its own commands is a place, and idle ones once in between", () => {
  expect(placesOf("post")).toEqual([
    "MARK 1",
    "COPY 1",
    "COPY 2",
    "COPY 3 perhaps",
    "SAVE 1 after MARK",
    "RARE 1 perhaps",
  ]);
  expect(placesOf("digest")).toEqual(["MARK 1", "COPY 1"]);
});

test("starts, idling, edits and recoveries are killed at once per kind", () => {
  expect([placesOf("start"), placesOf("idle"), placesOf("edit"), placesOf("recovery")]).toEqual([
    ["HELLO 1", "INFO 1"],
    ["CLAIM 1", "SAVE 1"],
    ["OFFER 1", "EDIT 1"],
    ["FIND 1", "COPY 1 perhaps"],
  ]);
});

test("each place has three points; what only an edit sends has one more, at which it is not killed", () => {
  const points = killPoints(recordings);
  expect(points).toHaveLength(3 * (2 + 2 + 6 + 2 + 2 + 2) + 2);
  const overtaken = points.filter(({ point }) => point === OVERTAKEN);
  expect(overtaken.map(({ signature, isSteady }) => [signature, isSteady])).toEqual([
    ["OFFER", false],
    ["EDIT", false],
  ]);
});

test("a place is reached at its occurrence after its landmark, and only once", () => {
  const reachedAt = (occurrence: number, landmark: string | null): number[] => {
    const matches = matcherOf({ scenario: "post", signature: "SAVE", occurrence, landmark, isSteady: true });
    return ["SAVE", "MARK", "SAVE", "SAVE"].flatMap((signature, index) => (matches(signature) ? [index] : []));
  };
  expect([reachedAt(1, null), reachedAt(2, null), reachedAt(1, "MARK"), reachedAt(3, "MARK")]).toEqual([
    [0],
    [2],
    [2],
    [],
  ]);
});
