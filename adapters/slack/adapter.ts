import { setTimeout as sleep } from "node:timers/promises";
import {
  type Adapter,
  type Attempt,
  type Delivery,
  DeliveryError,
  type Found,
  type Host,
  type Outgoing,
  type Shown,
} from "../../src/adapter.ts";
import type { AppDeps } from "./bolt-app.ts";
import { Clerk } from "./clerk.ts";
import { Desk } from "./desk.ts";
import { findDelivery, shownSince } from "./finding.ts";
import { headlinesOf } from "./headlines.ts";
import { takeRequests } from "./http.ts";
import { Inbox } from "./inbox.ts";
import { Installation } from "./installation.ts";
import { EXCERPT_CHARS, type SlackMessage, toMessage } from "./message.ts";
import { Pace } from "./pace.ts";
import { editMessage, postDelivery } from "./posting.ts";
import { QuietLogger } from "./quiet-logger.ts";
import { Roles } from "./roles.ts";
import { holdSocket } from "./socket.ts";
import { Web } from "./web.ts";

export interface SlackOptions {
  readonly botToken: string;
  readonly inbound:
    | { readonly kind: "socket"; readonly appToken: string }
    | { readonly kind: "http"; readonly signingSecret: string };
  readonly apiUrl: string;
  /** Between two messages in a channel; Slack's own limit unless said. */
  readonly pauseMs?: number;
  /** How long one attempt to post has; waiting for a turn takes no more than a part of it. */
  readonly attemptMs?: number;
  /** After Slack refused a token, until it is asked again. */
  readonly refusedMs?: number;
}

const PAUSE_MS = 1000;
const REF_KEPT_MS = 7 * 86_400_000;
const REFUSED_MS = 60_000;
const STOP_MS = 2000;
/** Of HTTP requests any process may take, so only what is surely left lying is taken over. */
const LEFT_MS = 30_000;

export class SlackAdapter implements Adapter {
  readonly platform = "slack";
  readonly excerptChars = EXCERPT_CHARS;
  readonly hasThreads = true;
  readonly #options: SlackOptions;
  readonly #pace: Pace;
  #web: Web;
  #installation: Installation;
  #desk: Desk | null = null;

  constructor(options: SlackOptions) {
    this.#options = options;
    const attemptMs = options.attemptMs ?? 15_000;
    this.#pace = new Pace(options.pauseMs ?? PAUSE_MS, Math.min(PAUSE_MS, attemptMs / 3));
    this.#web = new Web({ token: options.botToken, apiUrl: options.apiUrl, logger: new QuietLogger(null) });
    this.#installation = new Installation(this.#web);
  }

  async start(host: Host): Promise<void> {
    const { botToken, apiUrl, inbound, refusedMs } = this.#options;
    const logger = new QuietLogger(host.log);
    const web = new Web({ token: botToken, apiUrl, logger });
    const installation = new Installation(web);
    installation.use(host);
    [this.#web, this.#installation] = [web, installation];
    const roles = new Roles(web, installation);
    const inbox = new Inbox(installation);
    const clerk = new Clerk({ host, installation, roles, inbox, web });
    const desk = new Desk({ host, web, clerk, inbox });
    this.#desk = desk;
    const deps: AppDeps = { host, desk, web, logger, installation, token: botToken };
    if (inbound.kind === "http") {
      takeRequests(deps, inbound.signingSecret);
      host.own("inbox", async (signal, say) => await this.#keepUp(host, desk, signal, say));
      return;
    }
    const onConnected = async (): Promise<void> => await this.#connected(host, desk);
    const { appToken } = inbound;
    const socket = { ...deps, appToken, onConnected, ...(refusedMs === undefined ? {} : { refusedMs }) };
    host.own("socket", async (signal, say) => await holdSocket({ ...socket, say }, signal));
    await Promise.resolve();
  }

  async #connected(host: Host, desk: Desk): Promise<void> {
    const who = await this.#installation.begin().catch((error: unknown) => {
      host.log.error({ err: error }, "Slack takes commands, and refuses SLACK_BOT_TOKEN");
      return null;
    });
    if (who !== null) host.log.info({ team: who.teamName, url: who.url }, "Slack knows who we are");
    await desk.catchUp(0);
  }

  async #keepUp(host: Host, desk: Desk, signal: AbortSignal, say: (isUp: boolean) => void): Promise<void> {
    while (!signal.aborted) {
      await this.#installation
        .begin()
        .then(() => say(true))
        .then(async () => await desk.catchUp(LEFT_MS))
        .catch((error: unknown) => {
          say(false);
          host.log.error({ err: error }, "Slack refuses SLACK_BOT_TOKEN, or cannot be reached");
        });
      await sleep(this.#options.refusedMs ?? REFUSED_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  render(outgoing: Outgoing): string {
    return JSON.stringify(toMessage(outgoing));
  }

  /** Slack knows no key that would make a second copy the first; what is known to have landed is remembered here. */
  async post(delivery: Delivery, attempt: Attempt): Promise<string> {
    const { memory } = this.#installation;
    const name = `posted ${delivery.key}`;
    const known = await memory.get(name).catch((error: unknown) => {
      throw new DeliveryError("try-later", "nothing was sent: Redis does not answer", { cause: error });
    });
    if (known !== null) return known;
    const deps = { web: this.#web, pace: this.#pace, installation: this.#installation };
    const ref = await postDelivery(deps, delivery, attempt);
    await memory.set(name, ref, REF_KEPT_MS).catch(() => undefined);
    await this.#installation.note(delivery.channel).catch(() => undefined);
    return ref;
  }

  async find(delivery: Delivery): Promise<Found> {
    const ref = await this.#installation.memory.get(`posted ${delivery.key}`);
    if (ref !== null) return { kind: "landed", ref };
    return await findDelivery({ web: this.#web, installation: this.#installation }, delivery);
  }

  headlines(message: string): readonly string[] {
    return headlinesOf((JSON.parse(message) as SlackMessage).blocks);
  }

  async shownSince(channel: string, sinceMs: number): Promise<Shown> {
    return await shownSince({ web: this.#web, installation: this.#installation }, channel, sinceMs);
  }

  async edit(delivery: Delivery, ref: string, attempt: Attempt): Promise<void> {
    const deps = { web: this.#web, pace: this.#pace, installation: this.#installation };
    await editMessage(deps, delivery, ref, attempt);
  }

  async stop(): Promise<void> {
    await Promise.race([this.#desk?.quiet(), sleep(STOP_MS, undefined, { ref: false })]);
  }
}
