import {
  type APIApplication,
  type APIGatewayBotInfo,
  type APIUser,
  OAuth2Scopes,
  PermissionFlagsBits,
  RequestMethod,
  type RESTAPIPartialCurrentUserGuild,
  Routes,
} from "discord.js";
import { DeliveryError, type Finding } from "../../src/adapter.ts";
import { isTokenRefused } from "./errors.ts";
import { DiscordRest, type RestOptions } from "./rest.ts";
import { namesOf, neededRights, THREADS, wantedRights } from "./rights.ts";

const DEVELOPER_PORTAL = "https://discord.com/developers/applications";

/** Who the bot is, whether it can connect, and in which servers rights are missing. Changes nothing. */
export async function examine(options: RestOptions): Promise<readonly Finding[]> {
  const rest = new DiscordRest(options);
  try {
    const me = await rest.request<APIUser>(RequestMethod.Get, Routes.user("@me"));
    const application = await rest.request<APIApplication>(RequestMethod.Get, Routes.currentApplication());
    const invite = inviteLink(application.id);
    return [
      good(`the token is that of ${me.username} (application ${application.id})`),
      await gatewayFinding(rest),
      endpointFinding(application),
      ...(await guildFindings(rest, invite)),
    ];
  } catch (error) {
    return [refusal(error)];
  }
}

/** OAuth2, "Bot Authorization Flow": the bot with the rights that posting needs, and its commands. */
function inviteLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: `${OAuth2Scopes.Bot} ${OAuth2Scopes.ApplicationsCommands}`,
    permissions: String(wantedRights),
  });
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
}

function good(text: string): Finding {
  return { isGood: true, text, mend: "" };
}

function refusal(error: unknown): Finding {
  const cause = error instanceof Error ? error.cause : null;
  if (isTokenRefused(cause))
    return {
      isGood: false,
      text: "Discord does not know the token",
      mend: `${DEVELOPER_PORTAL} → your application → Bot → Reset Token, then set DISCORD_TOKEN`,
    };
  const why = error instanceof DeliveryError ? error.message : String(error);
  return { isGood: false, text: `Discord cannot be reached: ${why}`, mend: "check the network and DISCORD_API_URL" };
}

async function gatewayFinding(rest: DiscordRest): Promise<Finding> {
  const info = await rest.request<APIGatewayBotInfo>(RequestMethod.Get, Routes.gatewayBot());
  const { remaining, total } = info.session_start_limit;
  if (remaining > 0)
    return good(
      `the gateway takes connections (${String(info.shards)} ${info.shards === 1 ? "shard" : "shards"}, ${String(remaining)} of ${String(total)} starts left today)`,
    );
  return { isGood: false, text: "the starts of today are used up", mend: "wait a day; commands work again then" };
}

/** Interactions / Overview: with an endpoint set, Discord sends commands there and not over the gateway. */
function endpointFinding(application: APIApplication): Finding {
  const url = "interactions_endpoint_url" in application ? application.interactions_endpoint_url : null;
  if (typeof url !== "string" || url === "") return good("commands come over the gateway");
  return {
    isGood: false,
    text: `commands go to ${url}, not here`,
    mend: `${DEVELOPER_PORTAL} → your application → General Information → clear Interactions Endpoint URL`,
  };
}

async function guildFindings(rest: DiscordRest, invite: string): Promise<Finding[]> {
  const guilds = await rest.request<RESTAPIPartialCurrentUserGuild[]>(RequestMethod.Get, Routes.userGuilds());
  if (guilds.length === 0) return [{ isGood: false, text: "it is in no server yet", mend: `invite it: ${invite}` }];
  return guilds.map((guild) => {
    const missing = namesOf(neededRights & ~BigInt(guild.permissions));
    // Discord asks for it where everybody is called, or a role that does not let itself be (Topics / Permissions).
    const mayCall = (BigInt(guild.permissions) & PermissionFlagsBits.MentionEveryone) !== 0n;
    const note = [
      mayCall ? "" : "; posts may not call @everyone, @here and roles that forbid it (“Mention Everyone”)",
      (BigInt(guild.permissions) & THREADS) !== 0n
        ? ""
        : "; digests have no excerpts in a thread below them (“Create Public Threads”)",
    ].join("");
    if (missing.length === 0) return good(`in “${guild.name}” it has all rights that it needs${note}`);
    return {
      isGood: false,
      text: `in “${guild.name}” it lacks ${missing.join(", ")}`,
      mend: `Server Settings → Roles → the bot's role, or invite it again: ${invite}`,
    };
  });
}
