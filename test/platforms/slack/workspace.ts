import { randomBytes } from "node:crypto";
import type { Fields } from "./json.ts";

export interface SlackUser {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  readonly isAdmin: boolean;
  readonly isOwner: boolean;
  /** A multi-channel guest. */
  readonly isRestricted: boolean;
  /** A single-channel guest. */
  readonly isUltraRestricted: boolean;
  readonly isBot: boolean;
  /** Workspaces of an Enterprise organisation that the user is in. */
  readonly enterpriseTeams?: readonly string[];
}

export interface SlackMessage {
  readonly ts: string;
  readonly user: string;
  readonly botId: string;
  text: string;
  /** `mrkdwn` of chat.postMessage. */
  readonly format?: boolean;
  blocks: readonly Fields[];
  readonly metadata: Fields | null;
  edited: boolean;
  /** The message in whose thread it stands; none outside of threads. */
  readonly threadTs?: string;
  /** History shows it from then on. */
  readonly inHistoryAtMs: number;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly creator: string;
  isArchived: boolean;
  /** Only some may post (`restricted_action`). */
  isRestricted: boolean;
  readonly members: Set<string>;
  readonly messages: SlackMessage[];
}

export const TEAM = "T0PLANET1";
export const APP = "A0PLANET1";
export const BOT_USER = "U0PLANETB";
export const BOT = "B0PLANETB";

const nobody = { teamId: TEAM, isAdmin: false, isOwner: false, isRestricted: false, isUltraRestricted: false };

const people: readonly SlackUser[] = [
  { ...nobody, id: BOT_USER, name: "planetwire", isBot: true },
  { ...nobody, id: "U0OWNER01", name: "olga", isOwner: true, isAdmin: true, isBot: false },
  { ...nobody, id: "U0ADMIN01", name: "amir", isAdmin: true, isBot: false },
  { ...nobody, id: "U0MEMBER1", name: "mia", isBot: false },
  { ...nobody, id: "U0MAKER01", name: "carl", isBot: false },
  { ...nobody, id: "U0GUEST01", name: "greta", isRestricted: true, isBot: false },
  { ...nobody, id: "U0GUEST02", name: "gus", isRestricted: true, isUltraRestricted: true, isBot: false },
  { ...nobody, id: "U0GRID001", name: "gwen", teamId: "T0SISTER1", enterpriseTeams: ["T0SISTER1", TEAM], isBot: false },
  { ...nobody, id: "U0STRANGE", name: "stan", teamId: "T0OTHER01", isBot: false },
];

/** One workspace in which the app is installed, with people of every kind. */
export class Workspace {
  readonly users = new Map(people.map((user) => [user.id, user]));
  readonly channels = new Map<string, SlackChannel>();
  #lastTsMicros = 0;

  userNamed(name: string): SlackUser {
    const user = [...this.users.values()].find((one) => one.name === name);
    if (user === undefined) throw new Error(`nobody is called ${name}`);
    return user;
  }

  addChannel(
    name: string,
    changes: { isPrivate?: boolean; creator?: string; botIsMember?: boolean } = {},
  ): SlackChannel {
    const creator = this.userNamed(changes.creator ?? "carl").id;
    const everyone = [...this.users.values()].filter((user) => !user.isBot).map((user) => user.id);
    const channel: SlackChannel = {
      id: `C${randomBytes(5).toString("hex").toUpperCase()}`,
      name,
      isPrivate: changes.isPrivate ?? false,
      creator,
      isArchived: false,
      isRestricted: false,
      members: new Set(changes.botIsMember === false ? everyone : [...everyone, BOT_USER]),
      messages: [],
    };
    this.channels.set(channel.id, channel);
    return channel;
  }

  /** Seconds and six digits, never the same twice: a message's id within its channel. */
  nextTs(): string {
    this.#lastTsMicros = Math.max(this.#lastTsMicros + 1, Date.now() * 1000);
    const seconds = Math.floor(this.#lastTsMicros / 1_000_000);
    return `${String(seconds)}.${String(this.#lastTsMicros % 1_000_000).padStart(6, "0")}`;
  }
}
