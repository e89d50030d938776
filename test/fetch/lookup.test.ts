import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import {
  AddressRefusedError,
  type AddressRules,
  type ResolveAll,
  guardedLookup,
} from "../../src/feed/fetch/address.ts";
import { rules } from "./fetching.ts";

const mixed = [
  { address: "10.0.0.1", family: 4 },
  { address: "1.1.1.1", family: 4 },
  { address: "::1", family: 6 },
];

test("private addresses of a name are left out of a lookup, public ones remain", async () => {
  expect(await lookedUp(rules(""), resolvingTo(mixed))).toEqual([mixed[1]]);
  expect(await lookedUp(rules("::1"), resolvingTo(mixed))).toEqual([mixed[1], mixed[2]]);
  expect(await lookedUp(rules("some.test"), resolvingTo(mixed))).toEqual(mixed);
});

test("a name with private addresses only is refused", async () => {
  const refusal = lookedUp(rules(""), resolvingTo([{ address: "127.0.0.1", family: 4 }]));
  await expect(refusal).rejects.toBeInstanceOf(AddressRefusedError);
});

test("every lookup is checked anew, so a name that is rebound is refused", async () => {
  const answers = [[{ address: "1.1.1.1", family: 4 }], [{ address: "127.0.0.1", family: 4 }]];
  const rebinding: ResolveAll = (_name, _options, callback) => callback(null, answers.shift() ?? []);
  expect(await lookedUp(rules(""), rebinding)).toHaveLength(1);
  await expect(lookedUp(rules(""), rebinding)).rejects.toBeInstanceOf(AddressRefusedError);
});

test("a caller who wants one address gets the first that is allowed", async () => {
  const one = new Promise((resolve) => {
    guardedLookup(rules(""), resolvingTo(mixed))("some.test", {}, (_error, address) => resolve(address));
  });
  expect(await one).toBe("1.1.1.1");
});

test("a failed lookup stays that failure", async () => {
  const failure = Object.assign(new Error("unknown"), { code: "ENOTFOUND" });
  const failing: ResolveAll = (_name, _options, callback) => callback(failure, []);
  await expect(lookedUp(rules(""), failing)).rejects.toBe(failure);
});

function resolvingTo(found: LookupAddress[]): ResolveAll {
  return (_name, _options, callback) => callback(null, found);
}

function lookedUp(allowed: AddressRules, resolve: ResolveAll): Promise<unknown> {
  return new Promise((done, reject) => {
    guardedLookup(allowed, resolve)("some.test", { all: true }, (error, addresses) => {
      if (error) reject(error);
      else done(addresses);
    });
  });
}
