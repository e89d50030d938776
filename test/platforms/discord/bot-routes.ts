import { apiErrors, invalidForm } from "./api-error.ts";
import { checkCommands } from "./command-rules.ts";
import { Fields } from "./fields.ts";
import type { Route } from "./http.ts";
import { isJson, type Json, listOf, textOf } from "./json.ts";
import { memberObject, roleObject, userObject } from "./objects.ts";
import { nextSnowflake } from "./snowflake.ts";
import { guildFor, shownRole, type State } from "./state.ts";

/** What the bot can ask about itself, its guilds and its commands. */
export function botRoutes(state: State, gatewayUrl: () => string, shards: () => number): Route[] {
  const { world } = state;
  return [
    /** Events / Gateway, "Get Gateway Bot". */
    {
      method: "GET",
      path: "/gateway/bot",
      run: () => ({
        status: 200,
        body: {
          url: gatewayUrl(),
          shards: shards(),
          session_start_limit: { total: 1000, remaining: 999, reset_after: 3_600_000, max_concurrency: 1 },
        },
      }),
    },
    {
      method: "GET",
      path: "/users/@me",
      run: () => ({ status: 200, body: { ...userObject(world.bot), mfa_enabled: false, locale: "en-US" } }),
    },
    { method: "GET", path: "/applications/@me", run: () => ({ status: 200, body: applicationObject(state) }) },
    { method: "GET", path: "/users/@me/guilds", run: () => ({ status: 200, body: myGuilds(state) }) },
    ...guildRoutes(state),
    ...commandRoutes(state),
  ];
}

function guildRoutes(state: State): Route[] {
  const { world } = state;
  return [
    {
      method: "GET",
      path: "/guilds/{guild_id}/roles",
      run: (call) => ({ status: 200, body: rolesOf(state, call.params["guild_id"]) }),
    },
    {
      method: "GET",
      path: "/guilds/{guild_id}/members/{user_id}",
      run: (call) => {
        const guild = guildFor(state, call.params["guild_id"]);
        const id = call.params["user_id"] ?? "";
        if (!guild.members.has(id)) throw apiErrors.unknownMember();
        return { status: 200, body: memberObject(world, guild, id) };
      },
    },
  ];
}

function rolesOf(state: State, guildId: string | undefined): Json[] {
  return guildFor(state, guildId).roles.map((role, i) => roleObject(shownRole(state, role), i));
}

/** Interactions / Application Commands: global commands are of the application alone. */
function commandRoutes(state: State): Route[] {
  const path = "/applications/{application_id}/commands";
  const checkOwn = (id: string | undefined): void => {
    if (id !== state.world.applicationId) throw apiErrors.notFound();
  };
  return [
    {
      method: "GET",
      path,
      run: (call) => {
        checkOwn(call.params["application_id"]);
        return { status: 200, body: state.world.commands };
      },
    },
    {
      method: "PUT",
      path,
      run: (call) => {
        checkOwn(call.params["application_id"]);
        state.world.commands = overwriteCommands(state, call.body);
        state.changed();
        return { status: 200, body: state.world.commands };
      },
    },
  ];
}

/** "Bulk Overwrite": all are replaced; one of a known name keeps its id. Absent fields get their defaults, as the answers show them. */
function overwriteCommands(state: State, body: unknown): Json[] {
  if (!Array.isArray(body)) {
    const fields = new Fields();
    fields.add([], "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
    throw invalidForm(fields.found);
  }
  checkCommands(body);
  const { world } = state;
  return listOf(body)
    .filter(isJson)
    .map((command) => {
      const known = world.commands.find((one) => one["name"] === command["name"]);
      return {
        type: 1,
        default_member_permissions: null,
        dm_permission: true,
        nsfw: false,
        contexts: null,
        integration_types: [0],
        name_localizations: null,
        description_localizations: null,
        ...command,
        id: textOf(known?.["id"]) || nextSnowflake(),
        application_id: world.applicationId,
        version: nextSnowflake(),
      };
    });
}

function myGuilds(state: State): Json[] {
  return [...state.world.guilds.values()]
    .filter((guild) => guild.members.has(state.world.bot.id))
    .map((guild) => ({
      id: guild.id,
      name: guild.name,
      icon: null,
      banner: null,
      owner: false,
      permissions: String(
        guild.roles
          .filter((role) => role.id === guild.id || guild.members.get(state.world.bot.id)?.includes(role.id) === true)
          .reduce((all, role) => all | role.permissions, 0n),
      ),
      features: [],
    }));
}

/** Resources / Application, "Get Current Application". */
function applicationObject(state: State): Json {
  const { world } = state;
  return {
    id: world.applicationId,
    name: "Planetwire",
    icon: null,
    description: "",
    type: null,
    verify_key: "0".repeat(64),
    flags: 0,
    flags_new: "0",
    bot_public: true,
    bot_require_code_grant: false,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userObject({ id: "1", name: "owner", bot: false }),
    approximate_guild_count: world.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  };
}
