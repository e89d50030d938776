const LONGEST_BACK_OFF_MS = 60_000;

/** How long to wait after so many attempts that surely did not land. */
export function backOffMs(attempts: number): number {
  return Math.min(1000 * 2 ** Math.min(attempts - 1, 10), LONGEST_BACK_OFF_MS);
}
