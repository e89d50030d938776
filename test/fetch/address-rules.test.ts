import { expect, test } from "vitest";
import { mayConnect, parseAddressRules } from "../../src/feed/fetch/address.ts";
import { rules } from "./fetching.ts";

test("an empty list allows the public internet only", () => {
  expect(mayConnect(rules(" , "), "localhost", "127.0.0.1")).toBe(false);
  expect(mayConnect(rules(""), "example.org", "1.1.1.1")).toBe(true);
});

test.each([
  ["127.0.0.1", "127.0.0.1", true],
  ["127.0.0.1", "127.0.0.2", false],
  ["127.0.0.1", "::ffff:127.0.0.1", true],
  ["10.0.0.0/8", "10.255.0.1", true],
  ["10.9.9.9/8", "10.255.0.1", true],
  ["10.0.0.0/8", "11.0.0.1", true],
  ["10.0.0.0/8", "192.168.0.1", false],
  ["fd00::/8", "fd12::1", true],
  ["fd00::/8", "fc00::1", false],
  ["[::1]", "::1", true],
  ["192.168.0.0/16, 10.0.0.0/8\n::1", "10.1.1.1", true],
])("with %s allowed the address %s: %s", (text, address, allowed) => {
  expect(mayConnect(rules(text), "feeds.test", address)).toBe(allowed);
});

test("a listed name may resolve to anything, under no other name", () => {
  const listed = rules("Intranet.Example., bücher.test");
  expect(mayConnect(listed, "intranet.example", "10.0.0.1")).toBe(true);
  expect(mayConnect(listed, "INTRANET.example.", "10.0.0.1")).toBe(true);
  expect(mayConnect(listed, "xn--bcher-kva.test", "10.0.0.1")).toBe(true);
  expect(mayConnect(listed, "a.intranet.example", "10.0.0.1")).toBe(false);
});

test("every part of the rules that is not understood is named at once", () => {
  const parts = ["10.0.0.0/33", "::1/129", "1.2.3", "a b_c!", "host:80", "10.0.0.0/8/8", "fe80::1%lo", "10.0.0.0/"];
  const parsed = parseAddressRules(`127.0.0.1,${parts.join(",")}`);
  const problem = "problem" in parsed ? parsed.problem : "";
  for (const part of ["10.0.0.0/33", "::1/129", "1.2.3", "b_c!", "host:80", "8/8", "fe80::1%lo", "10.0.0.0/"]) {
    expect(problem).toContain(part);
  }
  expect(problem).not.toContain("127.0.0.1");
});
