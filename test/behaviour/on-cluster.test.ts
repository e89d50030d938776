import { describe, vi } from "vitest";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
// The bots of these have three nodes now.
vi.stubEnv("TEST_REDIS", "cluster");

describe("on a cluster", async () => {
  await import("./searching.test.ts");
  await import("./two-bots.test.ts");
});
