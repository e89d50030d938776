import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../support/wait.ts";
import { commandsNaming, ctrlC, type Demo, startDemo } from "./demo-process.ts";

const patienceMs = 60_000;

interface Told {
  readonly kind: string;
  readonly entries: readonly {
    readonly author: string;
    readonly title: string;
    readonly url: string;
  }[];
}

async function dataDirOf(demo: Demo): Promise<string> {
  return until(
    "a part of the demo knows its folder",
    patienceMs,
    () => demo.running().find(({ dataDir }) => dataDir !== undefined)?.dataDir,
  );
}

/** All messages of the demo's channel so far. */
function told(dataDir: string): Told[] {
  const transcript = join(dataDir, "console", "main.log");
  if (!existsSync(transcript)) return [];
  const lines = readFileSync(transcript, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Told);
}

/** What the terminal shows until the command is answered, posts included: the hint that answers any other line marks the end. */
async function answerTo(demo: Demo, command: string): Promise<string> {
  const position = demo.output().length;
  demo.type(`${command}\r.\r`);
  return demo.until(/Commands begin with/, position);
}

/** Authors of the posts since the first one by the release team, once there are two by it. */
function twoByTheTeam(messages: readonly Told[], from: number): string[] | undefined {
  const authors = messages.slice(from).flatMap(({ entries }) => entries.map(({ author }) => author));
  const first = authors.indexOf("Harbour Release Team");
  return authors.indexOf("Harbour Release Team", first + 1) > first ? authors.slice(first) : undefined;
}

async function expectNothingLeft(demo: Demo, dataDir: string): Promise<void> {
  expect(demo.running()).toEqual([]);
  expect(commandsNaming(dataDir)).toEqual([]);
  expect(existsSync(dataDir)).toBe(false);
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(demo.output())?.[0] ?? "";
  await expect(fetch(url)).rejects.toThrow();
}

test(
  "the demo introduces itself, posts, obeys commands, and Ctrl-C leaves nothing running",
  { timeout: patienceMs },
  async () => {
    const demo = startDemo({ words: ["--every", "0.4"], onTerminal: true });
    await demo.until(/Planet Harbour is a sample planet/);
    const dataDir = await dataDirOf(demo);
    await demo.until(/▌ /);
    expect(commandsNaming(dataDir)).toEqual([expect.stringMatching(/^(?:redis|valkey)-server/)]);

    expect(await answerTo(demo, "!wire authors 1")).toMatch(/^[^▌\n]*Niall P\. Mc Bride/m);
    expect(await answerTo(demo, "!wire latest 3")).toMatch(/^(?:› )?- .*\n- .*\n- /m);
    await until("the burst came as one digest", patienceMs, () =>
      told(dataDir).find(({ entries }) => entries.length >= 12),
    );

    await answerTo(demo, '!wire authors 1 include "Harbour Release Team"');
    const before = told(dataDir).length;
    const chosen = await until("two posts by the team", patienceMs, () => twoByTheTeam(told(dataDir), before));
    expect(new Set(chosen)).toEqual(new Set(["Harbour Release Team"]));

    const urls = told(dataDir).flatMap(({ entries }) => entries.map(({ url }) => url));
    expect(new Set(urls).size).toBe(urls.length);
    demo.type(ctrlC);
    expect(await demo.ended).toBe(0);
    await expectNothingLeft(demo, dataDir);
  },
);

test.each(["!wire follow", "▌ "])(
  "a SIGTERM leaves nothing behind, also as soon as “%s” is on the screen",
  { timeout: patienceMs },
  async (moment) => {
    const demo = startDemo({ words: [] });
    await demo.until(new RegExp(moment));
    const dataDir = await dataDirOf(demo);
    process.kill(demo.pid, "SIGTERM");
    expect(await demo.ended).toBe(0);
    await expectNothingLeft(demo, dataDir);
  },
);

test("without a Redis to run, it says what to install", { timeout: patienceMs }, async () => {
  const path = mkdtempSync(join(tmpdir(), "planetwire-path-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  symlinkSync(execPath, join(path, "node"));
  const demo = startDemo({ words: [], path });
  const dataDir = await dataDirOf(demo);
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toMatch(/redis-server/);
  await expectNothingLeft(demo, dataDir);
});

test("an option that it does not know is answered with the ones that it has", { timeout: patienceMs }, async () => {
  const demo = startDemo({ words: ["--fast"] });
  expect(await demo.ended).toBe(2);
  expect(demo.output()).toContain("--every <seconds>");
});
