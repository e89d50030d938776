import { describe, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
// Each of these opens Redis by `startRedis`, which gives it three nodes now.
vi.stubEnv("TEST_REDIS", "cluster");

describe("on a cluster", async () => {
  await import("./edits.test.ts");
  await import("./forget-channel.test.ts");
  await import("./one-post.test.ts");
  await import("./digest.test.ts");
  await import("./move-channel.test.ts");
  await import("./upgrade.test.ts");
});
