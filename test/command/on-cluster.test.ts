import { describe, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
// Each of these opens Redis by `startRedis`, which gives it three nodes now.
vi.stubEnv("TEST_REDIS", "cluster");

describe("on a cluster", async () => {
  await import("./why.test.ts");
  await import("./search.test.ts");
  await import("./rename.test.ts");
});
