/** Under which it is remembered how long a transcript was before the latest delivery. */
export function markName(channel: string): string {
  return `mark ${channel}`;
}
