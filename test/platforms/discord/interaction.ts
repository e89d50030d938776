import { randomBytes } from "node:crypto";
import type { Json } from "./json.ts";
import { channelObject, memberObject, messageObject } from "./objects.ts";
import { permissionsIn } from "./permissions.ts";
import { nextSnowflake } from "./snowflake.ts";
import { botPermissions, type State } from "./state.ts";
import type { Channel, Message } from "./world.ts";

/** Interactions / Receiving and Responding, "Interaction Type". */
export const interactionType = { command: 2, component: 3, autocomplete: 4 } as const;

export interface Choice {
  readonly name: string;
  readonly value: string;
}

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly userId: string;
  readonly channel: Channel;
  readonly createdAtMs: number;
  /** The message whose button was pressed. */
  readonly source: Message | null;
  acknowledged: boolean;
  /** `@original`: what answers it, once there is something. */
  original: Message | null;
  /** A deferral shows "thinking" until it is edited. */
  thinking: boolean;
  choices: readonly Choice[] | null;
  followUps: Message[];
  /** Callbacks that were refused, by the code of the refusal. */
  refusals: number[];
}

export interface InteractionDraft {
  readonly type: number;
  readonly userId: string;
  readonly channel: Channel;
  readonly data: Json;
  readonly source?: Message;
}

/** Sends an interaction to the bot (Interactions / Receiving and Responding, "Interaction Structure"). */
export function interact(state: State, draft: InteractionDraft): Interaction {
  const interaction: Interaction = {
    id: nextSnowflake(),
    token: randomBytes(48).toString("base64url"),
    type: draft.type,
    userId: draft.userId,
    channel: draft.channel,
    createdAtMs: Date.now(),
    source: draft.source ?? null,
    acknowledged: false,
    original: null,
    thinking: false,
    choices: null,
    followUps: [],
    refusals: [],
  };
  state.interactions.set(interaction.token, interaction);
  state.dispatch("INTERACTION_CREATE", payloadOf(state, interaction, draft.data), draft.channel.guildId);
  return interaction;
}

function payloadOf(state: State, interaction: Interaction, data: Json): Json {
  const { channel, userId } = interaction;
  const { world } = state;
  const guild = world.guilds.get(channel.guildId);
  if (guild === undefined) throw new Error("an interaction needs a guild");
  const permissions = String(permissionsIn(world, channel, userId));
  return {
    id: interaction.id,
    application_id: world.applicationId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data,
    guild_id: guild.id,
    guild: { id: guild.id, locale: "en-US", features: [] },
    channel_id: channel.id,
    channel: { ...channelObject(channel), permissions },
    member: { ...memberObject(world, guild, userId), permissions },
    app_permissions: String(botPermissions(state, channel)),
    locale: "en-US",
    guild_locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: { "0": guild.id },
    context: 0,
    attachment_size_limit: 10_485_760,
    ...(interaction.source === null ? {} : { message: messageObject(world, interaction.source) }),
  };
}
