/** What a variable's text must be. Bounds are in its own unit and included. */
export type Kind =
  | { readonly kind: "text" | "secret" | "web address" | "list" }
  | { readonly kind: "seconds" | "whole number"; readonly least: number; readonly most: number }
  | { readonly kind: "choice"; readonly of: readonly string[] };

export interface Variable {
  readonly type: Kind;
  /** "" when there is none. */
  readonly default: string;
  /** What it does, for the person who sets it. */
  readonly help: string;
}

const text: Kind = { kind: "text" };
/** Never shown, and may also come from a file named by NAME_FILE, as secrets do in containers. */
const secret: Kind = { kind: "secret" };
const webAddress: Kind = { kind: "web address" };
const list: Kind = { kind: "list" };

function seconds(least: number, most: number): Kind {
  return { kind: "seconds", least, most };
}

function wholeNumber(least: number, most: number): Kind {
  return { kind: "whole number", least, most };
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const DAY = 86_400;
const YEAR = 365 * DAY;

/** Everything that may be set, in the order and the words of `.env.example`, which is made of this. */
export const GROUPS = {
  Discord: {
    DISCORD_TOKEN: {
      type: secret,
      default: "",
      help: "The bot's token turns Discord on: docs/discord.md shows where it is.",
    },
    DISCORD_API_URL: {
      type: webAddress,
      default: "https://discord.com/api",
      help: "Where Discord's API is; another address for a proxy or a test.",
    },
  },
  Slack: {
    SLACK_BOT_TOKEN: {
      type: secret,
      default: "",
      help: "The Bot User OAuth Token turns Slack on, together with one of the next two: docs/slack.md shows where they are.",
    },
    SLACK_APP_TOKEN: {
      type: secret,
      default: "",
      help: "For Socket Mode: Planetwire calls Slack, and need not be reachable from outside.",
    },
    SLACK_SIGNING_SECRET: {
      type: secret,
      default: "",
      help: "For HTTP instead: Slack calls Planetwire, at HTTP_PORT.",
    },
    SLACK_API_URL: {
      type: webAddress,
      default: "https://slack.com/api/",
      help: "Where Slack's API is; another address for a proxy or a test.",
    },
  },
  Matrix: {
    MATRIX_HOMESERVER_URL: {
      type: webAddress,
      default: "",
      help: "The homeserver's address turns Matrix on, together with the next: docs/matrix.md shows where they are.",
    },
    MATRIX_ACCESS_TOKEN: { type: secret, default: "", help: "The access token of the bot's account." },
    MATRIX_INVITE_SERVERS: {
      type: list,
      default: "",
      help: "Servers whose users may invite the bot: example.org,matrix.org; empty: its own server only.",
    },
  },
  HTTP: {
    HTTP_HOST: {
      type: text,
      default: "127.0.0.1",
      help: "The address to listen on: this machine alone, or 0.0.0.0 for every network it is in.",
    },
    HTTP_PORT: {
      type: wholeNumber(1, 65_535),
      default: "",
      help: "Empty: nothing listens. With a port: /healthz, /readyz and /metrics (docs/operating.md), and Slack's requests in HTTP mode.",
    },
  },
  Redis: {
    REDIS_URL: {
      type: secret,
      default: "",
      help:
        "Redis 7.0 or later, or Valkey. Empty: Planetwire starts a private redis-server of its own in DATA_DIR. " +
        "redis://host:6379, rediss:// for TLS, or a cluster: redis+cluster://host:6379,host:6379 (rediss+cluster://), one node or several.",
    },
    DATA_DIR: {
      type: text,
      default: "./data",
      help: "Where the private Redis, the search index, the console's transcripts and backups live.",
    },
  },
  "Reading feeds": {
    POLL_MIN_SECONDS: {
      type: seconds(0.1, DAY),
      default: "900",
      help: "Shortest time between two reads of one feed. Between this and the longest it follows the feed's own rhythm.",
    },
    POLL_MAX_SECONDS: {
      type: seconds(0.1, 7 * DAY),
      default: "21600",
      help: "Longest time between two reads. A publisher's wish (max-age, ttl) and failures may make it four times as long, and Retry-After a week.",
    },
    FAILING_NOTICE_SECONDS: {
      type: seconds(0.1, YEAR),
      default: "86400",
      help: "A feed that cannot be read for so long (a day) says so in its channels, once, and once when it is back.",
    },
    FAILING_STOP_SECONDS: {
      type: seconds(0.1, YEAR),
      default: "1209600",
      help: "After so long (two weeks) reading it stops with a message, until somebody says `resume <feed>`.",
    },
    CONTACT: {
      type: text,
      default: "",
      help: "Told to publishers in the User-Agent, so that they can reach you: a web or mail address.",
    },
    ALLOW_PRIVATE_NETWORKS: {
      type: list,
      default: "",
      help: "Hosts, addresses or ranges that feeds may live on although they are not public: intranet.example.org,10.0.0.0/8",
    },
    MAX_FOLLOWS_PER_CHANNEL: {
      type: wholeNumber(1, 100_000),
      default: "100",
      help: "How many feeds one channel may follow.",
    },
    RETENTION_DAYS: {
      type: wholeNumber(1, 36_500),
      default: "180",
      help: "How long entries and what became of them are kept, and can be searched. An entry takes about 4 KB of Redis' memory (its text, at most 20 KB of HTML) and 3 KB of disk below DATA_DIR/search.",
    },
    LEFT_KEEP_DAYS: {
      type: wholeNumber(0, 36_500),
      default: "30",
      help: "How long is kept what belongs to a channel that Planetwire was removed from, or that was deleted, in case it comes back; then all of it is removed.",
    },
  },
  Posting: {
    DIGEST_FROM: {
      type: wholeNumber(2, 1000),
      default: "10",
      help: "From so many waiting entries on, of whatever feeds, a channel gets one digest instead of a flood.",
    },
    UNCERTAIN_WAIT_SECONDS: {
      type: seconds(0.1, 3600),
      default: "60",
      help: "When it is not known whether a post landed: how long to wait before looking for it.",
    },
    EDIT_WAIT_SECONDS: {
      type: seconds(0.1, DAY),
      default: "60",
      help: "When a feed changes the title or text of an entry: how long to wait before its message is edited, so that several corrections are one edit.",
    },
  },
  Running: {
    LOCK_SECONDS: {
      type: seconds(0.5, 300),
      default: "5",
      help: "A killed process is replaced in its work after one to two times this long.",
    },
    SWEEP_SECONDS: {
      type: seconds(0.5, 3600),
      default: "30",
      help: "How often is looked for work that a crash left between two steps.",
    },
    LOG_LEVEL: {
      type: { kind: "choice", of: LOG_LEVELS },
      default: "",
      help: "How much is logged: trace, debug, info, warn, error, fatal or silent; empty: warn on a terminal, else info.",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Variable>>>>;

type Groups = typeof GROUPS;
type NamesOf<G> = G extends unknown ? keyof G & string : never;
export type VariableName = NamesOf<Groups[keyof Groups]>;

/** Every variable by its name. */
export const VARIABLES: ReadonlyMap<string, Variable> = new Map(
  Object.values(GROUPS).flatMap((group): [string, Variable][] => Object.entries(group)),
);

export function variable(name: VariableName): Variable {
  const found = VARIABLES.get(name);
  if (found === undefined) throw new Error(`there is no variable ${name}`);
  return found;
}

/** Also those that name the file of a secret. */
export function namesToSet(): readonly string[] {
  return [...VARIABLES].flatMap(([name, { type }]) => (type.kind === "secret" ? [name, `${name}_FILE`] : [name]));
}
