import { expect, test } from "vitest";
import { SCOPES_OF_METHODS } from "../../../adapters/slack/web.ts";
import { type Attempt, type Delivery, DeliveryError, NEW, TooLong } from "../../../src/adapter.ts";
import { failureOf, feed, inTime, postOf, summaryOf } from "../../contract/stage.ts";
import { type AdapterScene, onAdapter } from "./scene-adapter.ts";
import { BOT_USER } from "./workspace.ts";

function deliveryOf(scene: AdapterScene, key = "k".repeat(24), changes = {}): Delivery {
  const nowMs = Date.now();
  const message = scene.adapter.render(postOf(changes));
  return { key, channel: scene.channel, message, aim: NEW, firstAttemptAtMs: nowMs, attemptAtMs: nowMs };
}

function calls(scene: AdapterScene, method: string): number {
  return scene.server.slack.calls.filter((call) => call.method === method).length;
}

test("a post carries its key in metadata and block ids, unfurls nothing, and says something to screen readers", async () => {
  await onAdapter(async (scene) => {
    await scene.adapter.post(deliveryOf(scene), inTime);
    const { args } = scene.server.slack.calls.find((call) => call.method === "chat.postMessage") ?? { args: {} };
    expect(args).toMatchObject({
      unfurl_links: "false",
      unfurl_media: "false",
      parse: "none",
      link_names: "false",
      mrkdwn: "false",
    });
    const [message] = scene.room.messages;
    expect(message?.metadata).toEqual({ event_type: "planetwire_delivery", event_payload: { key: "k".repeat(24) } });
    expect(message?.blocks.map((block) => block["block_id"])).toEqual([
      `pw.${"k".repeat(24)}.0`,
      `pw.${"k".repeat(24)}.1`,
      `pw.${"k".repeat(24)}.2`,
    ]);
    expect(message?.text).toBe("Ada Quill: A title");
  });
});

test("handing over and sending are one turn", async () => {
  await onAdapter(async (scene) => {
    const steps: string[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = async (...args: Parameters<typeof fetch>) => {
      steps.push("fetch");
      return await original(...args);
    };
    try {
      const attempt: Attempt = {
        signal: inTime.signal,
        handOver: () => {
          steps.push("handed over");
          queueMicrotask(() => steps.push("the turn is over"));
        },
      };
      await scene.adapter.post(deliveryOf(scene), attempt);
    } finally {
      globalThis.fetch = original;
    }
    const at = steps.indexOf("handed over");
    expect(steps.slice(at, at + 3)).toEqual(["handed over", "fetch", "the turn is over"]);
  });
});

test("an attempt that is over while Slack is silent ends, and is uncertain", async () => {
  await onAdapter(async (scene) => {
    const over = new AbortController();
    scene.server.slack.trouble.onAccepted = async () => {
      over.abort();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    };
    const startedMs = performance.now();
    const attempt = { signal: over.signal, handOver: (): void => over.signal.throwIfAborted() };
    const failure = await scene.adapter.post(deliveryOf(scene), attempt).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: "uncertain" });
    expect(performance.now() - startedMs).toBeLessThan(800);
  });
});

test.each([
  ["internal_error or fatal_error after it was accepted", "error after", "uncertain"],
  ["a cut before", "cut before", "uncertain"],
  ["HTTP 500", "500", "uncertain"],
  ["HTTP 429", "429", "try-later"],
] as const)("%s is %s", async (_what, fate, kind) => {
  await onAdapter(async (scene) => {
    scene.server.slack.trouble.nextFate(fate);
    expect(await failureOf(scene.adapter.post(deliveryOf(scene), inTime))).toBe(kind);
    expect(calls(scene, "chat.postMessage")).toBe(1);
  });
});

test.each([
  [
    "not_in_channel",
    (scene: AdapterScene): void => {
      scene.room.members.delete(BOT_USER);
    },
    /invite @Planetwire/,
  ],
  [
    "is_archived",
    (scene: AdapterScene): void => {
      scene.room.isArchived = true;
    },
    /archived/,
  ],
  [
    "restricted_action",
    (scene: AdapterScene): void => {
      scene.room.isRestricted = true;
    },
    /posting permissions/,
  ],
  [
    "missing_scope",
    (scene: AdapterScene): void => {
      scene.server.slack.scopes.delete("chat:write");
    },
    /add chat:write/,
  ],
  [
    "account_inactive",
    (scene: AdapterScene): void => {
      scene.server.slack.botTokenError = "account_inactive";
    },
    /install it again/,
  ],
  [
    "something new",
    (scene: AdapterScene): void => {
      scene.server.slack.botTokenError = "something_new";
    },
    /something_new/,
  ],
] as const)("%s stops the channel and says what mends it", async (_code, spoil, words) => {
  await onAdapter(async (scene) => {
    spoil(scene);
    const failure: unknown = await scene.adapter.post(deliveryOf(scene), inTime).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeliveryError);
    expect(failure).toMatchObject({ kind: "channel-unusable" });
    expect((failure as DeliveryError).message).toMatch(words);
  });
});

test("a picture that Slack cannot fetch costs the picture, not the post", async () => {
  await onAdapter(async (scene) => {
    scene.server.slack.brokenImages.add("https://gone.example/a.png");
    const ref = await scene.adapter.post(
      deliveryOf(scene, "p".repeat(24), { image: "https://gone.example/a.png" }),
      inTime,
    );
    const [seen] = scene.server.people.seen(scene.room.id);
    expect(seen).toMatchObject({ ts: ref, images: [] });
    expect(seen?.text).toContain("What it says.");
    expect(seen?.links.map((link) => link.url)).toEqual(["https://blog.example/post"]);
    expect(calls(scene, "chat.postMessage")).toBe(2);
  });
});

test("a channel of another workspace is not for this token", async () => {
  await onAdapter(async (scene) => {
    const delivery = { ...deliveryOf(scene), channel: `slack:T0OTHER99/${scene.room.id}` };
    expect(await failureOf(scene.adapter.post(delivery, inTime))).toBe("channel-unusable");
    expect((await scene.adapter.find(delivery)).kind).toBe("cannot-know");
    expect(await failureOf(scene.adapter.post({ ...delivery, channel: "slack:nonsense" }, inTime))).toBe(
      "channel-unusable",
    );
  });
});

test("one message a second in a channel, other channels at the same time", async () => {
  await onAdapter(
    async (scene) => {
      const other = scene.server.slack.workspace.addChannel("other");
      const elsewhere = {
        ...deliveryOf(scene, "o".repeat(24)),
        channel: scene.channel.replace(scene.room.id, other.id),
      };
      await scene.adapter.post(deliveryOf(scene, "a".repeat(24)), inTime);
      const startedMs = performance.now();
      await scene.adapter.post(elsewhere, inTime);
      expect(performance.now() - startedMs).toBeLessThan(150);
      await scene.adapter.post(deliveryOf(scene, "b".repeat(24)), inTime);
      const [first, second] = scene.room.messages.map((message) => Number(message.ts));
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(0.27);
    },
    { options: { pauseMs: 300 } },
  );
});

test("a turn that comes too late for a short attempt is for later, and nothing is sent", async () => {
  await onAdapter(
    async (scene) => {
      await scene.adapter.post(deliveryOf(scene, "a".repeat(24)), inTime);
      const failure: unknown = await scene.adapter
        .post(deliveryOf(scene, "b".repeat(24)), inTime)
        .catch((e: unknown) => e);
      expect(failure).toMatchObject({ kind: "try-later" });
      expect((failure as DeliveryError).retryAfterMs).toBeGreaterThan(500);
      expect(calls(scene, "chat.postMessage")).toBe(1);
    },
    { options: { pauseMs: 1000, attemptMs: 900 } },
  );
});

test("a digest that does not fit is refused as too long; what fits is posted whole", async () => {
  await onAdapter(async (scene) => {
    const summaries = Array.from({ length: 200 }, (_, i) =>
      summaryOf({ title: `Entry ${String(i)} ${"and words ".repeat(8)}`, url: `https://blog.example/${String(i)}` }),
    );
    expect(() => scene.adapter.render({ kind: "digest", sections: [{ feed, summaries }] })).toThrow(TooLong);
    const some = summaries.slice(0, 20);
    const message = scene.adapter.render({ kind: "digest", sections: [{ feed, summaries: some }] });
    await scene.adapter.post({ ...deliveryOf(scene), message }, inTime);
    const [seen] = scene.server.people.seen(scene.room.id);
    expect(seen?.links.map((link) => link.url)).toEqual(some.map((one) => one.url));
  });
});

test("a digest of one entry always fits, whatever the entry", async () => {
  await onAdapter(async (scene) => {
    const huge = summaryOf({
      title: '<&>"\\'.repeat(2000),
      author: '\u0001"'.repeat(5000),
      url: `https://a.example/${"x".repeat(2900)}`,
    });
    expect(() => scene.adapter.render({ kind: "digest", sections: [{ feed, summaries: [huge] }] })).not.toThrow();
    await Promise.resolve();
  });
});

test("posting needs no socket", async () => {
  await onAdapter(async (scene) => {
    scene.server.slack.appTokenError = "invalid_auth";
    scene.server.socketMode.cutAll();
    expect(await scene.adapter.post(deliveryOf(scene), inTime)).toBe(scene.room.messages[0]?.ts);
  });
});

test("no other method of Slack is called than the table of scopes names", async () => {
  await onAdapter(async (scene) => {
    await scene.adapter.post(deliveryOf(scene), inTime);
    await scene.adapter.find(deliveryOf(scene, "x".repeat(24)));
    const known = [...Object.keys(SCOPES_OF_METHODS), "apps.connections.open"];
    for (const { method } of scene.server.slack.calls) expect(known).toContain(method);
  });
});
