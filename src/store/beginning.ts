/** What is about to be sent. */
export interface Beginning {
  readonly key: string;
  readonly message: string;
  readonly items: readonly SendingItem[];
  readonly attemptMs: number;
  /** For the items behind these, in the caller's words; none for nothing. */
  readonly plan?: string;
  /** Entries that go into the thread of this message when it has landed; none where there is no thread. */
  readonly details?: readonly string[];
}

export interface SendingItem {
  readonly id: string;
  /** By which it is known again in another feed; "" for nothing. */
  readonly linkKey: string;
}
