import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import type { ResolveAll } from "../../src/feed/fetch/address.ts";
import { isBlockedPort } from "../../src/feed/fetch/ports.ts";
import { closeLater, feedServer, fetcherAllowing, openGate } from "./fetching.ts";

const { signal } = new AbortController();

/** Every way to write an address that must not be reached; most are this machine's own. */
const HOSTS = [
  "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1",
  "0177.0.0.1", "0177.0x0.0.01", "127.0.0.1.", "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1", "0", "0.0.0.0", "00000000",
  "localhost", "LOCALHOST", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::0001]", "[::127.0.0.1]", "[::7f00:1]", "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]", "[::FFFF:0:0]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
  "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]",
  "10.0.0.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "2852039166", "0xa9fea9fe", "172.16.0.1", "192.0.0.192",
  "192.168.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
]; // prettier-ignore

/** Listens on a port at every address of this machine, and counts who comes. */
async function forbidden(port = 0): Promise<{ readonly port: number; readonly count: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await listenEverywhere(server, port);
  closeLater(async () => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return { port: address.port, count: () => connections };
}

async function listenEverywhere(server: Server, port: number): Promise<void> {
  for (const host of ["::", "0.0.0.0"]) {
    server.listen({ port, host, ipv6Only: false });
    const isUp = await Promise.race([
      once(server, "listening").then(() => true),
      once(server, "error").then(() => false),
    ]);
    if (isUp) return;
  }
  throw new Error(`port ${port} is taken`);
}

test("no spelling of a special address gets a connection, asked for directly or by a redirect", async () => {
  const [open, hidden] = [await feedServer(), await forbidden()];
  const strict = fetcherAllowing("");
  const lenient = fetcherAllowing("feeds.test", {}, resolvingTo([["127.0.0.1"]]));
  for (const host of HOSTS) {
    const url = `http://${host}:${hidden.port}/feed`;
    const direct = await strict.fetch({ url, validators: null }, openGate, signal);
    expect(direct, host).toMatchObject({ kind: "refused", status: null });
    open.redirect("/old", 301, Buffer.from(url).toString("latin1"));
    const asked = { url: `http://feeds.test:${open.port}/old`, validators: null };
    expect(await lenient.fetch(asked, openGate, signal), host).toMatchObject({ kind: "refused", status: null });
  }
  expect(open.requests).toHaveLength(HOSTS.length);
  expect(hidden.count()).toBe(0);
});

test("a name that is rebound to a forbidden address after it was allowed gets no connection there", async () => {
  const hidden = await forbidden();
  // 127.0.0.2 plays the public address; it refuses the connection, so the next request connects anew.
  const turns = [["127.0.0.2"], ["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"]];
  const names = resolvingTo(turns);
  const fetcher = fetcherAllowing("127.0.0.2/32", { headersTimeoutMs: 1000 }, names);
  const outcomes: string[] = [];
  for (const _turn of turns) {
    const url = `http://rebinding.test:${hidden.port}/feed`;
    outcomes.push((await fetcher.fetch({ url, validators: null }, openGate, signal)).kind);
  }
  expect(outcomes).toEqual(["try-later", "refused", "refused", "refused", "refused", "refused"]);
  expect(hidden.count()).toBe(1);
});

test("of a name with several addresses only the allowed ones are tried", async () => {
  const hidden = await forbidden();
  const mixed = ["127.0.0.1", "::1", "127.0.0.2", "192.168.0.1"];
  const fetcher = fetcherAllowing("127.0.0.2/32", {}, resolvingTo([mixed, mixed.toReversed()]));
  const url = `http://mixed.test:${hidden.port}/feed`;
  for (let n = 1; n <= 2; n += 1) {
    expect(await fetcher.fetch({ url, validators: null }, openGate, signal)).toMatchObject({ kind: "try-later" });
    expect(hidden.count()).toBe(n);
  }
});

test("ports of other protocols are not asked, whatever the host; others are", async () => {
  const candidates = [6669, 10_080, 6697, 6566, 4190];
  const hidden = await candidates.reduce<Promise<Awaited<ReturnType<typeof forbidden>> | null>>(
    async (found, port) => (await found) ?? (await forbidden(port).catch(() => null)),
    Promise.resolve(null),
  );
  if (hidden === null) throw new Error("all of these ports are taken");
  const open = await feedServer();
  const fetcher = fetcherAllowing("127.0.0.1");
  const url = `http://127.0.0.1:${hidden.port}/feed`;
  const refusal = { kind: "refused", status: null, reason: expect.stringContaining("another protocol") };
  expect(await fetcher.fetch({ url, validators: null }, openGate, signal)).toMatchObject(refusal);
  const redirect = { url: open.redirect("/old", 302, url), validators: null };
  expect(await fetcher.fetch(redirect, openGate, signal)).toMatchObject(refusal);
  expect(hidden.count()).toBe(0);
  expect(["0", "22", "25", "6000"].map(isBlockedPort)).toEqual([true, true, true, true]);
  expect(["", "81", "443", "3000", "8080", "8443"].map(isBlockedPort)).toEqual(Array(6).fill(false));
});

test.each(["ftp:", "file:", "gopher:", "ws:", "data:", "javascript:"])(
  "the scheme %s is not spoken",
  async (scheme) => {
    const hidden = await forbidden();
    const url = `${scheme}//127.0.0.1:${hidden.port}/feed`;
    const outcome = await fetcherAllowing("127.0.0.1").fetch({ url, validators: null }, openGate, signal);
    expect(outcome).toMatchObject({ kind: "refused", status: null });
    expect(hidden.count()).toBe(0);
  },
);

test.each(["user:secret@", "user@", ":secret@", "user%3Asecret@"])(
  "a URL with %s before the host is not asked",
  async (credentials) => {
    const hidden = await forbidden();
    const url = `http://${credentials}127.0.0.1:${hidden.port}/feed`;
    const outcome = await fetcherAllowing("127.0.0.1").fetch({ url, validators: null }, openGate, signal);
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("user name or password") });
    expect(JSON.stringify(outcome)).not.toContain("secret");
    expect(hidden.count()).toBe(0);
  },
);

/** One list of addresses for each lookup, the last for all that follow. */
function resolvingTo(turns: readonly (readonly string[])[]): ResolveAll {
  const left = [...turns];
  return (_name, _options, callback) => {
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];
    const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 }));
    callback(null, found);
  };
}
