/** The one delivery a channel has under way. Times are Redis time in ms. */
export interface Sending {
  readonly key: string;
  readonly message: string;
  readonly items: readonly string[];
  /** Where the message belongs, in the caller's words; "" for a new one. */
  readonly aim: string;
  readonly phase: "attempting" | "waiting";
  readonly attempts: number;
  readonly firstAttemptAtMs: number;
  readonly attemptAtMs: number;
  readonly deadlineAtMs: number;
  /** In phase `waiting`: not before this time. */
  readonly notBeforeMs: number;
}

export function toSending(fields: readonly string[]): Sending {
  const f = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) f.set(fields[i] ?? "", fields[i + 1] ?? "");
  const number = (name: string): number => Number(f.get(name) ?? 0);
  return {
    key: f.get("key") ?? "",
    message: f.get("message") ?? "",
    items: JSON.parse(f.get("items") ?? "[]") as string[],
    aim: f.get("aim") ?? "",
    phase: f.get("phase") === "waiting" ? "waiting" : "attempting",
    attempts: number("attempts"),
    firstAttemptAtMs: number("firstAttemptAt"),
    attemptAtMs: number("attemptAt"),
    deadlineAtMs: number("deadlineAt"),
    notBeforeMs: number("notBefore"),
  };
}
