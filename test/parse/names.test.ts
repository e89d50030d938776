import { describe, expect, test } from "vitest";
import { cleanAuthor, foldName, joinPeople, nameMatches, peopleIn } from "../../src/feed/names.ts";

describe("nameMatches", () => {
  test.each([
    ["mckenney", "Paul E. Mc Kenney"],
    ["Paul E Mckenney", "Paul E. Mc Kenney"],
    ["paul", "Paul E. Mc Kenney"],
    ["angstrom", "Zoë Ångström"],
    ["ZOË", "Zoe Ångström"],
    ["soren lund", "Søren Lund"],
    ["lukasz", "Łukasz Żak"],
    ["strasse", "Straße"],
    ["oneill", "Michelle O'Neill"],
    ["o’neill", "Michelle O'Neill"],
    ["jeanluc", "Jean-Luc"],
    ["हिन्दी", "हिन्दी ब्लॉग"],
    ["ﬁnn", "Finn"],
    ["★", " ★ "],
  ])("%j finds %j", (query, name) => {
    expect(nameMatches(query, name)).toBe(true);
  });

  test.each([
    ["ann", "Joanna"],
    ["kenn", "Paul E. Mc Kenney"],
    ["paul kenney", "Paul E. Mc Kenney"],
    ["हनद", "हिन्दी ब्लॉग"],
    ["", "Ada"],
    [" . ", ""],
  ])("%j does not find %j", (query, name) => {
    expect(nameMatches(query, name)).toBe(false);
  });
});

test("foldName makes one key of all spellings", () => {
  expect(["Paul E. Mc Kenney", "paul e mckenney", "PAUL  E.McKENNEY"].map(foldName)).toEqual(
    Array(3).fill("paulemckenney"),
  );
  expect(foldName("Þórður Æ. Đỗ")).toBe("thordurædo".replace("æ", "ae"));
});

test.each([
  ["ada@a.example (Ada Byron)", "Ada Byron"],
  ["Ada Byron <ada@a.example>", "Ada Byron"],
  ["Ada Byron (ada@a.example)", "Ada Byron"],
  ['"Ada Byron" <ada@a.example>', "Ada Byron"],
  ["Dave Airlie (blogspot)", "Dave Airlie"],
  ["Dave Airlie (old blog)", "Dave Airlie"],
  ["Dave Airlie (airlied.example.com)", "Dave Airlie"],
  ["Chris (Debian)", "Chris (Debian)"],
  ["  Ada\n Byron ", "Ada Byron"],
  ["ada@a.example", "ada@a.example"],
  ["mailto:ada@a.example", "ada@a.example"],
  ["noreply@blogger.com (Ada)", "Ada"],
  ["noreply@blogger.com (Unknown)", ""],
  ["(blogspot)", "(blogspot)"],
  ["", ""],
])("cleanAuthor takes %j for %j", (written, name) => {
  expect(cleanAuthor(written)).toBe(name);
});

test("joinPeople makes a line of everyone, each once, in which each is found", () => {
  const line = joinPeople(["Ada Lovelace", "Grace Hopper", "ada lovelace", "Alan Turing"]);
  expect(line).toBe("Ada Lovelace, Grace Hopper, Alan Turing");
  for (const name of ["Ada Lovelace", "hopper", "alan turing"]) expect(nameMatches(name, line)).toBe(true);
  const paper = joinPeople(Array.from({ length: 40 }, (_, i) => `Somebody Number${i}`));
  expect(nameMatches("Somebody Number39", paper)).toBe(true);
});

test.each([
  ["Ada Lovelace, Grace Hopper", ["Ada Lovelace", "Grace Hopper"]],
  ["Ada Lovelace, Grace Hopper, and Alan Turing", ["Ada Lovelace", "Grace Hopper", "Alan Turing"]],
  ["Ada Lovelace; Grace Hopper", ["Ada Lovelace", "Grace Hopper"]],
  ["Lovelace, Ada", ["Lovelace, Ada"]],
  ["Acme Tools, Inc.", ["Acme Tools, Inc."]],
  ["Ada Lovelace, Ph.D.", ["Ada Lovelace, Ph.D."]],
  ["Ada Lovelace", ["Ada Lovelace"]],
  ["ada", ["ada"]],
  ["", []],
])("peopleIn finds in %j %j", (line, people) => {
  expect(peopleIn(line)).toEqual(people);
});
