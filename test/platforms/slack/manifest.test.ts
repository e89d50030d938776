import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SLASH_COMMAND } from "../../../adapters/slack/desk.ts";
import { NEEDED_SCOPES, SCOPES_OF_EVENTS } from "../../../adapters/slack/scopes.ts";
import { methods } from "./methods/table.ts";
import { SCOPES_OF_METHODS } from "../../../adapters/slack/web.ts";

const path = new URL("../../../adapters/slack/manifest.json", import.meta.url);
const manifest = JSON.parse(readFileSync(path, "utf8")) as {
  display_information: { name: string; description: string; long_description: string };
  features: {
    bot_user: { display_name: string };
    slash_commands: { command: string; description: string; usage_hint: string; should_escape: boolean }[];
  };
  oauth_config: { scopes: { bot: string[]; user?: string[] } };
  settings: {
    event_subscriptions: { bot_events: string[] };
    interactivity: { is_enabled: boolean };
    socket_mode_enabled: boolean;
    token_rotation_enabled: boolean;
  };
};

test("the manifest asks for the scopes that the code needs, and for no other", () => {
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(NEEDED_SCOPES);
  expect(manifest.oauth_config.scopes.user ?? []).toEqual([]);
});

test("the scopes of each method are those of the method's page, as the played Slack demands them", () => {
  for (const [name, scopes] of Object.entries(SCOPES_OF_METHODS)) {
    const method = methods[name];
    const demanded = [method?.scope ?? "unknown", method?.privateScope ?? ""].filter((scope) => scope !== "");
    expect([name, scopes]).toEqual([name, demanded]);
  }
});

test("the manifest subscribes to the events that the code hears, and to no other", () => {
  expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(Object.keys(SCOPES_OF_EVENTS).sort());
});

test("the manifest has the command, buttons and forms, and the socket", () => {
  expect(manifest.features.slash_commands.map((one) => one.command)).toEqual([SLASH_COMMAND]);
  expect(manifest.features.slash_commands[0]?.should_escape).toBe(false);
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  // With rotation a token lives for 12 hours, and nobody here renews it.
  expect(manifest.settings.token_rotation_enabled).toBe(false);
});

test("lengths are within what the manifest reference allows (reference/app-manifest)", () => {
  const { display_information: shown, features } = manifest;
  expect(shown.name.length).toBeLessThanOrEqual(35);
  expect(shown.description.length).toBeLessThanOrEqual(140);
  expect(shown.long_description.length).toBeGreaterThanOrEqual(174);
  expect(shown.long_description.length).toBeLessThanOrEqual(4000);
  expect(features.bot_user.display_name.length).toBeLessThanOrEqual(80);
  expect(features.slash_commands[0]?.description.length).toBeLessThanOrEqual(2000);
  expect(features.slash_commands[0]?.usage_hint.length).toBeLessThanOrEqual(1000);
});
