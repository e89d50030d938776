import { type Fields, fieldsOf, isFields, listOf, textOf } from "./json.ts";
import type { SeenButton } from "./see.ts";
import { asObject } from "./methods/views.ts";
import type { Interaction, OpenView, Slack } from "./slack.ts";
import { APP, type SlackUser, TEAM } from "./workspace.ts";

const team = { id: TEAM, domain: "planet" };

function common(slack: Slack, user: SlackUser): Fields {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: APP,
    token: "deprecated",
    team,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export function slashCommand(
  slack: Slack,
  user: SlackUser,
  interaction: Interaction,
  command: string,
  text: string,
): Fields {
  return {
    token: "deprecated",
    team_id: TEAM,
    team_domain: team.domain,
    channel_id: interaction.channel,
    channel_name: slack.workspace.channels.get(interaction.channel)?.name ?? "directmessage",
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: APP,
    is_enterprise_install: "false",
    response_url: slack.responseUrl(interaction),
    trigger_id: interaction.triggerId,
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload, of a button in a message */
export function pressedButton(
  slack: Slack,
  user: SlackUser,
  interaction: Interaction,
  button: SeenButton,
  isPrivate: boolean,
): Fields {
  const { channel, message } = interaction;
  const action = {
    type: "button",
    action_id: button.actionId,
    block_id: button.blockId,
    value: button.value,
    text: { type: "plain_text", text: button.label, emoji: false },
    action_ts: slack.workspace.nextTs(),
  };
  return {
    type: "block_actions",
    ...common(slack, user),
    container: { type: "message", message_ts: message, channel_id: channel, is_ephemeral: isPrivate },
    trigger_id: interaction.triggerId,
    channel: { id: channel, name: slack.workspace.channels.get(channel)?.name ?? "directmessage" },
    state: { values: {} },
    response_url: slack.responseUrl(interaction),
    actions: [action],
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload, from an external select in a modal */
export function suggestion(
  slack: Slack,
  user: SlackUser,
  open: OpenView,
  actionId: string,
  typed: string,
  values: Fields,
): Fields {
  const block = listOf(open.view, "blocks")
    .filter(isFields)
    .find((one) => elementOf(one)["action_id"] === actionId);
  if (block === undefined) throw new Error(`the modal has no ${actionId}`);
  const least = elementOf(block)["min_query_length"];
  if (typed.length < (typeof least === "number" ? least : 3)) throw new Error("too little was typed to ask the app");
  return {
    type: "block_suggestion",
    ...common(slack, user),
    container: { type: "view", view_id: open.id },
    action_id: actionId,
    block_id: textOf(block, "block_id"),
    value: typed,
    view: asObject(open, values),
  };
}

export function elementOf(block: Fields): Fields {
  return fieldsOf(block, block["type"] === "input" ? "element" : "accessory");
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission */
export function submission(
  slack: Slack,
  user: SlackUser,
  interaction: Interaction,
  open: OpenView,
  values: Fields,
): Fields {
  return {
    type: "view_submission",
    ...common(slack, user),
    trigger_id: interaction.triggerId,
    view: asObject(open, values),
    response_urls: [],
  };
}

/** https://docs.slack.dev/apis/events-api#events-JSON */
export function eventPayload(event: Fields, id: string): Fields {
  return {
    token: "deprecated",
    team_id: TEAM,
    api_app_id: APP,
    type: "event_callback",
    event_id: `Ev${id}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: TEAM, user_id: "U0PLANETB", is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event,
  };
}
