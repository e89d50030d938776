import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { env, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { onTestFinished } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const mark = "PLANETWIRE_DEMO_TEST";

export interface Demo {
  readonly pid: number;
  /** All that stood on the terminal so far, without its control characters. */
  readonly output: () => string;
  /** What stood there after `position`, up to and with the first match of the pattern. Rejects when the demo ends first. */
  readonly until: (pattern: RegExp, position?: number) => Promise<string>;
  readonly type: (keys: string) => void;
  /** The exit status. */
  readonly ended: Promise<number | null>;
  /** The processes that were started for this demo and still run, however far down. */
  readonly running: () => readonly Running[];
}

interface Running {
  readonly command: string;
  readonly dataDir: string | undefined;
}

export const ctrlC = "\u0003";

interface DemoOptions {
  readonly words: readonly string[];
  /** On a terminal of its own, by script(1); else on pipes. */
  readonly onTerminal?: boolean;
  readonly path?: string;
}

function readProc(pid: string, name: "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Redis-server writes its title over its environment, so that only those of Node tell whose they are. */
function runningOf(id: string): Running[] {
  return readdirSync("/proc").flatMap((pid) => {
    const environ = /^\d+$/.test(pid) ? readProc(pid, "environ") : "";
    if (!environ.includes(`${mark}=${id}`)) return [];
    return [{ command: readProc(pid, "cmdline"), dataDir: /(?:^|\0)DATA_DIR=([^\0]*)/.exec(environ)?.[1] }];
  });
}

/** Command lines of the processes whose arguments or title name a path. */
export function commandsNaming(path: string): string[] {
  const commands = readdirSync("/proc").map((pid) => (/^\d+$/.test(pid) ? readProc(pid, "cmdline") : ""));
  return commands.filter((command) => command.includes(path));
}

function commandFor({ words, onTerminal = false }: DemoOptions): readonly [string, readonly string[]] {
  const call = ["--import", "tsx", "src/demo/demo.ts", ...words];
  if (!onTerminal) return [execPath, call];
  // Without a terminal of its own script(1) makes one that has no width; so wide that nothing is wrapped.
  const shellCommand = ["stty cols 1000 rows 50; exec", execPath, ...call].join(" ");
  return ["script", ["--quiet", "--return", "--flush", "--command", shellCommand, "/dev/null"]];
}

/** Runs the demo as `npm run demo` does. */
export function startDemo(options: DemoOptions): Demo {
  const id = randomUUID();
  const [file, words] = commandFor(options);
  const child = spawn(file, words, {
    cwd: root,
    env: {
      HOME: env["HOME"],
      TMPDIR: env["TMPDIR"],
      TERM: "xterm",
      PATH: options.path ?? env["PATH"],
      [mark]: id,
    },
  });
  let raw = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (raw += text));
  const output = (): string => stripVTControlCharacters(raw).replaceAll("\r", "");
  const ended = once(child, "close").then(() => child.exitCode);
  let isOver = false;
  void ended.then(() => (isOver = true));

  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  }, 20_000);

  async function until(pattern: RegExp, position = 0): Promise<string> {
    for (;;) {
      const rest = output().slice(position);
      const found = pattern.exec(rest);
      if (found !== null) return rest.slice(0, found.index + found[0].length);
      if (isOver) throw new Error(`the demo ended before ${String(pattern)} was seen:\n${output()}`);
      await Promise.race([once(child.stdout, "data"), ended]);
    }
  }
  return {
    pid: child.pid ?? 0,
    output,
    until,
    type: (keys) => child.stdin.write(keys),
    ended,
    running: () => runningOf(id),
  };
}
