import { expect, test } from "vitest";
import { examine } from "../../../adapters/discord/doctor.ts";
import { onDiscord } from "./bot.ts";
import { permission } from "./permissions.ts";
import { TOKEN } from "./server.ts";

test("all is well where the bot was invited with its link", async () => {
  await onDiscord(async (server) => {
    const findings = await examine({ token: TOKEN, apiUrl: server.apiUrl });
    expect(findings.filter(({ isGood }) => !isGood)).toEqual([]);
    expect(findings.map(({ text }) => text).join("\n")).toMatch(/the token is that of planetwire[\s\S]*“The guild”/);
  });
});

test("missing rights are named for each server, with the link that gives them", async () => {
  await onDiscord(async (server) => {
    for (const role of server.guild.roles)
      role.permissions &= ~(permission.readMessageHistory | permission.sendMessagesInThreads);
    const [bad] = (await examine({ token: TOKEN, apiUrl: server.apiUrl })).filter(({ isGood }) => !isGood);
    expect(bad?.text).toBe("in “The guild” it lacks Send Messages in Threads, Read Message History");
    const link = new URL(/https:\S+/.exec(bad?.mend ?? "")?.[0] ?? "");
    expect(link.searchParams.get("client_id")).toBe(server.state.world.applicationId);
    expect(link.searchParams.get("scope")).toBe("bot applications.commands");
    const asked = BigInt(link.searchParams.get("permissions") ?? "0");
    expect(asked & permission.readMessageHistory).not.toBe(0n);
    expect(asked & permission.administrator).toBe(0n);
  });
});

test("that it may not call everybody is said, and is no fault", async () => {
  await onDiscord(async (server) => {
    const said = async (): Promise<string> =>
      (await examine({ token: TOKEN, apiUrl: server.apiUrl })).map(({ text }) => text).join("\n");
    const mentionEveryone = 1n << 17n;
    for (const role of server.guild.roles) role.permissions |= mentionEveryone;
    expect(await said()).not.toContain("Mention Everyone");
    for (const role of server.guild.roles) role.permissions &= ~mentionEveryone;
    expect(await said()).toContain("“Mention Everyone”");
  });
});

test("that it may not make threads is said, and is no fault; the invite link asks for it", async () => {
  await onDiscord(async (server) => {
    const asked = { token: TOKEN, apiUrl: server.apiUrl };
    expect((await examine(asked)).map(({ text }) => text).join()).not.toContain("Create Public Threads");
    for (const role of server.guild.roles) role.permissions &= ~permission.createPublicThreads;
    const findings = await examine(asked);
    expect(findings.filter(({ isGood }) => !isGood)).toEqual([]);
    expect(findings.map(({ text }) => text).join()).toContain("“Create Public Threads”");
    server.removeBot(server.guild);
    const link = /permissions=(\d+)/.exec((await examine(asked)).map(({ mend }) => mend).join())?.[1] ?? "0";
    expect(BigInt(link) & permission.createPublicThreads).not.toBe(0n);
  });
});

test("a wrong token and a server that is not there are told apart", async () => {
  await onDiscord(async (server) => {
    const [wrong] = await examine({ token: "wrong", apiUrl: server.apiUrl });
    expect([wrong?.isGood, wrong?.text]).toEqual([false, "Discord does not know the token"]);
    const [gone] = await examine({ token: TOKEN, apiUrl: "http://127.0.0.1:1/api" });
    expect(gone?.text).toContain("cannot be reached");
  });
});

test("no server yet: the invite link", async () => {
  await onDiscord(async (server) => {
    server.removeBot(server.guild);
    const [bad] = (await examine({ token: TOKEN, apiUrl: server.apiUrl })).filter(({ isGood }) => !isGood);
    expect(bad?.mend).toContain("https://discord.com/oauth2/authorize?");
  });
});
