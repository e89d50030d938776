import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from "node:dns";
import { BlockList, type LookupFunction, isIP } from "node:net";
import { domainToASCII } from "node:url";

/** What `ALLOW_PRIVATE_NETWORKS` permits in addition to the public internet. */
export interface AddressRules {
  /** Names, lower case, ASCII, no trailing dot: whatever they resolve to is allowed. */
  readonly hosts: ReadonlySet<string>;
  readonly ranges: BlockList;
}

export interface AddressProblem {
  /** For a person; names every part that was not understood. */
  readonly problem: string;
}

/** As `dns.lookup` with `all`. */
export type ResolveAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

export class AddressRefusedError extends Error {
  override readonly name = "AddressRefusedError";

  constructor(hostname: string) {
    super(`${hostname} is not on the public internet`);
  }
}

/** IANA IPv4 Special-Purpose Address Registry, what is not globally reachable; RFC 5771 (multicast); RFC 7526 (192.88.99.0/24). */
const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** RFC 4291 §2.4: only this block is assigned for global unicast; everything outside is special or unassigned. */
const GLOBAL_V6 = ["2000::", 3] as const;

/** IANA IPv6 Special-Purpose Address Registry, inside `GLOBAL_V6`: protocol assignments with Teredo, documentation, 6to4. */
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

/** RFC 6052: networks that have only IPv6 reach IPv4 through it, so what it leads to is what counts. */
const NAT64 = "64:ff9b::";
const NAT64_BITS = 96;

const specialV4 = blockList(SPECIAL_V4, "ipv4");
const specialV6 = blockList([...SPECIAL_V6, ...SPECIAL_V4.map(throughNat64)], "ipv6");
const globalV6 = blockList([GLOBAL_V6, [NAT64, NAT64_BITS]], "ipv6");

function blockList(ranges: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [network, bits] of ranges) list.addSubnet(network, bits, family);
  return list;
}

function throughNat64([network, bits]: readonly [string, number]): readonly [string, number] {
  return [`${NAT64}${network}`, NAT64_BITS + bits];
}

/** True for a textual IP address that anybody on the internet could reach. Text that is no address is not public. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !specialV4.check(address, "ipv4");
  if (family !== 6 || address.includes("%")) return false;
  return globalV6.check(address, "ipv6") && !specialV6.check(address, "ipv6");
}

/** May a connection be made to this address, reached under this name (or under the address itself)? */
export function mayConnect(rules: AddressRules, hostname: string, address: string): boolean {
  if (isPublicAddress(address) || rules.hosts.has(plainName(hostname))) return true;
  const family = isIP(address);
  return family !== 0 && rules.ranges.check(address, family === 4 ? "ipv4" : "ipv6");
}

function plainName(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/u, "");
}

/**
 * A name lookup for `net.connect` that leaves only addresses which may be connected to. The check and the connection use the
 * same answer, so a name that changes its address in between gains nothing.
 */
export function guardedLookup(rules: AddressRules, resolve: ResolveAll = systemLookup): LookupFunction {
  return function lookup(hostname, options, callback) {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = found.filter(({ address }) => mayConnect(rules, hostname, address));
      return answer(hostname, allowed, options.all === true, callback);
    });
  };
}

function answer(
  hostname: string,
  allowed: LookupAddress[],
  all: boolean,
  callback: Parameters<LookupFunction>[2],
): void {
  const [first] = allowed;
  if (!first) return callback(new AddressRefusedError(hostname), []);
  if (all) return callback(null, allowed);
  return callback(null, first.address, first.family);
}

/** Reads a list of host names, IP addresses and CIDR ranges, separated by commas or white space; "" allows nothing. */
export function parseAddressRules(text: string): AddressRules | AddressProblem {
  const hosts = new Set<string>();
  const ranges = new BlockList();
  const parts = text.split(/[\s,]+/u).filter((part) => part !== "");
  const wrong = parts.filter((part) => !addRange(ranges, part) && !addHost(hosts, part));
  if (wrong.length === 0) return { hosts, ranges };
  return { problem: `neither a host name nor an IP address nor a CIDR range: ${wrong.join(", ")}` };
}

function addRange(ranges: BlockList, part: string): boolean {
  const [network = "", bitsText, ...rest] = part.split("/");
  const address = network.replace(/^\[(.*)\]$/u, "$1");
  const family = isIP(address);
  const maxBits = family === 4 ? 32 : 128;
  const bits = bitsText === undefined ? maxBits : Number(bitsText);
  const understood = rest.length === 0 && /^\d{1,3}$/u.test(bitsText ?? "0") && bits <= maxBits;
  if (family === 0 || !understood || address.includes("%")) return false;
  ranges.addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6");
  return true;
}

/** A last label of digits only would be read as an IPv4 address by URL parsers (WHATWG URL, "ends in a number"). */
function addHost(hosts: Set<string>, part: string): boolean {
  const name = plainName(domainToASCII(part));
  const labels = name.split(".");
  const valid = labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/u.test(label));
  if (!valid || /^\d+$/u.test(labels.at(-1) ?? "")) return false;
  hosts.add(name);
  return true;
}
