/** What happens to a request that posts or edits a message. */
export type Fault =
  | "429"
  | "500"
  | "500 after accepting"
  | "cut before accepting"
  | "cut after accepting"
  | "rejected"
  /** The client sees the connection break; the server acts on the request a while later all the same. */
  | "late";

export type AnswerFault = "500" | "500 after accepting";

/** Everything that may be hard about Discord. */
export interface TroubleSettings {
  /** How large a share of the requests that post or edit meets each fault. */
  readonly shares: Readonly<Partial<Record<Fault, number>>>;
  readonly lateMs: number;
  /** How long `nonce` with `enforce_nonce` is remembered: "the past few minutes" in the documents, which give no number. */
  readonly nonceWindowMs: number;
  /** History may show a message up to so much later than the answer to its creation. */
  readonly historyLagMs: number;
  /** As if READ_MESSAGE_HISTORY were denied everywhere. */
  readonly historyRefused: boolean;
  readonly retryAfterMs: number;
  readonly random: () => number;
}

export const noTrouble: TroubleSettings = {
  shares: {},
  lateMs: 500,
  nonceWindowMs: 180_000,
  historyLagMs: 0,
  historyRefused: false,
  retryAfterMs: 300,
  random: Math.random,
};

export class Trouble {
  settings: TroubleSettings;
  readonly met = new Map<Fault, number>();
  readonly #next: Fault[] = [];
  readonly #nextAnswers: AnswerFault[] = [];
  readonly #nextThreads: Fault[] = [];

  constructor(settings: Partial<TroubleSettings> = {}) {
    this.settings = { ...noTrouble, ...settings };
  }

  set(settings: Partial<TroubleSettings>): void {
    this.settings = { ...this.settings, ...settings };
  }

  /** The next request that posts or edits meets this fault. */
  next(fault: Fault): void {
    this.#next.push(fault);
  }

  /** The next request that edits an answer or adds to one meets this fault. */
  nextAnswer(fault: AnswerFault): void {
    this.#nextAnswers.push(fault);
  }

  /** The next request that makes a thread below a message meets this fault. */
  nextThread(fault: Fault): void {
    this.#nextThreads.push(fault);
  }

  pickThread(): Fault | null {
    return this.#nextThreads.shift() ?? this.#byChance();
  }

  pickAnswer(): AnswerFault | null {
    return this.#nextAnswers.shift() ?? null;
  }

  pick(): Fault | null {
    const fault = this.#next.shift() ?? this.#byChance();
    if (fault !== null) this.met.set(fault, (this.met.get(fault) ?? 0) + 1);
    return fault;
  }

  #byChance(): Fault | null {
    let left = this.settings.random();
    for (const [fault, share] of Object.entries(this.settings.shares)) {
      left -= share;
      if (left < 0) return fault as Fault;
    }
    return null;
  }
}
