import { getHeapCodeStatistics } from "node:v8";

/**
 * Loaded into the bot with `--import`, under `--expose-gc`: on SIGUSR2 it collects garbage and says on a line of the log what is
 * still held. The heap is that of the main thread; what the threads hold is in the resident memory only.
 */
process.on("SIGUSR2", () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const { code_and_metadata_size: machine, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  process.stderr.write(
    `${JSON.stringify({ msg: "probe", heapUsed, code: machine + bytecode, external, resources })}\n`,
  );
});
