import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandContext, CommandRow } from "../../src/command/command.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { done } from "../../src/command/reply.ts";
import { guarded } from "../../src/command/rights.ts";
import { settingsCommand } from "../../src/command/settings-command.ts";
import { freshChannel, openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

type Role = CommandContext["role"];
const roles: readonly Role[] = ["manager", "member", "guest"];

function row(permission: CommandRow["permission"]): CommandRow {
  const run = async (caller: { mayManage: boolean }) => await Promise.resolve(done([], caller.mayManage));
  return { name: "x", description: "", example: "x", permission, options: [], run };
}

async function outcomes(channel: string, permission: CommandRow["permission"]): Promise<unknown[]> {
  const command = guarded({ channels: real.channels }, row(permission));
  return await Promise.all(
    roles.map(async (role) => {
      const { status, data } = await command.run({ channel, role }, {});
      return status === "refused" ? "refused" : data;
    }),
  );
}

async function settings(channel: string, role: Role, who?: string): Promise<string> {
  const command = guarded({ channels: real.channels }, settingsCommand({ channels: real.channels } as CommandDeps));
  return (await command.run({ channel, role }, who === undefined ? {} : { who })).status;
}

test("looking is for everyone, changing for managers", async () => {
  const channel = freshChannel();
  expect(await outcomes(channel, "look")).toEqual([true, false, false]);
  expect(await outcomes(channel, "manage")).toEqual([true, "refused", "refused"]);
});

test("a manager opens a channel to its members, never to guests, and closes it again", async () => {
  const channel = freshChannel();
  expect(await settings(channel, "manager", "members")).toBe("done");
  expect(await outcomes(channel, "manage")).toEqual([true, true, "refused"]);
  expect(await outcomes(freshChannel(), "manage")).toEqual([true, "refused", "refused"]);
  expect(await settings(channel, "manager", "managers")).toBe("done");
  expect(await outcomes(channel, "manage")).toEqual([true, "refused", "refused"]);
});

test("members see the setting and do not change it, also where the channel is theirs", async () => {
  const channel = freshChannel();
  await settings(channel, "manager", "members");
  expect(await settings(channel, "member")).toBe("done");
  expect(await settings(channel, "member", "managers")).toBe("refused");
  expect(await settings(channel, "guest", "members")).toBe("refused");
});
