/** What was made last, by what it was made of. */
export class Recent<T> {
  readonly #most: number;
  readonly #made = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The same as before where `key` is among the last ones asked for; what `make` throws is not kept. */
  get(key: string, make: () => T): T {
    const known = this.#made.get(key);
    const value = known ?? make();
    // The order of a map is that of insertion: the first is the one that nobody asked for longest.
    this.#made.delete(key);
    this.#made.set(key, value);
    const [oldest] = this.#made.keys();
    if (this.#made.size > this.#most && oldest !== undefined) this.#made.delete(oldest);
    return value;
  }
}
