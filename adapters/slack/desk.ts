import type { App, types } from "@slack/bolt";
import type { Host } from "../../src/adapter.ts";
import { buttonAction, buttonTarget, NEXT, PAGE, PREVIOUS, RUN, SHARE } from "./answer.ts";
import type { Clerk } from "./clerk.ts";
import { fileIn, type GivenFile } from "./files.ts";
import {
  CHOOSE,
  chooseView,
  chosenCommand,
  filledIn,
  FORM,
  type FormMemory,
  formMemory,
  type FormState,
  formView,
  needsForm,
  OPTION,
  toOptions,
} from "./form.ts";
import type { Inbox, Inquiry } from "./inbox.ts";
import type { Web } from "./web.ts";

export const SLASH_COMMAND = "/wire";
/** Slack shows an error after 3 s without an acknowledgement; a slow Redis must not cause that. */
const ACKNOWLEDGE_AFTER_MS = 2000;

export interface DeskDeps {
  readonly host: Host;
  readonly web: Web;
  readonly clerk: Clerk;
  readonly inbox: Inbox;
}

/** Where people's commands, buttons and forms arrive. Everything is acknowledged at once and answered when it is done. */
export class Desk {
  readonly #deps: DeskDeps;
  readonly #atWork = new Set<Promise<void>>();

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  register(app: App): void {
    app.command(SLASH_COMMAND, async ({ command, ack }) => {
      const { trigger_id: id, team_id: team, channel_id: channel, user_id: user, response_url: responseUrl } = command;
      const line = unlinked(command.text.trim());
      const view = this.#viewFor(line, { command: "", channel, team, responseUrl });
      if (view !== null) {
        await ack();
        return await this.#open(id, view, responseUrl);
      }
      const inquiry = {
        id,
        team,
        channel,
        user,
        responseUrl,
        atMs: Date.now(),
        asked: { kind: "line", line },
      } as const;
      await this.#take(inquiry, async () => await ack());
    });
    this.#registerForms(app);
    this.#registerButtons(app);
  }

  #registerForms(app: App): void {
    app.view(CHOOSE, async ({ view, body, ack }) => {
      const memory = formMemory(view.private_metadata);
      const name = chosenCommand(view.state.values);
      const command = this.#deps.host.commands.find((one) => one.name === name);
      if (memory === null || command === undefined) return await ack();
      if (command.options.length > 0) return await ack({ response_action: "update", view: formView(command, memory) });
      await this.#takeForm({ ...memory, command: name }, body, {}, async () => await ack());
    });
    app.view(FORM, async ({ view, body, ack }) => {
      const memory = formMemory(view.private_metadata);
      if (memory === null) return await ack();
      const options = filledIn(view.state.values);
      await this.#takeForm(memory, body, options, async () => await ack(), fileIn(view.state.values));
    });
    app.options(new RegExp(`^${OPTION}`), async ({ body, ack }) => {
      const options = await this.#suggest(body as unknown as Suggestion).catch((error: unknown) => {
        this.#deps.host.log.warn({ err: error }, "completion broke off");
        return [];
      });
      await ack({ options });
    });
  }

  async #takeForm(
    memory: FormMemory,
    body: {
      readonly user: { readonly id: string };
      readonly trigger_id?: string;
      readonly view: { readonly id: string };
    },
    options: Readonly<Record<string, string>>,
    acknowledge: () => Promise<void>,
    file: GivenFile | null = null,
  ): Promise<void> {
    const { command, channel, team, responseUrl } = memory;
    const id = body.trigger_id ?? body.view.id;
    const asked = { kind: "form", command, options, ...(file === null ? {} : { file }) } as const;
    const inquiry = { id, team, channel, user: body.user.id, responseUrl, atMs: Date.now(), asked };
    await this.#take(inquiry, acknowledge);
  }

  #registerButtons(app: App): void {
    app.action({ type: "block_actions", action_id: /^wire_/ }, async ({ body, action, ack }) => {
      const { response_url: url, trigger_id: id, user } = body;
      if (action.type !== "button" || url === undefined) return await ack();
      const asking = { team: body.team?.id ?? "", channel: body.channel?.id ?? "", user: user.id };
      const asked = buttonAction(action.value ?? "");
      if (action.action_id.startsWith(RUN) && asked !== null) {
        // A command like one that was typed: it may change something.
        const inquiry = {
          ...asking,
          id,
          responseUrl: url,
          atMs: Date.now(),
          asked: { kind: "form", ...asked },
        } as const;
        return await this.#take(inquiry, async () => await ack());
      }
      await ack();
      if ((await this.#deps.host.claim(id)) === "done") return;
      if (action.action_id.startsWith(PAGE) && asked !== null)
        await this.#deps.clerk.replace(url, asking, asked.command, asked.options);
      else await this.#press(action.action_id, action.value ?? "", url, user.name ?? user.username ?? "somebody");
      await this.#deps.host.finish(id);
    });
  }

  async #press(action: string, value: string, url: string, by: string): Promise<void> {
    const { clerk } = this.#deps;
    const target = buttonTarget(value);
    if (target === null) return await clerk.tooOld(url);
    if (action === PREVIOUS || action === NEXT) await clerk.turnPage(url, target.id, target.page);
    else if (action === SHARE) await clerk.share(url, target.id, target.page, by);
  }

  /** A form for a command that was typed without what it needs. */
  #viewFor(line: string, memory: FormMemory): types.ModalView | null {
    const { commands } = this.#deps.host;
    if (line === "") return chooseView(commands, memory);
    const command = commands.find((one) => one.name === line.toLowerCase());
    return command !== undefined && needsForm(command) ? formView(command, memory) : null;
  }

  async #open(triggerId: string, view: types.ModalView, responseUrl: string): Promise<void> {
    try {
      await this.#deps.web.call("views.open", { trigger_id: triggerId, view });
    } catch (error) {
      this.#deps.host.log.warn({ err: error }, "a form could not be opened");
      const text = "The form did not open in time. Type the command with its words, or try again.";
      await this.#deps.clerk.respond(responseUrl, { response_type: "ephemeral", text, blocks: [] });
    }
  }

  /** Written down, acknowledged, done: in this order, unless the writing takes too long. */
  async #take(inquiry: Inquiry, acknowledge: () => Promise<void>): Promise<void> {
    const written = this.#deps.inbox.add(inquiry).catch((error: unknown) => {
      this.#deps.host.log.warn({ err: error }, "a command could not be written down");
    });
    await Promise.race([written, delay(ACKNOWLEDGE_AFTER_MS)]);
    await acknowledge();
    await this.#work(inquiry);
  }

  async #work(inquiry: Inquiry): Promise<void> {
    const work = this.#deps.clerk.work(inquiry).catch((error: unknown) => {
      this.#deps.host.log.error({ err: error }, "a command was left undone");
    });
    this.#atWork.add(work);
    await work;
    this.#atWork.delete(work);
  }

  /** Does what a dead process acknowledged and left. */
  async catchUp(minAgeMs: number): Promise<void> {
    for (const inquiry of await this.#deps.inbox.left(minAgeMs)) await this.#work(inquiry);
  }

  /** Resolves when nothing is under way. */
  async quiet(): Promise<void> {
    await Promise.all(this.#atWork);
  }

  async #suggest(body: Suggestion): Promise<types.PlainTextOption[]> {
    const memory = formMemory(body.view?.private_metadata ?? "");
    if (memory === null) return [];
    const { host, clerk } = this.#deps;
    const context = await clerk.contextOf(memory.team, memory.channel, body.user.id);
    const options = filledIn(body.view?.state?.values ?? {});
    const option = body.action_id.slice(OPTION.length);
    return toOptions(await host.complete(context, memory.command, option, body.value, options));
  }
}

interface Suggestion {
  readonly user: { readonly id: string };
  readonly action_id: string;
  readonly value: string;
  readonly view?: { readonly private_metadata: string; readonly state?: { readonly values: FormState } };
}

async function delay(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Some clients send `<https://…|…>` for an address. */
function unlinked(line: string): string {
  return line.replaceAll(/<(https?:\/\/[^\s<>|]+)(?:\|[^<>]*)?>/g, "$1");
}
