import process from "node:process";
import { connect } from "../../src/store/connection.ts";
import { Queues } from "../../src/store/queue.ts";

/** A process that takes a perpetual job, says so on standard output, and never finishes: made to be killed. */
const [url = "", queue = "", lockMs = ""] = process.argv.slice(2);
const redis = connect({ url }, "planetwire-test");
await redis.connect();
const queues = new Queues(redis, { lockMs: Number(lockMs) }, (error) => process.stderr.write(String(error)));
queues.workPerpetual(queue, 1, async () => {
  process.stdout.write("begun\n");
  return await new Promise<number>(() => undefined);
});
