import { AllowedMentionsTypes, type APIAllowedMentions } from "discord-api-types/v10";

interface DiscordMention {
  readonly text: string;
  /** Nothing else in the message calls anyone, whatever its text says. */
  readonly allowed: APIAllowedMentions;
}

/** As Discord writes them (API Reference, "Message Formatting"); the other platforms' words for everybody mean the same here. */
function parseMention(typed: string): DiscordMention | null {
  const text = typed.trim();
  const role = /^<@&(\d{1,20})>$/.exec(text)?.[1];
  if (role !== undefined) return { text, allowed: { parse: [], roles: [role] } };
  const user = /^<@!?(\d{1,20})>$/.exec(text)?.[1];
  if (user !== undefined) return { text: `<@${user}>`, allowed: { parse: [], users: [user] } };
  const everyone: APIAllowedMentions = { parse: [AllowedMentionsTypes.Everyone] };
  if (/^@here$/i.test(text)) return { text: "@here", allowed: everyone };
  return /^@(everyone|channel|room)$/i.test(text) ? { text: "@everyone", allowed: everyone } : null;
}

export function toMention(typed: string): string | null {
  return parseMention(typed)?.text ?? null;
}

/** For a new message with this mention, or with none. An edit calls nobody: it allows none. */
export function allowedMentions(mention: string | undefined): APIAllowedMentions {
  return (mention === undefined ? null : parseMention(mention)?.allowed) ?? { parse: [] };
}
