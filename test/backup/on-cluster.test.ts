import { describe, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
// Each of these opens Redis by `startRedis`, which gives it three nodes now.
vi.stubEnv("TEST_REDIS", "cluster");

describe("on a cluster", async () => {
  await import("./backup.test.ts");
  await import("./look-back.test.ts");
  await import("./state-version.test.ts");
});
