import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { unsetVariables } from "../config-reader.ts";
import { ended, endRedis } from "./ending.ts";
import { startPlanet } from "./planet-server.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const warmUp = new URL("./warm-up.ts", import.meta.url).href;
const channel = "console:main";
const defaultEverySeconds = 3;
/** The bot promises to be gone within 10 s of SIGTERM. */
const patienceMs = 12_000;

const usage = `Usage: npm run demo -- [--every <seconds>]

Shows Planetwire on a sample planet of its own, in this terminal. Needs redis-server, and nothing else.
  --every <seconds>   from one post of the planet to the next (${defaultEverySeconds})
`;

function introduction(url: string): string {
  return `
Planet Harbour is a sample planet: a dozen authors, a new post every few seconds, served on ${url}
Planetwire follows it for one channel, this terminal. No accounts, no tokens, and nothing is kept.

While the posts come in, type:
  !wire authors 1                     who writes here
  !wire authors 1 include mcbride     only Niall P. Mc Bride; clear brings everybody back
  !wire filter 1 exclude nightly      no nightly builds
  !wire search memory                 posts that say so; "exact words", author:Ada, since:7d
  !wire latest 3                      the newest three posts
  !wire help                          everything else
Ctrl-C stops it and leaves nothing behind.

!wire follow ${url}
`;
}

interface Options {
  readonly everyMs: number;
}

/** Null when the user wants, or needs, to read how it is called. */
function readOptions(args: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { every: { type: "string" }, help: { type: "boolean" } },
    });
    const everyMs = Number(values.every ?? defaultEverySeconds) * 1000;
    return values.help !== true && everyMs >= 50 && everyMs <= 3_600_000 ? { everyMs } : null;
  } catch {
    return null;
  }
}

/** The terminal's environment without anything that would lead the demo to real platforms or to a real Redis. */
function demoEnvironment(dataDir: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...unsetVariables(),
    DATA_DIR: dataDir,
    ALLOW_PRIVATE_NETWORKS: "127.0.0.1",
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "2",
    DIGEST_FROM: "10",
    LOG_LEVEL: "warn",
  };
}

/** `args` are a script of this repository and its arguments, Node's own options before it. */
function start(args: readonly string[], env: NodeJS.ProcessEnv, stdio: StdioOptions): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", ...args], { cwd: root, env, stdio });
}

function endAll(children: readonly ChildProcess[]): void {
  for (const child of children) child.kill("SIGTERM");
  const force = (): void => {
    for (const child of children) child.kill("SIGKILL");
  };
  setTimeout(force, patienceMs).unref();
}

/** Lets the CLI speak. True once it has answered (it may need a moment more to leave), false when it was refused. */
async function follow(cli: ChildProcess): Promise<boolean> {
  const left = ended(cli).then(() => cli.exitCode === 0);
  if (cli.stdout === null) return left;
  cli.stdout.pipe(process.stdout, { end: false });
  return Promise.race([once(cli.stdout, "data").then(() => true), left]);
}

/** The bot loads while the CLI follows the planet, and begins after that. Returns the status to exit with. */
async function relay(dataDir: string, url: string, signal: AbortSignal): Promise<number> {
  const env = demoEnvironment(dataDir);
  const cli = start(["src/wire.ts", "--channel", channel, "follow", url], env, ["ignore", "pipe", "inherit"]);
  const bot = start(["--import", warmUp, "src/main.ts"], env, ["inherit", "inherit", "inherit", "ipc"]);
  signal.addEventListener("abort", () => endAll([cli, bot]), { once: true });
  if (await follow(cli)) bot.send("begin", () => undefined);
  else bot.kill("SIGTERM");
  const [refused, status] = await Promise.all([ended(cli), ended(bot)]);
  return Math.max(refused, status);
}

async function runDemo(everyMs: number, signal: AbortSignal): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), "planetwire-demo-"));
  try {
    const planet = await startPlanet({ everyMs });
    process.stdout.write(introduction(planet.url));
    const status = signal.aborted ? 0 : await relay(dataDir, planet.url, signal);
    await planet.close();
    return status;
  } finally {
    await endRedis(dataDir);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    process.stdout.write("\nThe demo has ended, and nothing of it is left.\n");
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(usage);
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  return runDemo(options.everyMs, stop.signal);
}

process.exitCode = await main();
