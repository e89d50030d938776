import type { types } from "@slack/bolt";

interface SlackMention {
  /** For where only mrkdwn can be. */
  readonly text: string;
  readonly element: types.RichTextElement;
}

const RANGES = ["here", "channel", "everyone"] as const;

/** As Slack writes them when people choose one (Formatting message text, "Mentioning"), and its words for everybody as they are typed. */
export function parseMention(typed: string): SlackMention | null {
  const text = typed.trim();
  const group = /^<!subteam\^([A-Z0-9]{2,30})(?:\|[^<>]*)?>$/.exec(text)?.[1];
  if (group !== undefined) return { text: `<!subteam^${group}>`, element: { type: "usergroup", usergroup_id: group } };
  const user = /^<@([UW][A-Z0-9]{2,30})(?:\|[^<>]*)?>$/.exec(text)?.[1];
  if (user !== undefined) return { text: `<@${user}>`, element: { type: "user", user_id: user } };
  const said = (/^<!(\w+)(?:\|[^<>]*)?>$/.exec(text) ?? /^@(\w+)$/.exec(text))?.[1]?.toLowerCase();
  const range = RANGES.find((one) => one === (said === "room" ? "channel" : said));
  return range === undefined ? null : { text: `<!${range}>`, element: { type: "broadcast", range } };
}

export function toMention(typed: string): string | null {
  return parseMention(typed)?.text ?? null;
}
