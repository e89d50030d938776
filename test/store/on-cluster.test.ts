import { describe, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
// Each of these opens Redis by `startRedis`, which gives it three nodes now: what crosses slots is an error there.
vi.stubEnv("TEST_REDIS", "cluster");

describe("on a cluster", async () => {
  await import("./scripts-twice.test.ts");
  await import("./detail-scripts-twice.test.ts");
  await import("./imports-twice.test.ts");
  await import("./forget-twice.test.ts");
  await import("./queue.test.ts");
});
