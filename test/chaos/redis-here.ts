import { env } from "node:process";
import { redisServerCommand } from "./redis.ts";

/** False, said loudly, on a machine without redis-server; in CI its absence is an error. */
export async function redisIsHere(): Promise<boolean> {
  if ((await redisServerCommand()) !== null) return true;
  if (env["CI"] !== undefined) throw new Error("redis-server is not installed: these tests must run in CI");
  console.warn("SKIPPED: redis-server is not installed, the promises about crashes were not tested");
  return false;
}
