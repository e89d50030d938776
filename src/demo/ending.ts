import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const mostRequests = 200;

/** The exit status of a process that ends, or has ended: 0 also where it was told to stop before it had learned to listen. */
export async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  const wasStopped = ["SIGINT", "SIGTERM", "SIGHUP"].includes(child.signalCode ?? "");
  return child.exitCode ?? (wasStopped ? 0 : 1);
}

/** A server holds this lock from before its start to its end. Without flock(1) none could have been started. */
async function isLockFree(lock: string): Promise<boolean> {
  const args = ["--nonblock", lock, "true"];
  const status = await ended(spawn("flock", args, { stdio: "ignore" })).catch(() => 0);
  return status === 0;
}

async function askToShutDown(path: string): Promise<void> {
  const socket = connect(path);
  socket.on("connect", () => socket.write("SHUTDOWN NOSAVE\r\n"));
  socket.on("data", () => undefined);
  await new Promise<void>((resolve) => {
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
  });
}

/** Ends the private Redis where the bot did not: it may have been killed, or told to stop while the server was starting. */
export async function endRedis(dataDir: string): Promise<void> {
  const dir = join(dataDir, "redis");
  for (let request = 0; request < mostRequests && existsSync(dir); request += 1) {
    if (await isLockFree(join(dir, "lock"))) return;
    const { socketPath } = await import("../store/private-redis.ts");
    await askToShutDown(socketPath(dataDir));
    await sleep(30);
  }
}
