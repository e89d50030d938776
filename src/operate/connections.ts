import type { AdapterStore } from "../store/adapter-store.ts";

export type Standing = "starting" | "connected" | "not connected" | "not started";

/** The inbound connections of the platforms that this process runs, by whichever process they are held. */
export class Connections {
  readonly #platforms = new Map<string, { readonly names: Set<string>; standing: "starting" | "started" | "failed" }>();
  readonly #store: (platform: string) => AdapterStore;

  constructor(platforms: readonly string[], store: (platform: string) => AdapterStore) {
    this.#store = store;
    for (const platform of platforms) this.#platforms.set(platform, { names: new Set(), standing: "starting" });
  }

  get platforms(): readonly string[] {
    return [...this.#platforms.keys()];
  }

  /** The platform has a connection of this name. */
  add(platform: string, name: string): void {
    this.#platforms.get(platform)?.names.add(name);
  }

  note(platform: string, standing: "started" | "failed"): void {
    const known = this.#platforms.get(platform);
    if (known !== undefined) known.standing = standing;
  }

  /** A platform without any connection is connected once it has started. */
  async standing(platform: string): Promise<Standing> {
    const known = this.#platforms.get(platform);
    if (known === undefined || known.standing === "failed") return "not started";
    if (known.standing === "starting") return "starting";
    const store = this.#store(platform);
    const up = await Promise.all([...known.names].map(async (name) => await store.isUp(name)));
    return up.every((isUp) => isUp) ? "connected" : "not connected";
  }
}
