import { expect, test } from "vitest";
import { isPublicAddress } from "../../src/feed/fetch/address.ts";
import { parseTarget } from "../../src/feed/fetch/http-target.ts";

const PRIVATE = [
  ["0.0.0.0", "unspecified"],
  ["0.1.2.3", "this network"],
  ["10.0.0.1", "private"],
  ["100.64.0.1", "carrier-grade NAT"],
  ["100.127.255.255", "carrier-grade NAT, last"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback, last"],
  ["169.254.169.254", "link-local, cloud metadata"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private, last"],
  ["192.0.0.8", "protocol assignments"],
  ["192.0.2.1", "documentation"],
  ["192.88.99.1", "6to4 relay"],
  ["192.168.1.1", "private"],
  ["198.18.0.1", "benchmarking"],
  ["198.19.255.255", "benchmarking, last"],
  ["198.51.100.1", "documentation"],
  ["203.0.113.1", "documentation"],
  ["224.0.0.1", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::127.0.0.1", "IPv4-compatible"],
  ["::ffff:127.0.0.1", "IPv4-mapped private"],
  ["::ffff:8.8.8.8", "IPv4-mapped"],
  ["64:ff9b::127.0.0.1", "NAT64 to loopback"],
  ["64:ff9b::a9fe:a9fe", "NAT64 to link-local"],
  ["64:ff9b:1::1", "local NAT64"],
  ["100::1", "discard"],
  ["2001::1", "Teredo"],
  ["2001:2::1", "benchmarking"],
  ["2001:20::1", "ORCHID"],
  ["2001:db8::1", "documentation"],
  ["2002:7f00:1::", "6to4"],
  ["3fff::1", "documentation"],
  ["5f00::1", "segment routing"],
  ["fc00::1", "unique local"],
  ["fd12:3456::1", "unique local"],
  ["fe80::1", "link-local"],
  ["fe80::1%eth0", "link-local with zone"],
  ["fec0::1", "site-local"],
  ["ff02::1", "multicast"],
  ["2606:4700::1%eth0", "global with zone"],
  ["example.org", "no address"],
  ["", "nothing"],
] as const;

const PUBLIC = [
  "1.1.1.1",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "128.0.0.1",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.1",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2606:4700::6810:84e5",
  "2a00:1450:4001::1",
  "64:ff9b::8.8.8.8",
];

test.each(PRIVATE)("%s is not public (%s)", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(PUBLIC)("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ["http://2130706433/", "127.0.0.1"],
  ["http://0x7f000001/", "127.0.0.1"],
  ["http://0177.0.0.1/", "127.0.0.1"],
  ["http://127.1/", "127.0.0.1"],
  ["http://127.0.0.1./", "127.0.0.1"],
  ["http://①②⑦.0.0.1/", "127.0.0.1"],
  ["http://0/", "0.0.0.0"],
  ["http://[0:0:0:0:0:0:0:1]/", "[::1]"],
  ["http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"],
])("%s is seen as the address %s", (spelling, hostname) => {
  const target = parseTarget(spelling);
  expect(target).toBeInstanceOf(URL);
  expect(target).toMatchObject({ hostname });
  expect(isPublicAddress(hostname.replaceAll(/[[\]]/gu, ""))).toBe(false);
});
