import { SCOPES_OF_METHODS } from "./web.ts";

/** Scopes that each event's page names; a private channel's twin asks for its own. */
export const SCOPES_OF_EVENTS = {
  app_uninstalled: [],
  channel_archive: ["channels:read"],
  channel_deleted: ["channels:read"],
  channel_id_changed: ["channels:read", "groups:read"],
  channel_unarchive: ["channels:read"],
  group_archive: ["groups:read"],
  group_deleted: ["groups:read"],
  group_unarchive: ["groups:read"],
  member_joined_channel: ["channels:read", "groups:read"],
  member_left_channel: ["channels:read", "groups:read"],
  tokens_revoked: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The slash command. */
const COMMANDS = "commands";
/** Forms that take a file, and fetching it (reference/block-kit/block-elements/file-input-element). */
const FILES = "files:read";

/** Everything the adapter needs, and no more: what the manifest must ask for. */
export const NEEDED_SCOPES: readonly string[] = [
  ...new Set([COMMANDS, FILES, ...Object.values(SCOPES_OF_METHODS).flat(), ...Object.values(SCOPES_OF_EVENTS).flat()]),
].sort();
