import { expect, test } from "vitest";
import { type Delivery, DeliveryError } from "../../src/adapter.ts";
import { deliveryOf, detailsOf, failureOf, inTime, type Network, type On, postOf, type Stage } from "./stage.ts";

/** Runs where the platform is reached over a network. */
async function onNetwork(on: On, run: (stage: Stage, network: Network) => Promise<void>): Promise<void> {
  await on(async (stage) => {
    if (stage.network !== null) await run(stage, stage.network);
  });
}

/** What goes into the thread of a message, where there is one. */
export function inThreads(on: On): void {
  test.each([null, "429", "500", "cut before accepting", "cut after accepting"] as const)(
    "a post for a thread that meets %s stands in it once in the end, found by whoever comes after a kill",
    async (fault) => {
      await onNetwork(on, async (stage, network) => {
        expect(stage.adapter.hasThreads).toBe(true);
        const ref = await stage.adapter.post(deliveryOf(stage, postOf()), inTime);
        const delivery: Delivery = { ...deliveryOf(stage, detailsOf("Below", "Beside")), aim: { kind: "thread", ref } };
        if (fault !== null) network.next(fault);
        const failure = await failureOf(stage.adapter.post(delivery, inTime));
        expect(failure === "none").toBe(fault === null);
        const next = await stage.restart();
        const found = await next.adapter.find(delivery);
        const isThere = fault === null || fault === "cut after accepting";
        expect(isThere ? ["landed", "safe-to-repeat"] : ["absent", "safe-to-repeat"]).toContain(found.kind);
        if (found.kind !== "landed") await next.adapter.post(delivery, inTime);
        const seen = await next.seen(stage.channel);
        expect(seen.map(({ threadRoot = "" }) => threadRoot)).toEqual(["", ref]);
        for (const title of ["Below", "Beside"]) expect(seen[1]?.text).toContain(title);
      });
    },
  );
}

/** What a network and a platform may do to a post. */
export function failing(on: On): void {
  test.each(["429", "500", "cut before accepting", "rejected"] as const)(
    "a post that meets %s is one request, and is not seen",
    async (fault) => {
      const kinds = { "429": ["try-later"], rejected: ["message-rejected"] } as Record<string, string[] | undefined>;
      await onNetwork(on, async (stage, network) => {
        network.next(fault);
        const before = network.requests();
        const failure = await failureOf(stage.adapter.post(deliveryOf(stage, postOf()), inTime));
        expect(kinds[fault] ?? ["uncertain", "try-later"]).toContain(failure.replace(/^not sorted.*/, "uncertain"));
        expect(network.requests() - before).toBe(1);
        expect(await stage.seen(stage.channel)).toEqual([]);
      });
    },
  );

  test("a limit says how long to wait", async () => {
    await onNetwork(on, async (stage, network) => {
      network.next("429");
      const error: unknown = await stage.adapter.post(deliveryOf(stage, postOf()), inTime).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(DeliveryError);
      expect((error as DeliveryError).retryAfterMs).toBeGreaterThan(0);
    });
  });

  test("a post whose answer is cut off is uncertain, is one request, and is found or may be repeated without a second copy", async () => {
    await onNetwork(on, async (stage, network) => {
      const delivery = deliveryOf(stage, postOf());
      network.next("cut after accepting");
      const before = network.requests();
      expect((await failureOf(stage.adapter.post(delivery, inTime))).replace(/^not sorted.*/, "uncertain")).toBe(
        "uncertain",
      );
      expect(network.requests() - before).toBe(1);
      const next = await stage.restart();
      const found = await next.adapter.find(delivery);
      expect(["landed", "safe-to-repeat"]).toContain(found.kind);
      if (found.kind === "safe-to-repeat") await next.adapter.post(delivery, inTime);
      expect(await next.seen(stage.channel)).toHaveLength(1);
    });
  });

  test("a right that was taken away and a token that is not known stop the channel or wait, and never count as sent", async () => {
    await onNetwork(on, async (stage, network) => {
      await network.forbid(stage.channel);
      expect(await failureOf(stage.adapter.post(deliveryOf(stage, postOf()), inTime))).toBe("channel-unusable");
      await network.revokeToken();
      const failure = await failureOf(stage.adapter.post(deliveryOf(stage, postOf()), inTime));
      expect(["channel-unusable", "try-later"]).toContain(failure);
    });
  });

  test("what cannot be looked for is never called absent", async () => {
    await onNetwork(on, async (stage, network) => {
      const delivery = deliveryOf(stage, postOf());
      await network.revokeToken();
      const found = await stage.adapter.find(delivery).catch(() => ({ kind: "ask-later" }));
      expect(found.kind).not.toBe("absent");
      expect(found.kind).not.toBe("landed");
    });
  });

  test("an attempt that is aborted ends soon", async () => {
    await onNetwork(on, async (stage) => {
      const over = new AbortController();
      over.abort();
      const attempt = { signal: over.signal, handOver: (): void => over.signal.throwIfAborted() };
      const startedMs = performance.now();
      expect(await failureOf(stage.adapter.post(deliveryOf(stage, postOf()), attempt))).not.toBe("none");
      expect(performance.now() - startedMs).toBeLessThan(2000);
      expect(await stage.seen(stage.channel)).toEqual([]);
    });
  });
}
