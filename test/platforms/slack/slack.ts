import { randomBytes } from "node:crypto";
import type { Fields } from "./json.ts";
import { Answers } from "./answers.ts";
import { RateLimits } from "./rate-limits.ts";
import { SlackFault } from "./fault.ts";
import { Trouble } from "./trouble.ts";
import { APP, BOT_USER, type SlackChannel, TEAM, Workspace } from "./workspace.ts";

/** What the app's manifest says, as far as the server holds the app to it. */
export interface AppManifest {
  readonly scopes: readonly string[];
  readonly commands: readonly string[];
  readonly events: readonly string[];
  readonly isInteractive: boolean;
}

/** A modal that is open before a person. */
export interface OpenView {
  readonly id: string;
  readonly user: string;
  view: Fields;
  hash: string;
  isOpen: boolean;
  /** The interaction that opened it. */
  readonly interaction: string;
}

/** One thing a person did: a command, a button, a submitted modal. */
export interface Interaction {
  readonly id: string;
  readonly triggerId: string;
  readonly user: string;
  readonly channel: string;
  readonly atMs: number;
  isTriggerUsed: boolean;
  responses: number;
  /** The private message that a pressed button belongs to. */
  readonly message: string;
}

export interface ApiCall {
  readonly method: string;
  readonly args: Fields;
  readonly atMs: number;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  bytes: Buffer;
  /** The conversation in which it can be seen; "" while nobody can. */
  sharedIn: string;
}

/** Everything the played Slack knows. */
export class Slack {
  readonly workspace = new Workspace();
  readonly trouble = new Trouble();
  readonly limits = new RateLimits();
  readonly answers = new Answers();
  readonly views = new Map<string, OpenView>();
  readonly interactions = new Map<string, Interaction>();
  /** Files by their id: those that people put into forms, and those that the app uploaded. */
  readonly files = new Map<string, SlackFile>();
  readonly calls: ApiCall[] = [];
  readonly manifest: AppManifest;
  readonly scopes: Set<string>;
  readonly botToken = `xoxb-1-2-${randomBytes(9).toString("hex")}`;
  readonly appToken = `xapp-1-${APP}-2-${randomBytes(9).toString("hex")}`;
  readonly signingSecret = randomBytes(16).toString("hex");
  /** Error codes with which tokens are refused; "" while they are good. */
  botTokenError = "";
  appTokenError = "";
  /** Older messages of the app cannot be edited any more. */
  isEditWindowClosed = false;
  /** Addresses of images that Slack cannot fetch: such blocks are invalid. */
  readonly brokenImages = new Set<string>();
  /** Where this server listens. */
  baseUrl = "";

  constructor(manifest: AppManifest) {
    this.manifest = manifest;
    this.scopes = new Set(manifest.scopes);
  }

  /** A channel as the app may know it: a private one it is not in does not exist for it. */
  channel(id: unknown): SlackChannel {
    const channel = this.workspace.channels.get(String(id));
    if (channel === undefined || (channel.isPrivate && !channel.members.has(BOT_USER)))
      throw new SlackFault("channel_not_found");
    return channel;
  }

  newInteraction(user: string, channel: string, message = ""): Interaction {
    const id = randomBytes(9).toString("hex");
    const triggerId = `${String(Date.now())}.1.${id}`;
    const interaction = { id, triggerId, user, channel, atMs: Date.now(), isTriggerUsed: false, responses: 0, message };
    this.interactions.set(id, interaction);
    return interaction;
  }

  /** Uploads a file for a form; returns its id. */
  addFile(name: string, content: string | Buffer): string {
    const id = `F${randomBytes(5).toString("hex").toUpperCase()}`;
    this.files.set(id, { id, name, bytes: Buffer.from(content), sharedIn: "" });
    return id;
  }

  responseUrl(interaction: Interaction): string {
    return `${this.baseUrl}/response/${TEAM}/${interaction.id}`;
  }
}
