import type { CommandContext } from "../../src/command/command.ts";
import type { Installation } from "./installation.ts";
import { SlackFailure, type Web } from "./web.ts";

type Role = CommandContext["role"];

interface UserAnswer {
  readonly ok?: boolean;
  readonly user?: {
    readonly team_id?: string;
    readonly deleted?: boolean;
    readonly is_admin?: boolean;
    readonly is_owner?: boolean;
    readonly is_primary_owner?: boolean;
    readonly is_restricted?: boolean;
    readonly is_ultra_restricted?: boolean;
    readonly is_stranger?: boolean;
    readonly is_bot?: boolean;
    /** In an Enterprise organisation one user is in several workspaces. */
    readonly enterprise_user?: { readonly teams?: readonly string[] };
  };
}

interface ChannelAnswer {
  readonly ok?: boolean;
  readonly channel?: {
    readonly creator?: string;
    readonly is_member?: boolean;
    readonly name?: string;
    readonly is_channel?: boolean;
    readonly is_private?: boolean;
    readonly is_archived?: boolean;
  };
}

/** Long enough for a conversation with the bot, short enough that a right that was taken is soon gone. */
const KEPT_MS = 60_000;
const MOST_KEPT = 1000;

const NOT_OPEN =
  "There is no public channel with this ID here. In a private channel give the command in the channel itself.";

/** Who may do what: admins of the workspace and who made the channel manage it, guests and strangers only look. */
export class Roles {
  readonly #web: Web;
  readonly #installation: Installation;
  readonly #kept = new Map<string, { readonly role: Role; readonly untilMs: number }>();

  constructor(web: Web, installation: Installation) {
    this.#web = web;
    this.#installation = installation;
  }

  /** Throws when Slack does not say. */
  async roleOf(conversation: string, user: string): Promise<Role> {
    const name = `${conversation} ${user}`;
    const known = this.#kept.get(name);
    if (known !== undefined && known.untilMs > performance.now()) return known.role;
    const role = await this.#ask(conversation, user);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(name, { role, untilMs: performance.now() + KEPT_MS });
    return role;
  }

  async #ask(conversation: string, id: string): Promise<Role> {
    const [{ team }, { user = {} }] = await Promise.all([
      this.#installation.identity(),
      this.#web.call("users.info", { user: id }) as Promise<UserAnswer>,
    ]);
    const isGuest = user.is_restricted === true || user.is_ultra_restricted === true;
    const isHere = user.team_id === team || user.enterprise_user?.teams?.includes(team) === true;
    const isStranger = !isHere || user.is_stranger === true;
    if (isGuest || isStranger || user.is_bot === true || user.deleted === true) return "guest";
    if (user.is_admin === true || user.is_owner === true || user.is_primary_owner === true) return "manager";
    return (await this.#creatorOf(conversation)) === id ? "manager" : "member";
  }

  async #creatorOf(conversation: string): Promise<string> {
    const { channel }: ChannelAnswer = (await this.#info(conversation)) ?? {};
    return channel?.creator ?? "";
  }

  /** Whether the bot may post and read there. */
  async isMember(conversation: string): Promise<boolean> {
    const { channel }: ChannelAnswer = (await this.#info(conversation)) ?? {};
    return channel?.is_member === true;
  }

  /**
   * A public channel in which the bot is, by its name; or why it is none. Who is in a private channel Slack does not say briefly, and a member
   * of the workspace need not be: there the command is given in the channel itself.
   */
  async openChannel(conversation: string): Promise<{ readonly name: string } | { readonly refusal: string }> {
    const { channel }: ChannelAnswer = (await this.#info(conversation)) ?? {};
    if (channel?.is_channel !== true || channel.is_private === true) return { refusal: NOT_OPEN };
    const name = `#${channel.name ?? conversation}`;
    if (channel.is_archived === true) return { refusal: `${name} is archived.` };
    if (channel.is_member === true) return { name };
    return { refusal: `I am not in ${name} and cannot post there: invite me with /invite @Planetwire in it.` };
  }

  /** null for a conversation that the app cannot see. */
  async #info(conversation: string): Promise<ChannelAnswer | null> {
    try {
      return await this.#web.call("conversations.info", { channel: conversation });
    } catch (error) {
      if (error instanceof SlackFailure && error.failure.kind === "channel-unusable") return null;
      throw error;
    }
  }
}
