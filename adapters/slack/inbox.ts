import type { TypedOptions } from "../../src/command/command.ts";
import type { GivenFile } from "./files.ts";
import type { Installation } from "./installation.ts";

/** A command that was acknowledged and must take effect, whatever dies meanwhile. */
export interface Inquiry {
  /** Slack's trigger id: the same for one act of a person, never for two. */
  readonly id: string;
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly responseUrl: string;
  readonly atMs: number;
  readonly asked:
    | { readonly kind: "line"; readonly line: string }
    | {
        readonly kind: "form";
        readonly command: string;
        readonly options: TypedOptions;
        readonly file?: GivenFile;
      };
}

const NAME = "inbox";
/** An answer's address is good for half an hour; the effect is wanted all the same. */
const MOST_WAITING = 200;

/**
 * Commands between acknowledgement and answer. Slack never delivers an acknowledged command again, so it is written down first,
 * and whoever holds the connection next does what was left.
 */
export class Inbox {
  readonly #installation: Installation;
  readonly #working = new Set<string>();
  #turn: Promise<void> = Promise.resolve();

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  async add(inquiry: Inquiry): Promise<void> {
    this.#working.add(inquiry.id);
    await this.#change((all) => [...all.filter((one) => one.id !== inquiry.id), inquiry].slice(-MOST_WAITING));
  }

  async remove(id: string): Promise<void> {
    await this.#change((all) => all.filter((one) => one.id !== id));
    this.#working.delete(id);
  }

  /** What another process left behind, at least so old. */
  async left(minAgeMs: number): Promise<readonly Inquiry[]> {
    const all = await this.#read();
    return all.filter((one) => !this.#working.has(one.id) && Date.now() - one.atMs >= minAgeMs);
  }

  async #read(): Promise<Inquiry[]> {
    return JSON.parse((await this.#installation.memory.get(NAME)) ?? "[]") as Inquiry[];
  }

  /** One after the other: the list is read and written as a whole. */
  async #change(change: (all: readonly Inquiry[]) => readonly Inquiry[]): Promise<void> {
    const write = async (): Promise<void> =>
      await this.#installation.memory.set(NAME, JSON.stringify(change(await this.#read())));
    const changed = this.#turn.then(write);
    this.#turn = changed.catch(() => undefined);
    await changed;
  }
}
