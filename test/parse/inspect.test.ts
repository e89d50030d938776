import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type AddressRules, parseAddressRules } from "../../src/feed/fetch/address.ts";
import { type Inspection, inspectFile, inspectUrl } from "../../src/feed/inspect-feed.ts";
import { fixture } from "./reading.ts";

interface Run {
  readonly status: number;
  readonly lines: readonly Record<string, unknown>[];
  readonly stderr: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const feeds = fileURLToPath(new URL("../fixtures/feeds/", import.meta.url));

function inspect(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    const command = ["--import", "tsx", "src/inspect.ts", ...args];
    const child = execFile(
      process.execPath,
      command,
      { cwd: root, env: { PATH: "/usr/bin:/bin", ...env } },
      (_, stdout, stderr) => {
        const lines = stdout.split("\n").filter((line) => line !== "");
        resolve({
          status: child.exitCode ?? -1,
          lines: lines.map((line): Record<string, unknown> => JSON.parse(line)),
          stderr,
        });
      },
    );
  });
}

test("prints a line per entry, also in a time zone far away", async () => {
  const run = await inspect([`${feeds}planet-colon.rss.xml`], { TZ: "America/New_York" });
  expect(run).toMatchObject({ status: 0, stderr: "" });
  expect(run.lines).toHaveLength(7);
  expect(run.lines[0]).toEqual({
    guid: "https://paul.example/barriers-2",
    url: "https://paul.example/barriers-2",
    title: "Stupid barriers: part two",
    titleRaw: "Paul E. Mc Kenney: Stupid barriers: part two",
    author: "Paul E. Mc Kenney",
    source: "",
    publishedAt: "2026-03-02T09:00:00.000Z",
    excerpt: "A second look at barriers.",
    image: "",
    protected: false,
  });
  expect(run.lines[2]).toMatchObject({ title: "Notes for friends", excerpt: "", protected: true });
});

test("ends with what is wrong, and tells wrong usage from a wrong feed", async () => {
  const [usage, noFeed] = await Promise.all([
    inspect(["one", "two"]),
    inspect([`${root}package.json`, "--content-type", "application/json"]),
  ]);
  expect([usage.status, usage.lines, usage.stderr]).toEqual([2, [], expect.stringContaining("Usage:")]);
  expect([noFeed.status, noFeed.lines]).toEqual([
    1,
    [{ error: expect.stringContaining("JSON, but no JSON Feed (application/json") }],
  ]);
});

test("says which file cannot be read", async () => {
  expect(await inspectFile(`${feeds}nothing.xml`, "")).toMatchObject({
    entries: [],
    problem: expect.stringMatching(/nothing\.xml .*ENOENT/),
  });
});

test("reads a feed from a server, and says when the document was cut or refused", async () => {
  const feed = fixture("fields.rss.xml");
  const server = createServer((request, response) => {
    if (request.url === "/gone") response.writeHead(410).end();
    else response.end(request.url === "/cut" ? feed.subarray(0, feed.indexOf("<title>Third")) : feed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const inspectPath = (path: string, allowed: string): Promise<Inspection> =>
    inspectUrl(`http://127.0.0.1:${port}${path}`, "", { userAgent: "Test", allowPrivate: rules(allowed) });
  const whole = await inspectPath("/feed", "127.0.0.1");
  const cut = await inspectPath("/cut", "127.0.0.1");
  const gone = await inspectPath("/gone", "127.0.0.1");
  const refused = await inspectPath("/feed", "");
  server.close();
  expect([whole.problem, whole.entries.length, whole.entries[0]?.link]).toEqual([null, 4, "https://fields.example/1"]);
  expect([cut.problem, cut.entries.length]).toEqual([expect.stringContaining("cut"), 2]);
  expect(gone).toEqual({ entries: [], problem: expect.stringContaining("410") });
  expect(refused).toEqual({ entries: [], problem: expect.any(String) });
});

function rules(written: string): AddressRules {
  const parsed = parseAddressRules(written);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}
