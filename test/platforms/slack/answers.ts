import type { Fields } from "./json.ts";
import { see, type Seen } from "./see.ts";

/** A message only one person sees. */
export interface PrivateMessage {
  readonly id: string;
  readonly user: string;
  readonly channel: string;
  /** The interaction that it answers first. */
  readonly interaction: string;
  text: string;
  blocks: readonly Fields[];
  isDeleted: boolean;
  /** How often it was replaced. */
  versions: number;
}

/** Something that a person noticed: an answer, a modal, an error shown by the client. */
export interface Happening {
  readonly interaction: string;
  readonly kind: "private" | "public" | "replaced" | "deleted" | "modal" | "modal updated" | "modal closed" | "error";
  /** Id of the message or view, or the error's code. */
  readonly what: string;
}

/** What the app answered to people, with a way to wait for it. */
export class Answers {
  readonly messages = new Map<string, PrivateMessage>();
  readonly happenings: Happening[] = [];
  readonly #waiting = new Set<() => void>();

  note(happening: Happening): void {
    this.happenings.push(happening);
    for (const look of this.#waiting) look();
  }

  /** The first happening from number `from` on that fits; "timeout" as an error when none comes in time. */
  async next(from: number, fits: (happening: Happening) => boolean, timeoutMs: number): Promise<Happening> {
    return await new Promise((resolve) => {
      const finish = (happening: Happening): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(happening);
      };
      const look = (): void => {
        const found = this.happenings.slice(from).find(fits);
        if (found !== undefined) finish(found);
      };
      const timer = setTimeout(() => finish({ interaction: "", kind: "error", what: "no answer in time" }), timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }

  /** What a person sees of a private message. */
  seen(id: string): Seen {
    const message = this.messages.get(id);
    if (message === undefined || message.isDeleted) throw new Error(`no private message ${id}`);
    return see(message.id, message.text, message.blocks, message.versions > 0);
  }

  /** Every private message that a person can see in a channel, oldest first. */
  visibleTo(user: string, channel: string): Seen[] {
    return [...this.messages.values()]
      .filter((message) => message.user === user && message.channel === channel && !message.isDeleted)
      .map((message) => this.seen(message.id));
  }
}
