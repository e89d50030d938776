import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { env, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { unsetVariables } from "../../src/config-reader.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Outcome {
  readonly status: number;
  readonly stdout: string;
}

async function run(program: string, args: readonly string[], settings: Readonly<Record<string, string>>) {
  const child = promisify(execFile)(execPath, ["--import", "tsx", `src/${program}.ts`, ...args], {
    cwd: root,
    env: { PATH: env["PATH"], HOME: env["HOME"], TMPDIR: env["TMPDIR"], ...unsetVariables(), ...settings },
  });
  return await child.then(
    ({ stdout }): Outcome => ({ status: 0, stdout }),
    (error: { code: number; stdout: string }): Outcome => ({ status: error.code, stdout: error.stdout }),
  );
}

test("the version of package.json is told by the command line and by the doctor", async () => {
  const { version } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { version: string };
  expect(await run("wire", ["--version"], {})).toEqual({ status: 0, stdout: `Planetwire ${version}\n` });
  const { status, stdout } = await run("doctor", [], {});
  expect(stdout).toMatch(`Planetwire ${version} on Node ${process.version}\n`);
  expect(status).toBe(0);
});

test("the doctor finds a variable with a letter wrong", async () => {
  const { status, stdout } = await run("doctor", [], { DISCORD_TOKE: "hunter2" });
  expect(stdout).toContain("✘ DISCORD_TOKE is set, and nothing reads it\n    → is DISCORD_TOKEN meant?");
  expect(stdout).not.toContain("hunter2");
  expect(status).toBe(1);
});
