import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { describe, test } from "vitest";
import { killAtExit, removeAtExit } from "../../chaos/last-resort.ts";
import { until } from "../../support/wait.ts";
import { askJson } from "./http.ts";
import { type MessageRate, socketIn, writeConfig } from "./synapse-config.ts";

/** Where `.ci/setup-synapse` installs it. */
const venv = env["SYNAPSE_VENV"] ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "planetwire", "synapse");
const python = join(venv, "bin", "python");
const missing = `Nothing of Matrix can run here: there is no Synapse in ${venv}. “.ci/setup-synapse” installs it (Python 3.10 or later).`;

/**
 * Synapse, which ends when its standard input does: a test's process that is killed takes it along, with its directory.
 * The socket file appears when it is ready to accept.
 */
const guarded = `
import os, shutil, sys, threading
def guard():
    sys.stdin.read()
    shutil.rmtree(os.environ["SYNAPSE_DIRECTORY"], ignore_errors=True)
    os._exit(0)
threading.Thread(target=guard, daemon=True).start()
from synapse.app.homeserver import main
main()
`;

export interface Account {
  readonly userId: string;
  readonly deviceId: string;
  readonly token: string;
  readonly password: string;
}

type Rank = "user" | "admin";

/** A real homeserver with users of its own, in a directory of its own. */
export interface Synapse {
  readonly socketPath: string;
  register(name: string, rank?: Rank): Promise<Account>;
  /** As if the machine was switched off. */
  kill(): Promise<void>;
  /** Up again on the same data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Tests that need Synapse: without it they are skipped, saying so; in continuous integration they fail. */
export function describeWithSynapse(name: string, run: () => void): void {
  if (existsSync(python)) describe(name, { timeout: 60_000 }, run);
  else if (env["CI"] === undefined) {
    console.warn(missing);
    describe.skip(`${name} (${missing})`, run);
  } else
    test(name, () => {
      throw new Error(missing);
    });
}

export async function startSynapse(rate: MessageRate = "raised"): Promise<Synapse> {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-synapse-"));
  removeAtExit(directory);
  const secret = randomBytes(16).toString("hex");
  const configPath = await writeConfig(directory, rate, secret);
  const socketPath = socketIn(directory);
  let child = await launch(directory, configPath);
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await rm(socketPath, { force: true });
  }
  return {
    socketPath,
    kill,
    register: async (name, rank = "user") => await register(socketPath, secret, name, rank),
    async start() {
      child = await launch(directory, configPath);
    },
    async close() {
      await kill();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function launch(directory: string, configPath: string): Promise<ChildProcess> {
  if (!existsSync(python)) throw new Error(missing);
  const child = spawn(python, ["-c", guarded, "-c", configPath], {
    env: { PATH: env["PATH"], SYNAPSE_DIRECTORY: directory },
    stdio: ["pipe", "ignore", "pipe"],
  });
  killAtExit(child);
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = `${log}${text}`.slice(-4000);
  });
  await until("an answer of Synapse", 60_000, async () => {
    if (child.exitCode !== null) throw new Error(`Synapse ended with ${child.exitCode}: ${log}`);
    const answered = askJson(socketIn(directory), "GET", "/_matrix/client/versions", "");
    return await answered.then(
      () => true,
      () => undefined,
    );
  });
  return child;
}

/**
 * By the shared secret, as Synapse's `register_new_matrix_user` does (docs/admin_api/register_api.md), without a process
 * for it.
 */
async function register(socketPath: string, secret: string, name: string, rank: Rank): Promise<Account> {
  const path = "/_synapse/admin/v1/register";
  const { nonce } = await askJson<{ nonce: string }>(socketPath, "GET", path, "");
  const password = randomBytes(12).toString("hex");
  const mac = createHmac("sha1", secret)
    .update([nonce, name, password, rank === "admin" ? "admin" : "notadmin"].join("\0"))
    .digest("hex");
  const made = await askJson<{ user_id: string; device_id: string; access_token: string }>(
    socketPath,
    "POST",
    path,
    "",
    {
      nonce,
      username: name,
      password,
      admin: rank === "admin",
      mac,
    },
  );
  return { userId: made.user_id, deviceId: made.device_id, token: made.access_token, password };
}
