export type Fault = "429" | "500" | "cut before accepting" | "cut after accepting" | "rejected";

/** How the server misbehaves; shares are of requests that post or edit, 0 to 1. */
export interface TroubleSettings {
  tooMany: number;
  serverError: number;
  /** `ok: false, error: "internal_error"` after the message was taken: "some aspect of the operation succeeded". */
  errorAfter: number;
  cutBefore: number;
  cutAfter: number;
  /** The connection is cut, and the message appears `lateMs` afterwards. */
  late: number;
  lateMs: number;
  /** History shows a message so long after it was posted, at most. */
  historyLagMs: number;
  /** History answers with this error code instead; "" for none. */
  historyError: string;
  /** 15 objects and one request a minute, as for apps distributed outside the Marketplace. */
  strictHistory: boolean;
  /** Length of that minute. */
  strictMinuteMs: number;
}

const none: TroubleSettings = {
  tooMany: 0,
  serverError: 0,
  errorAfter: 0,
  cutBefore: 0,
  cutAfter: 0,
  late: 0,
  lateMs: 1000,
  historyLagMs: 0,
  historyError: "",
  strictHistory: false,
  strictMinuteMs: 60_000,
};

/** What becomes of one request that posts or edits. */
export type Fate = "none" | "429" | "500" | "rejected" | "error after" | "cut before" | "cut after" | "late";

const fates: Readonly<Record<Fault, Fate>> = {
  "429": "429",
  "500": "500",
  "cut before accepting": "cut before",
  "cut after accepting": "cut after",
  rejected: "rejected",
};

export class Trouble {
  readonly settings: TroubleSettings = { ...none };
  /** Called between accepting a message and answering; the answer waits for it. */
  onAccepted: (channel: string, ts: string) => Promise<void> | void = () => undefined;
  random: () => number = Math.random;
  readonly #next: Fate[] = [];

  next(fault: Fault): void {
    this.#next.push(fates[fault]);
  }

  nextFate(fate: Fate): void {
    this.#next.push(fate);
  }

  fate(): Fate {
    const planned = this.#next.shift();
    if (planned !== undefined) return planned;
    const { tooMany, serverError, errorAfter, cutBefore, cutAfter, late } = this.settings;
    const shares: readonly [Fate, number][] = [
      ["429", tooMany],
      ["500", serverError],
      ["error after", errorAfter],
      ["cut before", cutBefore],
      ["cut after", cutAfter],
      ["late", late],
    ];
    let at = this.random();
    for (const [fate, share] of shares) {
      if (at < share) return fate;
      at -= share;
    }
    return "none";
  }

  lagMs(): number {
    return this.random() * this.settings.historyLagMs;
  }
}
