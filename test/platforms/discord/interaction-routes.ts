import { ApiError, apiErrors, invalidForm } from "./api-error.ts";
import { withNested } from "./component-rules.ts";
import { Fields } from "./fields.ts";
import { type Answer, type Call, type Route, ServerFailure } from "./http.ts";
import { type Choice, type Interaction, interactionType } from "./interaction.ts";
import { isJson, type Json, listOf, numberOf, textOf } from "./json.ts";
import { addMessage, mergedBody, storedBody } from "./message-routes.ts";
import { checkMessage, checkNotEmpty, flagsOf, messageFlag } from "./message-rules.ts";
import { messageObject } from "./objects.ts";
import type { State } from "./state.ts";
import type { Message } from "./world.ts";

/** Interactions / Receiving and Responding, "Interaction Callback Type". */
const callbackType = { message: 4, deferredMessage: 5, deferredUpdate: 6, update: 7, autocomplete: 8 } as const;

export interface Deadlines {
  /** "You must send an initial response within 3 seconds of receiving the event. If the 3 second deadline is exceeded, the token will be invalidated." */
  answerMs: number;
  /** "Interaction tokens are valid for 15 minutes." */
  tokenMs: number;
}

export function interactionRoutes(state: State, deadlines: Deadlines): Route[] {
  const webhook = "/webhooks/{webhook_id}/{webhook_token}";
  const original = `${webhook}/messages/@original`;
  return [
    {
      method: "POST",
      path: "/interactions/{interaction_id}/{interaction_token}/callback",
      byToken: true,
      run: (call) => callback(state, deadlines, call),
    },
    {
      method: "POST",
      path: webhook,
      byToken: true,
      run: (call) => troubled(state, () => followUp(state, deadlines, call)),
    },
    {
      method: "GET",
      path: original,
      byToken: true,
      run: (call) => ({ status: 200, body: messageObject(state.world, originalOf(state, deadlines, call).message) }),
    },
    {
      method: "PATCH",
      path: original,
      byToken: true,
      run: (call) => troubled(state, () => editOriginal(state, deadlines, call)),
    },
    {
      method: "DELETE",
      path: original,
      byToken: true,
      run: (call) => {
        originalOf(state, deadlines, call).message.deleted = true;
        state.changed();
        return { status: 204 };
      },
    },
  ];
}

function callback(state: State, deadlines: Deadlines, call: Call): Answer {
  const interaction = state.interactions.get(call.params["interaction_token"] ?? "");
  if (interaction === undefined || interaction.id !== call.params["interaction_id"])
    throw apiErrors.unknownInteraction();
  try {
    checkFirst(deadlines, interaction);
    const body = isJson(call.body) ? call.body : {};
    respond(state, interaction, numberOf(body["type"]), isJson(body["data"]) ? body["data"] : {});
  } catch (error) {
    if (error instanceof ApiError) interaction.refusals.push(error.code);
    state.changed();
    throw error;
  }
  state.changed();
  if (call.query.get("with_response") !== "true") return { status: 204 };
  return { status: 200, body: callbackObject(state, interaction) };
}

/** 10062 past the deadline, 40060 for a second answer. */
function checkFirst(deadlines: Deadlines, interaction: Interaction): void {
  if (interaction.acknowledged) throw apiErrors.alreadyAcknowledged();
  if (Date.now() - interaction.createdAtMs > deadlines.answerMs) throw apiErrors.unknownInteraction();
}

/** Which answers an interaction takes: choices only while typing, updates only for a component. */
function respond(state: State, interaction: Interaction, type: number, data: Json): void {
  const isTyping = interaction.type === interactionType.autocomplete;
  const updates = type === callbackType.deferredUpdate || type === callbackType.update;
  const isKnown = Object.values(callbackType).some((one) => one === type);
  if (!isKnown || isTyping !== (type === callbackType.autocomplete) || (updates && interaction.source === null))
    throw invalidForm([{ path: ["type"], code: "BASE_TYPE_CHOICES", message: "This type of response does not fit." }]);
  if (type === callbackType.autocomplete) interaction.choices = choicesOf(data);
  else if (updates) {
    interaction.original = interaction.source;
    if (type === callbackType.update) change(interaction.source, data);
  } else {
    const isDeferred = type === callbackType.deferredMessage;
    if (!isDeferred) checkSaid(data);
    interaction.original = addAnswer(state, interaction, data);
    interaction.thinking = isDeferred;
  }
  interaction.acknowledged = true;
}

function checkSaid(data: Json): void {
  checkMessage({ ...data, nonce: null }, flagsOf(data));
  checkNotEmpty(data);
}

/** A message that only the asker sees, when it is so flagged. */
function addAnswer(state: State, interaction: Interaction, data: Json): Message {
  const isPrivate = (flagsOf(data) & messageFlag.ephemeral) !== 0;
  return addMessage(state, interaction.channel, data, { ephemeralFor: isPrivate ? interaction.userId : null });
}

function change(message: Message | null, data: Json): void {
  if (message === null) throw apiErrors.unknownMessage();
  const flags = flagsOf(message.body) & messageFlag.ephemeral;
  const body = mergedBody(message.body, data);
  message.body = { ...body, flags: flagsOf(body) | flags };
  message.editedAtMs = Date.now();
}

/** Interactions / Application Commands, "Autocomplete": up to 25 choices; name 1 to 100, a text value up to 100. */
function choicesOf(data: Json): Choice[] {
  const fields = new Fields();
  const choices = listOf(data["choices"]).map((value) => {
    const choice = isJson(value) ? value : {};
    return { name: textOf(choice["name"]), value: textOf(choice["value"]) };
  });
  fields.count(["data", "choices"], choices, 0, 25);
  for (const [i, { name, value }] of choices.entries()) {
    fields.length(["data", "choices", i, "name"], name, 1, 100);
    fields.length(["data", "choices", i, "value"], value, 1, 100);
  }
  if (fields.found.length > 0) throw invalidForm(fields.found);
  return choices;
}

function callbackObject(state: State, interaction: Interaction): Json {
  const { id, type, original } = interaction;
  const resource = original === null ? {} : { resource: { type: 4, message: messageObject(state.world, original) } };
  return { interaction: { id, type }, ...resource };
}

/** 50027 once the token is too old; 10015 before there was an answer. */
function liveInteraction(state: State, deadlines: Deadlines, call: Call): Interaction {
  const interaction = state.interactions.get(call.params["webhook_token"] ?? "");
  if (interaction === undefined || call.params["webhook_id"] !== state.world.applicationId || !interaction.acknowledged)
    throw apiErrors.unknownWebhook();
  if (Date.now() - interaction.createdAtMs > deadlines.tokenMs) throw new ApiError(401, 50027, "Invalid Webhook Token");
  return interaction;
}

function originalOf(state: State, deadlines: Deadlines, call: Call): { interaction: Interaction; message: Message } {
  const interaction = liveInteraction(state, deadlines, call);
  const message = interaction.original;
  if (message === null || message.deleted) throw apiErrors.unknownMessage();
  return { interaction, message };
}

function editOriginal(state: State, deadlines: Deadlines, call: Call): Answer {
  const { interaction, message } = originalOf(state, deadlines, call);
  const body = isJson(call.body) ? call.body : {};
  const named = withNested(listOf(body["components"])).map((one) =>
    isJson(one["file"]) ? textOf(one["file"]["url"]) : "",
  );
  for (const name of named.filter((one) => one !== ""))
    if (!call.files.some((file) => `attachment://${file.name}` === name))
      throw invalidForm([
        { path: ["components"], code: "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message: name },
      ]);
  change(message, body);
  message.files = call.files;
  interaction.thinking = false;
  state.changed();
  return { status: 200, body: messageObject(state.world, message) };
}

function troubled(state: State, run: () => Answer): Answer {
  const fault = state.trouble.pickAnswer();
  if (fault === "500") throw new ServerFailure();
  const answer = run();
  if (fault !== null) throw new ServerFailure();
  return answer;
}

/** "Create Followup Message": its own choice of who sees it. */
function followUp(state: State, deadlines: Deadlines, call: Call): Answer {
  const interaction = liveInteraction(state, deadlines, call);
  const body = isJson(call.body) ? call.body : {};
  checkSaid(body);
  const message = addAnswer(state, interaction, storedBody(body));
  interaction.followUps.push(message);
  state.changed();
  return { status: 200, body: messageObject(state.world, message) };
}
