import { expect, test } from "vitest";
import { isClusterUrl, parseClusterUrl } from "../../src/store/cluster-url.ts";

test.each([
  ["redis+cluster://a", [{ host: "a", port: 6379 }], "", "", false],
  ["redis+cluster://127.0.0.1:7000/", [{ host: "127.0.0.1", port: 7000 }], "", "", false],
  ["rediss+cluster://a.example:1,b:2,c", ["a.example:1", "b:2", "c:6379"], "", "", true],
  [
    "redis+cluster://[::1]:7000,[fe80::1]",
    [
      { host: "::1", port: 7000 },
      { host: "fe80::1", port: 6379 },
    ],
    "",
    "",
    false,
  ],
  ["redis+cluster://:s%2Fcret@a:1", ["a:1"], "", "s/cret", false],
  ["redis+cluster://ada:p:w@rd@a:1,b:2", ["a:1", "b:2"], "ada", "p:w@rd", false],
  ["redis+cluster://ada@a:1", ["a:1"], "ada", "", false],
] as const)("%s", (url, nodes, username, password, isTls) => {
  const expected = nodes.map((node) => {
    if (typeof node !== "string") return node;
    const [host = "", port] = node.split(":");
    return { host, port: Number(port) };
  });
  expect(isClusterUrl(url)).toBe(true);
  expect(parseClusterUrl(url)).toEqual({ nodes: expected, username, password, isTls });
});

test.each([
  "redis://a:1",
  "redis+cluster://",
  "redis+cluster://a:1,",
  "redis+cluster://a:1,,b:2",
  "redis+cluster://a:0",
  "redis+cluster://a:65536",
  "redis+cluster://a:port",
  "redis+cluster://a:1/1",
  "redis+cluster://a:1?db=1",
  "redis+cluster://a b:1",
  "redis+cluster://:%@a:1",
  "Redis+cluster://a:1",
])("%s names no cluster", (url) => {
  expect(parseClusterUrl(url)).toBeNull();
});
