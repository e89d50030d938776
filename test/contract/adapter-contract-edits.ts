import { expect, test } from "vitest";
import { type Delivery, DeliveryError, type Outgoing } from "../../src/adapter.ts";
import { deliveryOf, editOf, failureOf, inTime, type On, postOf, type Stage } from "./stage.ts";

const before = postOf({ title: "Before" });
const after = postOf({ title: "After" });

async function posted(stage: Stage, outgoing: Outgoing = before): Promise<string> {
  return await stage.adapter.post(deliveryOf(stage, outgoing), inTime);
}

async function edit(stage: Stage, delivery: Delivery & { readonly ref: string }): Promise<void> {
  await stage.adapter.edit(delivery, delivery.ref, inTime);
}

/** What a message shows that was edited. */
export function editing(on: On): void {
  test("an edit replaces what is seen, and pings nobody", async () => {
    await on(async (stage) => {
      const ref = await posted(stage);
      await posted(stage, postOf({ title: "Another" }));
      await edit(stage, editOf(stage, ref, after));
      const texts = (await stage.seen(stage.channel)).map(({ text }) => /Before|After|Another/.exec(text)?.[0]);
      expect(texts).toEqual(["After", "Another"]);
    });
  });

  test("an edit that is made again is one edit, also by a new process", async () => {
    await on(async (stage) => {
      const delivery = editOf(stage, await posted(stage), after);
      await edit(stage, delivery);
      await edit(stage, delivery);
      const next = await stage.restart();
      await edit(next, delivery);
      const [only, ...more] = await next.seen(stage.channel);
      expect(more).toEqual([]);
      expect(only?.text).toContain("After");
    });
  });

  test("words that come back come back", async () => {
    await on(async (stage) => {
      const ref = await posted(stage);
      await edit(stage, editOf(stage, ref, after));
      await edit(stage, editOf(stage, ref, before));
      expect((await stage.seen(stage.channel))[0]?.text).toContain("Before");
    });
  });

  test("an edit whose time is over changes nothing", async () => {
    await on(async (stage) => {
      const delivery = editOf(stage, await posted(stage), after);
      const handOver = (): void => {
        throw new DeliveryError("try-later", "too late");
      };
      expect(await failureOf(stage.adapter.edit(delivery, delivery.ref, { ...inTime, handOver }))).toBe("try-later");
      expect((await stage.seen(stage.channel))[0]?.text).toContain("Before");
    });
  });
}

/** What a network and a platform may do to an edit. */
export function editingOverNetwork(on: On): void {
  test("an edit of a message that somebody deleted is rejected, and brings nothing back", async () => {
    await on(async (stage) => {
      if (stage.network === null) return;
      const ref = await posted(stage);
      await stage.network.deleteMessage(stage.channel, ref);
      expect(await failureOf(edit(stage, editOf(stage, ref, after)))).toBe("message-rejected");
      expect(await stage.seen(stage.channel)).toEqual([]);
    });
  });

  test.each([
    ["429", ["try-later"]],
    ["500", ["uncertain", "try-later"]],
    ["cut before accepting", ["uncertain"]],
    ["rejected", ["message-rejected"]],
  ] as const)("an edit that meets %s is one request, and changes nothing", async (fault, kinds) => {
    await on(async (stage) => {
      if (stage.network === null) return;
      const ref = await posted(stage);
      stage.network.next(fault);
      const requests = stage.network.requests();
      const failure = await failureOf(edit(stage, editOf(stage, ref, after)));
      expect(kinds).toContain(failure.replace(/^not sorted.*/, "uncertain"));
      expect(stage.network.requests() - requests).toBe(1);
      expect((await stage.seen(stage.channel))[0]?.text).toContain("Before");
    });
  });

  test("an edit whose answer is cut off is uncertain, and may be made again", async () => {
    await on(async (stage) => {
      if (stage.network === null) return;
      const delivery = editOf(stage, await posted(stage), after);
      stage.network.next("cut after accepting");
      expect((await failureOf(edit(stage, delivery))).replace(/^not sorted.*/, "uncertain")).toBe("uncertain");
      const next = await stage.restart();
      await edit(next, delivery);
      const [only, ...more] = await next.seen(stage.channel);
      expect(more).toEqual([]);
      expect(only?.text).toContain("After");
    });
  });
}
