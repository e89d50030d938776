import { expect, test, vi } from "vitest";
import { done, paragraph } from "../../../src/command/reply.ts";
import { answering, connected, onAdapter, postOne, type } from "./scene-adapter.ts";
import { privateAnswer } from "./scene.ts";
import { TEAM } from "./workspace.ts";

vi.setConfig({ testTimeout: 20_000 });

test("when Slack asks for a new connection there is one before the old one is gone, and commands are answered meanwhile", async () => {
  await onAdapter(
    async (scene) => {
      await connected(scene);
      scene.server.socketMode.tcpLingerMs = 3000;
      for (const reason of ["warning", "refresh_requested"] as const) {
        const before = scene.server.socketMode.connections;
        const askedMs = performance.now();
        scene.server.socketMode.requestDisconnect(reason);
        await expect.poll(() => scene.server.socketMode.connections, { interval: 5 }).toBe(before + 1);
        // Bolt by itself takes 5 s.
        expect(performance.now() - askedMs).toBeLessThan(1000);
        expect(await type(scene)).toContain("Here you are.");
      }
    },
    { host: answering },
  );
});

test("a connection that is cut off is opened again within a second", async () => {
  await onAdapter(
    async (scene) => {
      await connected(scene);
      const before = scene.server.socketMode.connections;
      const cutMs = performance.now();
      scene.server.socketMode.cutAll();
      await expect.poll(() => scene.server.socketMode.connections, { interval: 5, timeout: 5000 }).toBe(before + 1);
      expect(performance.now() - cutMs).toBeLessThan(1500);
      expect(await type(scene)).toContain("Here you are.");
    },
    { host: answering },
  );
});

test.each(["invalid_auth", "account_inactive"])(
  "a reconnect refused with %s ends nothing: posting goes on, and commands when it is mended",
  async (code) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    await onAdapter(
      async (scene) => {
        await connected(scene);
        const { slack, socketMode } = scene.server;
        slack.appTokenError = code;
        socketMode.cutAll();
        const opens = (): number => slack.calls.filter((call) => call.method === "apps.connections.open").length;
        const before = opens();
        await expect.poll(opens, { timeout: 5000 }).toBeGreaterThan(before);
        expect(await postOne(scene)).not.toBe("");
        slack.appTokenError = "";
        await connected(scene);
        expect(await type(scene)).toContain("Here you are.");
      },
      { host: answering, options: { refusedMs: 100 } },
    );
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  },
);

test("connections that Slack ends right away are not opened again and again without a pause", async () => {
  await onAdapter(
    async (scene) => {
      await connected(scene);
      const { socketMode } = scene.server;
      const before = socketMode.connections;
      socketMode.isLinkDisabled = true;
      socketMode.requestDisconnect("link_disabled");
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(socketMode.connections - before).toBeLessThan(8);
      socketMode.isLinkDisabled = false;
      await expect.poll(async () => await type(scene).catch(() => ""), { timeout: 10_000 }).toContain("Here you are.");
    },
    { host: answering },
  );
});

test("a command that was acknowledged and not done is done by the next process, and answered once", async () => {
  const lines: string[] = [];
  const stuck = async (_context: unknown, line: string): Promise<never> => {
    lines.push(`first: ${line}`);
    return await new Promise<never>(() => undefined);
  };
  await onAdapter(
    async (scene) => {
      await connected(scene);
      const typing = scene.server.people.type("mia", scene.room.id, "/wire feeds");
      await expect.poll(() => lines).toEqual(["first: feeds"]);
      await scene.restart({
        host: {
          runLine: async (_context, line) => {
            lines.push(`second: ${line}`);
            return await Promise.resolve(done([paragraph("Done after all.")]));
          },
        },
      });
      expect(privateAnswer(await typing).seen.text).toContain("Done after all.");
      expect(lines).toEqual(["first: feeds", "second: feeds"]);
      await expect.poll(() => scene.kept.values.get("inbox")).toBe("[]");
      scene.server.socketMode.cutAll();
      await connected(scene);
      expect(scene.server.slack.answers.visibleTo("U0MEMBER1", scene.room.id)).toHaveLength(1);
      expect(lines).toHaveLength(2);
    },
    { host: { runLine: stuck } },
  );
});

test("a command is acknowledged in time although Redis does not answer", async () => {
  const never = {
    get: async () => await new Promise<string>(() => undefined),
    set: async () => await new Promise<void>(() => undefined),
  };
  await onAdapter(
    async (scene) => {
      await connected(scene);
      void scene.server.people.type("mia", scene.room.id, "/wire feeds");
      await expect.poll(() => scene.server.socketMode.acknowledgedMs.length, { timeout: 4000 }).toBe(1);
      expect(scene.server.socketMode.acknowledgedMs[0]).toBeLessThan(3000);
    },
    { host: { memory: never, ...answering } },
  );
});

test("the same envelope twice takes effect once", async () => {
  const lines: string[] = [];
  const runLine = async (_context: unknown, line: string) => {
    lines.push(line);
    return await Promise.resolve(done([paragraph("Once.")]));
  };
  await onAdapter(
    async (scene) => {
      await connected(scene);
      await type(scene);
      const [interaction] = scene.server.slack.interactions.values();
      scene.kept.claims.set(interaction?.triggerId ?? "", "done");
      const again = {
        command: "/wire",
        text: "feeds",
        trigger_id: interaction?.triggerId,
        team_id: TEAM,
        channel_id: scene.room.id,
        user_id: "U0MEMBER1",
        response_url: "http://127.0.0.1:9/",
        api_app_id: "A0PLANET1",
      };
      const outcome = await scene.server.socketMode.send("slash_commands", again);
      expect(outcome.kind).toBe("acknowledged");
      expect(lines).toEqual(["feeds"]);
    },
    { host: { runLine } },
  );
});

test("who asks is a manager, a member or a guest", async () => {
  const roles: string[] = [];
  const runLine = async ({ role }: { readonly role: string }) => {
    roles.push(role);
    return await Promise.resolve(done([]));
  };
  await onAdapter(
    async (scene) => {
      await connected(scene);
      const names = ["olga", "amir", "carl", "mia", "greta", "gus", "stan", "gwen"];
      for (const name of names) await scene.server.people.type(name, scene.room.id, "/wire feeds");
      expect(roles).toEqual(["manager", "manager", "manager", "member", "guest", "guest", "guest", "member"]);
    },
    { host: { runLine } },
  );
});

test("when Slack does not say who asks, the person is told to try again", async () => {
  await onAdapter(
    async (scene) => {
      await connected(scene);
      scene.server.slack.scopes.delete("users:read");
      expect(await type(scene)).toMatch(/^✘ Slack did not say who you are/);
    },
    { host: answering },
  );
});

test("buttons of an answer that is no longer kept say so", async () => {
  const pages = Array.from({ length: 60 }, (_, i) => paragraph(`Line ${String(i)} `.repeat(10)));
  await onAdapter(
    async (scene) => {
      await connected(scene);
      const { people } = scene.server;
      const { id } = privateAnswer(await people.type("mia", scene.room.id, "/wire feeds"));
      for (const name of scene.kept.values.keys()) if (name.startsWith("answer ")) scene.kept.values.delete(name);
      const old = privateAnswer(await people.press("mia", scene.room.id, id, "Next ›"));
      expect(old.seen.text).toContain("too old");
      expect(old.seen.buttons).toEqual([]);
    },
    { host: { runLine: async () => await Promise.resolve(done(pages)) } },
  );
});
