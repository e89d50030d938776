import { type APIApplication, type APIApplicationCommand, RequestMethod, Routes } from "discord.js";
import type { Command } from "../../src/command/command.ts";
import { commandJson, isSame } from "./command-json.ts";
import type { DiscordRest } from "./rest.ts";

/**
 * Tells Discord the commands, all at once, and only when they are others than it has: new ones are counted, 200 a day
 * (Interactions / Application Commands). True when they were told.
 */
export async function register(rest: DiscordRest, commands: readonly Command[], signal: AbortSignal): Promise<boolean> {
  const wanted = [commandJson(commands)];
  const { id } = await rest.request<APIApplication>(RequestMethod.Get, Routes.currentApplication(), { signal });
  const route = Routes.applicationCommands(id);
  const registered = await rest.request<APIApplicationCommand[]>(RequestMethod.Get, route, { signal });
  if (isSame(registered, wanted)) return false;
  await rest.request(RequestMethod.Put, route, { body: wanted, signal });
  return true;
}
