import { type ButtonInteraction, MessageFlags } from "discord.js";
import type { Host } from "../../src/adapter.ts";
import { refused } from "../../src/command/reply.ts";
import { type Answer, answerOf, parsePress, type Press, sharedComponents } from "./answer.ts";
import { keep, kept, nobody, show } from "./answering.ts";
import { contextOf } from "./asking.ts";

const TOO_OLD = "This answer is older than a day: ask again, please.";
const NOT_YOURS = "Only who asked can turn these pages. Ask yourself with /wire.";
const SHARED = "This was shared before. Where the channel does not show it, ask again and share that.";

/**
 * A button of an answer: for who asked, and as long as the answer is kept. Deferred at once: Discord waits 3 s, and Redis or a
 * command may take longer.
 */
export async function press(host: Host, interaction: ButtonInteraction): Promise<void> {
  const pressed = parsePress(interaction.customId);
  if (pressed === null) return;
  if (pressed.kind === "run") await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  else await interaction.deferUpdate();
  if ((await host.claim(interaction.id)) !== "new") return;
  const answer = await kept(host, pressed.answerId);
  if (answer === null) await whisper(interaction, pressed, TOO_OLD);
  else if (answer.userId !== interaction.user.id) await whisper(interaction, pressed, NOT_YOURS);
  else await act(host, interaction, answer, pressed);
  await host.finish(interaction.id);
}

async function act(host: Host, interaction: ButtonInteraction, answer: Answer, pressed: Press): Promise<void> {
  switch (pressed.kind) {
    case "turn":
      return await show(interaction, answer, pressed.answerId, pressed.number);
    case "share":
      return await share(host, interaction, answer, pressed);
    case "page":
    case "run":
      return await run(host, interaction, answer, pressed);
  }
}

/** Two presses before the button is grey are one. */
async function share(host: Host, interaction: ButtonInteraction, answer: Answer, pressed: Press): Promise<void> {
  const { answerId, number } = pressed;
  if ((await host.claim(`share ${answerId} ${String(number)}`)) !== "new")
    return await whisper(interaction, pressed, SHARED);
  await interaction.followUp({
    flags: MessageFlags.IsComponentsV2,
    components: sharedComponents(answer, number),
    allowedMentions: nobody,
  });
  await show(interaction, answer, answerId, number, { isShared: true });
}

/** With the rights that who pressed has now. */
async function run(host: Host, interaction: ButtonInteraction, answer: Answer, pressed: Press): Promise<void> {
  const action = answer.actions?.[pressed.number];
  if (action === undefined) return await whisper(interaction, pressed, TOO_OLD);
  const reply = await host.run(await contextOf(interaction), action.command, action.options);
  const next = answerOf(reply, interaction.user.id);
  await show(interaction, next, await keep(host, interaction.id, next), 0);
}

async function whisper(interaction: ButtonInteraction, { kind }: Press, text: string): Promise<void> {
  if (kind === "run") return await show(interaction, answerOf(refused(text), interaction.user.id), null, 0);
  await interaction.followUp({ flags: MessageFlags.Ephemeral, content: text, allowedMentions: nobody });
}
