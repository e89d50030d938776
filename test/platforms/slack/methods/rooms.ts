import { SlackFault } from "../fault.ts";
import type { Fields } from "../json.ts";
import type { Slack } from "../slack.ts";
import { APP, BOT, BOT_USER, type SlackChannel, TEAM } from "../workspace.ts";

/** https://docs.slack.dev/reference/methods/auth.test */
export function authTest(slack: Slack): Fields {
  return {
    url: `${slack.baseUrl}/`,
    team: "Planet",
    user: "planetwire",
    team_id: TEAM,
    user_id: BOT_USER,
    bot_id: BOT,
  };
}

/** https://docs.slack.dev/reference/methods/apps.connections.open: an app-level token with connections:write. */
export function openConnection(slack: Slack, ticket: string): Fields {
  const { host } = new URL(slack.baseUrl);
  return { url: `ws://${host}/link/?ticket=${ticket}&app_id=${APP}` };
}

/** https://docs.slack.dev/reference/methods/conversations.info */
export function conversationInfo(slack: Slack, args: Fields): Fields {
  return { channel: asObject(slack.channel(args["channel"])) };
}

function asObject(channel: SlackChannel): Fields {
  const { id, name, creator, isPrivate, isArchived } = channel;
  return {
    id,
    name,
    creator,
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_private: isPrivate,
    is_archived: isArchived,
    is_member: channel.members.has(BOT_USER),
    context_team_id: TEAM,
  };
}

/** https://docs.slack.dev/reference/methods/conversations.members */
export function conversationMembers(slack: Slack, args: Fields): Fields {
  return { members: [...slack.channel(args["channel"]).members], response_metadata: { next_cursor: "" } };
}

/** https://docs.slack.dev/reference/methods/conversations.join: public channels only. */
export function joinConversation(slack: Slack, args: Fields): Fields {
  const channel = slack.channel(args["channel"]);
  if (channel.isPrivate) throw new SlackFault("method_not_supported_for_channel_type");
  if (channel.isArchived) throw new SlackFault("is_archived");
  channel.members.add(BOT_USER);
  return { channel: asObject(channel) };
}

/** https://docs.slack.dev/reference/methods/users.info */
export function userInfo(slack: Slack, args: Fields): Fields {
  const user = slack.workspace.users.get(String(args["user"]));
  if (user === undefined) throw new SlackFault("user_not_found");
  const { id, name, teamId, isAdmin, isOwner, isRestricted, isUltraRestricted, isBot, enterpriseTeams } = user;
  const isHere = teamId === TEAM || enterpriseTeams?.includes(TEAM) === true;
  return {
    user: {
      id,
      name,
      team_id: teamId,
      deleted: false,
      is_admin: isAdmin,
      is_owner: isOwner,
      is_primary_owner: false,
      is_restricted: isRestricted,
      is_ultra_restricted: isUltraRestricted,
      is_stranger: !isHere,
      is_bot: isBot,
      ...(enterpriseTeams === undefined ? {} : { enterprise_user: { id: user.id, teams: enterpriseTeams } }),
    },
  };
}
