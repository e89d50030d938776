import { SlackFault } from "./fault.ts";
import { type Fields, flagOf, textOf } from "./json.ts";
import { append } from "./methods/chat.ts";
import { contentOf } from "./methods/content.ts";
import type { Interaction, Slack } from "./slack.ts";

const MOST_RESPONSES = 5;
const LONGEST_MS = 30 * 60_000;

/**
 * A message sent to a response_url: private unless `response_type: "in_channel"`, at most 5 within 30 minutes; for a pressed
 * button `replace_original` and `delete_original`.
 * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function respond(slack: Slack, id: string, body: Fields): void {
  const interaction = slack.interactions.get(id);
  if (interaction === undefined) throw new SlackFault("no_such_url");
  if (Date.now() - interaction.atMs > LONGEST_MS) throw new SlackFault("expired_url");
  if (interaction.responses >= MOST_RESPONSES) throw new SlackFault("used_url");
  showAnswer(slack, interaction, body);
  interaction.responses += 1;
}

/** Shows what an acknowledgement or a response_url carries. */
export function showAnswer(slack: Slack, interaction: Interaction, body: Fields): void {
  const { id } = interaction;
  const original = slack.answers.messages.get(interaction.message);
  if (flagOf(body, "delete_original")) {
    if (original !== undefined) original.isDeleted = true;
    return slack.answers.note({ interaction: id, kind: "deleted", what: interaction.message });
  }
  const { text, blocks } = contentOf(slack, body);
  if (textOf(body, "response_type") === "in_channel") {
    const channel = slack.workspace.channels.get(interaction.channel);
    if (channel === undefined) throw new SlackFault("channel_not_found");
    const { ts } = append(slack, channel, { text, blocks }, null);
    return slack.answers.note({ interaction: id, kind: "public", what: ts });
  }
  if (flagOf(body, "replace_original") && original !== undefined) {
    Object.assign(original, { text, blocks, versions: original.versions + 1 });
    return slack.answers.note({ interaction: id, kind: "replaced", what: original.id });
  }
  const ts = slack.workspace.nextTs();
  const { user, channel } = interaction;
  const message = { id: ts, user, channel, interaction: id, text, blocks, isDeleted: false, versions: 0 };
  slack.answers.messages.set(ts, message);
  slack.answers.note({ interaction: id, kind: "private", what: ts });
}
