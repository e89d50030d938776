import { setTimeout as sleep } from "node:timers/promises";
import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import type { Host } from "../../src/adapter.ts";
import type { ReplyFile } from "../../src/command/reply.ts";
import { type Answer, fileComponent, pageComponents } from "./answer.ts";

const KEEP_ANSWER_MS = 24 * 60 * 60_000;
const SHOW_TRIES = 3;
const SHOW_AGAIN_MS = 500;

/** Who is pinged by an answer. */
export const nobody = { parse: [] } as const;

/** The name under which an answer is kept; null when it is not, and then it has no buttons. */
export async function keep(host: Host, id: string, answer: Answer): Promise<string | null> {
  try {
    await host.memory.set(answerName(id), JSON.stringify(answer), KEEP_ANSWER_MS);
    return id;
  } catch (error) {
    host.log.warn({ err: error }, "an answer could not be kept for its buttons");
    return null;
  }
}

/** null when the day is over. */
export async function kept(host: Host, id: string): Promise<Answer | null> {
  const json = await host.memory.get(answerName(id));
  return json === null ? null : (JSON.parse(json) as Answer);
}

function answerName(id: string): string {
  return `answer ${id}`;
}

/** The same edit twice is one edit, so it may be tried again; nobody would otherwise learn what became of a command. */
export async function show(
  interaction: ChatInputCommandInteraction | ButtonInteraction,
  answer: Answer,
  answerId: string | null,
  page: number,
  { isShared = false, file }: { readonly isShared?: boolean; readonly file?: ReplyFile | undefined } = {},
): Promise<void> {
  const components = pageComponents(answer, answerId, page, isShared);
  const edit = {
    flags: MessageFlags.IsComponentsV2,
    components: file === undefined ? components : [...components, fileComponent(file)],
    files: file === undefined ? [] : [{ attachment: Buffer.from(file.content), name: file.name }],
    allowedMentions: nobody,
  } as const;
  for (let tries = 1; ; tries += 1) {
    try {
      await interaction.editReply(edit);
      return;
    } catch (error) {
      if (tries === SHOW_TRIES) throw error;
      await sleep(SHOW_AGAIN_MS);
    }
  }
}
