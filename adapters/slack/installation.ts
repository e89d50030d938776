import { type AdapterMemory, DeliveryError, type Host } from "../../src/adapter.ts";
import { placeOf } from "./channel-id.ts";
import { type Failure, reasonOf, toDeliveryError, TOKEN_FAILURES } from "./failures.ts";
import { workspaceName } from "./message-link.ts";
import { SlackFailure, type Web } from "./web.ts";

/** Who the app is in its workspace. */
export interface Identity {
  readonly team: string;
  readonly teamName: string;
  readonly userId: string;
  readonly botId: string;
  /** The workspace's address. */
  readonly url: string;
}

interface AuthAnswer {
  readonly ok?: boolean;
  readonly team_id?: string;
  readonly team?: string;
  readonly user_id?: string;
  readonly bot_id?: string;
  readonly url?: string;
}

const CHANNELS = "channels";
const OVER = "over";

/** What holds for the app in its workspace: who it is, which channels it knows, whether it was removed. */
export class Installation {
  readonly #web: Web;
  #host: Pick<Host, "memory" | "usable" | "unusable" | "log"> | null = null;
  #identity: Promise<Identity> | null = null;
  #known: Set<string> | null = null;
  #noting: Promise<void> = Promise.resolve();

  constructor(web: Web) {
    this.#web = web;
  }

  use(host: Host): void {
    this.#host = host;
  }

  get memory(): AdapterMemory {
    if (this.#host === null) throw new DeliveryError("try-later", "Slack has not started");
    return this.#host.memory;
  }

  /** Asked once, and again after it failed. */
  async identity(): Promise<Identity> {
    this.#identity ??= this.#ask();
    try {
      return await this.#identity;
    } catch (error) {
      this.#identity = null;
      throw error;
    }
  }

  async #ask(): Promise<Identity> {
    const answer: AuthAnswer = await this.#web.call("auth.test", {});
    const { team_id: team = "", team: teamName = "", user_id: userId = "", bot_id: botId = "", url = "" } = answer;
    // For links to messages, which are made without asking Slack.
    await this.#host?.memory.set(workspaceName(team), url).catch(() => undefined);
    return { team, teamName, userId, botId, url };
  }

  /** The conversation of a channel id. A channel of another workspace is not for this token, whatever its id is here. */
  async conversationOf(channel: string): Promise<string> {
    const place = placeOf(channel);
    if (place === null)
      throw new DeliveryError("channel-unusable", `“${channel}” is no channel of Slack's: slack:<team>/<channel>`);
    const { team } = await this.#identityForPosting();
    if (team !== place.team)
      throw new DeliveryError("channel-unusable", "the channel is in another workspace than SLACK_BOT_TOKEN");
    return place.conversation;
  }

  /** When Slack does not say who we are, nothing was sent yet. */
  async #identityForPosting(): Promise<Identity> {
    try {
      return await this.identity();
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      const { failure } = error;
      await this.noticeFailure(failure);
      throw toDeliveryError(
        { ...failure, kind: failure.kind === "channel-unusable" ? failure.kind : "try-later" },
        error,
      );
    }
  }

  /** Remembers a channel, so that all can be told when the app is removed. */
  async note(channel: string): Promise<void> {
    if (this.#known?.has(channel) === true) return;
    // One after the other, since the list is read and written as a whole.
    const noted = this.#noting.then(async () => await this.#add(channel));
    this.#noting = noted.catch(() => undefined);
    await noted;
  }

  async #add(channel: string): Promise<void> {
    const known = new Set(await this.#channels());
    if (!known.has(channel)) await this.memory.set(CHANNELS, JSON.stringify([...known, channel]));
    this.#known = known.add(channel);
  }

  async #channels(): Promise<string[]> {
    return JSON.parse((await this.memory.get(CHANNELS)) ?? "[]") as string[];
  }

  /** A token that Slack no longer takes ends the installation, not just one channel's posts. */
  async noticeFailure(failure: Failure): Promise<void> {
    if (!TOKEN_FAILURES.has(failure.code) || this.#host === null) return;
    this.#host.log.error({ code: failure.code, reason: reasonOf(failure) }, "Slack refuses SLACK_BOT_TOKEN");
    await this.memory.set(OVER, failure.code).catch(() => undefined);
  }

  /** The app was removed, or its token revoked: every channel stops, with the reason. */
  async end(why: string): Promise<void> {
    const host = this.#host;
    if (host === null) return;
    host.log.error({ reason: why }, "the app has no place in its workspace any more: its channels are paused");
    this.#identity = null;
    await this.memory.set(OVER, why);
    for (const channel of await this.#channels()) await host.unusable(channel, why, true);
  }

  /** The token works (again): channels that stopped because it did not go on. */
  async begin(): Promise<Identity> {
    this.#identity = null;
    const identity = await this.identity();
    const over = await this.memory.get(OVER);
    if (over !== null && over !== "") {
      for (const channel of await this.#channels()) await this.#host?.usable(channel);
      await this.memory.set(OVER, "");
    }
    return identity;
  }
}
