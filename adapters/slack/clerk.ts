import { randomUUID } from "node:crypto";
import type { RootContent } from "mdast";
import type { Host } from "../../src/adapter.ts";
import type { CommandContext, OtherChannel, TypedOptions } from "../../src/command/command.ts";
import { paragraph, refused, type Reply, type ReplyFile } from "../../src/command/reply.ts";
import { type Answer, type AnswerMessage, privateMessage, sharedMessage, toAnswer } from "./answer.ts";
import { channelId } from "./channel-id.ts";
import { attachedFile, sendFile } from "./files.ts";
import type { Inbox, Inquiry } from "./inbox.ts";
import type { Installation } from "./installation.ts";
import type { Roles } from "./roles.ts";
import type { Web } from "./web.ts";

/** Who asks, and where. */
export type Asking = Pick<Inquiry, "team" | "channel" | "user">;

export interface ClerkDeps {
  readonly host: Host;
  readonly installation: Installation;
  readonly roles: Roles;
  readonly inbox: Inbox;
  readonly web: Web;
}

const DAY_MS = 86_400_000;
const RESPOND_MS = 10_000;
/** Slack takes answers for half an hour, five in all: this one, one on the way, the last one, and two to spare. */
const LIVES_MS = 28 * 60_000;
const PACE = { everyMs: 30_000, most: 1 };
const MOST_SHOWN_CHARS = 1800;
const NO_FILE =
  "Slack did not take the file; most likely the app was installed before it could send any (scopes files:write and im:write, docs/slack.md). `npm run wire` exports too.";
const WHICH = "Name the channel by its ID: it stands at the end of the channel's details, and begins with C.";
const INVITE = "I am not in this channel yet and cannot post here: invite me with /invite @Planetwire.";

/** Does what people ask for, and answers by the address that Slack gave for it. */
export class Clerk {
  readonly #deps: ClerkDeps;

  constructor(deps: ClerkDeps) {
    this.#deps = deps;
  }

  /**
   * Runs a command once and answers at most once. What a dead process began is run again, since commands may be repeated; a
   * private answer may not.
   */
  async work(inquiry: Inquiry): Promise<void> {
    const { host, inbox } = this.#deps;
    if ((await host.claim(inquiry.id)) !== "done") {
      const { answer, later } = await this.#answer(inquiry);
      const isFirst = (await host.claim(`answer ${inquiry.id}`)) === "new";
      if (isFirst) await this.#reply(inquiry.responseUrl, answer);
      await host.finish(inquiry.id);
      // What takes long holds up nothing that waits behind it.
      if (isFirst && later !== undefined)
        void this.#goOn(inquiry, later).catch((error: unknown) => host.log.warn({ err: error }, "an answer broke off"));
    }
    await inbox.remove(inquiry.id);
  }

  async #goOn({ responseUrl, atMs }: Inquiry, later: NonNullable<Reply["later"]>): Promise<void> {
    const signal = AbortSignal.timeout(Math.max(0, atMs + LIVES_MS - Date.now()));
    for await (const reply of later({ ...PACE, signal })) await this.#reply(responseUrl, toAnswer(reply));
  }

  async #answer(inquiry: Inquiry): Promise<{ readonly answer: Answer; readonly later?: Reply["later"] }> {
    const { installation } = this.#deps;
    const context = await this.#contextOf(inquiry);
    if (context === null) return { answer: toAnswer(refused("Slack did not say who you are. Try again in a moment.")) };
    const reply = await this.#run(context, inquiry);
    const notes = await this.#notes(inquiry, reply);
    if (reply.status === "done") await installation.note(context.channel).catch(() => undefined);
    const files = reply.file === undefined ? [] : await this.#fileSent(inquiry.user, reply.file);
    return { answer: toAnswer(reply, [...notes, ...files]), later: reply.later };
  }

  /** Says where the file is, or shows it where it is short. */
  async #fileSent(user: string, file: ReplyFile): Promise<RootContent[]> {
    try {
      await sendFile(this.#deps.web, user, file);
      return [paragraph(`It is in your direct messages with me: ${file.name}`)];
    } catch (error) {
      this.#deps.host.log.warn({ err: error }, "a file could not be sent");
      if (file.content.length <= MOST_SHOWN_CHARS) return [{ type: "code", value: file.content }];
      return [paragraph(NO_FILE)];
    }
  }

  async #contextOf({ team, channel, user }: Asking): Promise<CommandContext | null> {
    return await this.contextOf(team, channel, user).catch((error: unknown) => {
      this.#deps.host.log.warn({ err: error }, "Slack did not say who asks");
      return null;
    });
  }

  async #run(context: CommandContext, { asked }: Inquiry): Promise<Reply> {
    const { host } = this.#deps;
    if (asked.kind === "line") return await host.runLine(context, asked.line);
    const { token, apiUrl } = this.#deps.web;
    const file = asked.file === undefined ? {} : { file: attachedFile(asked.file, token, apiUrl) };
    return await host.run({ ...context, ...file }, asked.command, asked.options);
  }

  /** Who changed something where the bot cannot post is told what to do. */
  async #notes({ asked, team, channel }: Inquiry, reply: Reply): Promise<RootContent[]> {
    const name = asked.kind === "form" ? asked.command : (asked.line.split(/\s/)[0] ?? "").toLowerCase();
    const command = this.#deps.host.commands.find((one) => one.name === name);
    // What was followed elsewhere is posted there.
    if (!isAbout(reply, channelId(team, channel))) return [];
    const changes = command?.permission === "manage" || reply.later !== undefined;
    if (reply.status !== "done" || !changes) return [];
    const isMember = await this.#deps.roles.isMember(channel).catch(() => true);
    return isMember ? [] : [paragraph(INVITE)];
  }

  async contextOf(team: string, channel: string, user: string): Promise<CommandContext> {
    const role = await this.#deps.roles.roleOf(channel, user);
    const otherChannel = async (typed: string): Promise<OtherChannel> => await this.#other(team, user, typed);
    return { channel: channelId(team, channel), role, user, prefix: "/wire", otherChannel };
  }

  async #other(team: string, user: string, typed: string): Promise<OtherChannel> {
    const { roles, installation } = this.#deps;
    const [, linked, bare] = /^(?:<#([CG][A-Z0-9]+)(?:\|[^>]*)?>|([CG][A-Z0-9]+))$/.exec(typed) ?? [];
    const conversation = linked ?? bare;
    if (conversation === undefined) return { refusal: WHICH };
    const found = await roles.openChannel(conversation);
    if ("refusal" in found) return found;
    const channel = channelId(team, conversation);
    await installation.note(channel).catch(() => undefined);
    return { channel, role: await roles.roleOf(conversation, user), name: found.name };
  }

  async #reply(url: string, answer: Answer): Promise<void> {
    await this.respond(url, { response_type: "ephemeral", ...(await this.#keep(answer)) });
  }

  async #keep(answer: Answer): Promise<AnswerMessage> {
    const id = randomUUID();
    await this.#deps.installation.memory.set(`answer ${id}`, JSON.stringify(answer), DAY_MS);
    return privateMessage(answer, id, 0);
  }

  /** What another page of it says now, in the place of an answer; with the rights of who asks now. */
  async replace(url: string, asking: Asking, command: string, options: TypedOptions): Promise<void> {
    const context = await this.#contextOf(asking);
    if (context === null) return;
    const answer = toAnswer(await this.#deps.host.run(context, command, options));
    await this.respond(url, { replace_original: true, ...(await this.#keep(answer)) });
  }

  async #kept(id: string): Promise<Answer | null> {
    const json = await this.#deps.installation.memory.get(`answer ${id}`);
    return json === null ? null : (JSON.parse(json) as Answer);
  }

  /** Another page of an answer, in its place. */
  async turnPage(url: string, id: string, page: number): Promise<void> {
    const answer = await this.#kept(id);
    if (answer === null) return await this.tooOld(url);
    await this.respond(url, { replace_original: true, ...privateMessage(answer, id, page) });
  }

  /** The page for everybody in the channel, once; the private answer loses its buttons of sharing. */
  async share(url: string, id: string, page: number, by: string): Promise<void> {
    const answer = await this.#kept(id);
    if (answer === null) return await this.tooOld(url);
    if ((await this.#deps.host.claim(`share ${id}`)) !== "new") return;
    const shared = sharedMessage(answer, page, by);
    await this.respond(url, { response_type: "in_channel", replace_original: false, ...shared });
    const left = { ...answer, mayShare: false };
    await this.#deps.installation.memory.set(`answer ${id}`, JSON.stringify(left), DAY_MS);
    await this.respond(url, { replace_original: true, ...privateMessage(left, id, page) });
  }

  async tooOld(url: string): Promise<void> {
    const message = privateMessage(toAnswer(refused("This answer is too old for its buttons. Ask again.")), "", 0);
    await this.respond(url, { replace_original: true, ...message });
  }

  /** Once, without retries: a second try could answer twice. */
  async respond(url: string, message: AnswerMessage & Readonly<Record<string, unknown>>): Promise<void> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(RESPOND_MS),
      });
      const said = await response.text();
      if (!response.ok) this.#deps.host.log.warn({ status: response.status, said }, "Slack did not take an answer");
    } catch (error) {
      this.#deps.host.log.warn({ err: error }, "an answer did not reach Slack");
    }
  }
}

/** What was followed in another channel says so. */
function isAbout({ data }: Reply, channel: string): boolean {
  const { channel: changed = channel } = (data ?? {}) as { readonly channel?: string };
  return changed === channel;
}
