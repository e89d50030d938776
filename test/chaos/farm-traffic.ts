import { Occasion } from "./wait.ts";

/** One request as the farm saw it. */
export interface TrafficRecord {
  /** Called when a whole document is on its way, with its validator. */
  serve(validator: string): void;
  /** Status of an answer sent to its end; null when the connection ended first. Only the first call counts. */
  end(status: number | null): void;
}

/** Documents that were sent to the end, by reader and validator. */
export type WholeReads = ReadonlyMap<string, ReadonlySet<string>>;

/** Who asked which host for what, and how many at a time. */
export class HostTraffic {
  readonly #openByHost = new Map<string, number>();
  readonly #statuses = new Map<string, number>();
  readonly #wholeReads = new Map<string, Set<string>>();
  /** A whole document was sent to its end. */
  readonly documentSent = new Occasion();
  /** Requests that came to a host while another was under way there. */
  readonly overlaps: string[] = [];

  begin(host: string, path: string, reader: string): TrafficRecord {
    const open = (this.#openByHost.get(host) ?? 0) + 1;
    this.#openByHost.set(host, open);
    if (open > 1) this.overlaps.push(`${open} requests at once to ${host}, the last for ${path}`);
    let served: string | null = null;
    let ended = false;
    return {
      serve: (validator) => void (served = validator),
      end: (status) => {
        if (ended) return;
        ended = true;
        this.#openByHost.set(host, (this.#openByHost.get(host) ?? 1) - 1);
        const name = status === null ? "broken off" : String(status);
        this.#statuses.set(name, (this.#statuses.get(name) ?? 0) + 1);
        if (status === 200 && served !== null) this.#noteWhole(`${reader} ${host}${path}`, served);
      },
    };
  }

  get wholeReads(): WholeReads {
    return this.#wholeReads;
  }

  /** Such as "200×12 304×80". */
  summary(): string {
    return [...this.#statuses]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([status, count]) => `${status}×${count}`)
      .join(" ");
  }

  #noteWhole(reader: string, validator: string): void {
    const known = this.#wholeReads.get(reader) ?? new Set();
    known.add(validator);
    this.#wholeReads.set(reader, known);
    this.documentSent.happens();
  }
}
