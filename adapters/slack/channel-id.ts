/** `slack:<team>/<id>`: ids of conversations are unique within a workspace only. */
export function channelId(team: string, conversation: string): string {
  return `slack:${team}/${conversation}`;
}

export interface Place {
  readonly team: string;
  readonly conversation: string;
}

/** null for what is no channel of Slack's. */
export function placeOf(channel: string): Place | null {
  const [, team, conversation] = /^slack:(\w+)\/(\w+)$/.exec(channel) ?? [];
  return team === undefined || conversation === undefined ? null : { team, conversation };
}
