import { randomBytes } from "node:crypto";
import { SlackFault } from "../fault.ts";
import { type Fields, isFields, textOf } from "../json.ts";
import { problemsOfView } from "../rules/view.ts";
import type { OpenView, Slack } from "../slack.ts";
import { APP, TEAM } from "../workspace.ts";
import { jsonOf } from "./content.ts";

const TRIGGER_MS = 3000;

export function checkedView(value: unknown): Fields {
  const problems = problemsOfView(value);
  if (!isFields(value) || problems.length > 0)
    throw new SlackFault("invalid_arguments", { response_metadata: { messages: problems } });
  return value;
}

/**
 * Opens a modal before the person whose interaction made the trigger: it lives for 3 seconds (`expired_trigger_id`) and
 * serves once (`exchanged_trigger_id`). https://docs.slack.dev/reference/methods/views.open
 */
export function openView(slack: Slack, args: Fields): Fields {
  const triggerId = textOf(args, "trigger_id");
  const interaction = [...slack.interactions.values()].find((one) => one.triggerId === triggerId);
  if (interaction === undefined) throw new SlackFault("invalid_trigger_id");
  if (Date.now() - interaction.atMs > TRIGGER_MS) throw new SlackFault("expired_trigger_id");
  if (interaction.isTriggerUsed) throw new SlackFault("exchanged_trigger_id");
  const view = checkedView(jsonOf(args, "view", "invalid_arguments"));
  interaction.isTriggerUsed = true;
  const open: OpenView = {
    id: `V${randomBytes(5).toString("hex").toUpperCase()}`,
    user: interaction.user,
    view,
    hash: randomBytes(6).toString("hex"),
    isOpen: true,
    interaction: interaction.id,
  };
  slack.views.set(open.id, open);
  slack.answers.note({ interaction: interaction.id, kind: "modal", what: open.id });
  return { view: asObject(open) };
}

/** https://docs.slack.dev/reference/methods/views.update */
export function updateView(slack: Slack, args: Fields): Fields {
  const open = slack.views.get(textOf(args, "view_id"));
  if (open === undefined || !open.isOpen) throw new SlackFault("not_found");
  const hash = textOf(args, "hash");
  if (hash !== "" && hash !== open.hash) throw new SlackFault("hash_conflict");
  replaceView(slack, open, checkedView(jsonOf(args, "view", "invalid_arguments")), open.interaction);
  return { view: asObject(open) };
}

export function replaceView(slack: Slack, open: OpenView, view: Fields, interaction: string): void {
  open.view = view;
  open.hash = randomBytes(6).toString("hex");
  slack.answers.note({ interaction, kind: "modal updated", what: open.id });
}

/** A view as payloads carry it. */
export function asObject(open: OpenView, values: Fields = {}): Fields {
  return { ...open.view, id: open.id, hash: open.hash, team_id: TEAM, app_id: APP, state: { values } };
}
