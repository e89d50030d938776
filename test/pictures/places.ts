import type { Json } from "../platforms/discord/json.ts";
import { DiscordServer, TOKEN } from "../platforms/discord/server.ts";
import { Person } from "../platforms/matrix/person.ts";
import { startProxy } from "../platforms/matrix/proxy.ts";
import { startSynapse } from "../platforms/matrix/synapse.ts";
import type { Fields } from "../platforms/slack/json.ts";
import { startSlack } from "../platforms/slack/server.ts";
import type { Place } from "./scene.ts";

const PATIENCE_MS = 30_000;

/** Our Discord; a message is its body. */
export async function discordPlace(): Promise<Place<Json>> {
  const server = await DiscordServer.start();
  const channel = server.addChannel({ name: "planet-harbour" });
  const mia = server.manager("mia");
  return {
    env: { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: server.apiUrl },
    async listening() {
      await server.until(() => (server.state.world.commands.length > 0 ? true : null), PATIENCE_MS);
      await server.gateway.whenConnected(1);
    },
    async ask(command, options) {
      const { interaction } = await mia.command(channel, "wire", command, options);
      if (interaction.original === null) throw new Error(`nothing answered /wire ${command}`);
      return interaction.original.body;
    },
    messages: async () => await Promise.resolve(channel.messages.map(({ body }) => body)),
    close: async () => await server.close(),
  };
}

/** Our Slack; a message is its blocks. */
export async function slackPlace(): Promise<Place<readonly Fields[]>> {
  const server = await startSlack();
  const { slack, people, socketMode, apiUrl } = server;
  const channel = slack.workspace.addChannel("planet-harbour");
  return {
    env: { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: apiUrl },
    listening: async () => await socketMode.connected(1, PATIENCE_MS),
    async ask(command, options) {
      const line = ["/wire", command, ...Object.values(options)].join(" ");
      const answer = await people.type("carl", channel.id, line);
      const message = answer.kind === "private" ? slack.answers.messages.get(answer.id) : undefined;
      if (message === undefined) throw new Error(`${line} was answered by ${JSON.stringify(answer)}`);
      return message.blocks;
    },
    messages: async () => await Promise.resolve(channel.messages.map(({ blocks }) => blocks)),
    close: async () => await server.close(),
  };
}

/** A real Synapse; a message is its formatted body. */
export async function matrixPlace(): Promise<Place<string>> {
  const synapse = await startSynapse();
  const proxy = await startProxy(synapse.socketPath);
  const [bot, mia] = [await Person.register(synapse, "planetwire"), await Person.register(synapse, "mia")];
  const room = await mia.createRoom({ invite: [bot.userId] });
  return {
    env: { MATRIX_HOMESERVER_URL: proxy.url, MATRIX_ACCESS_TOKEN: bot.token },
    async listening() {
      await mia.waitFor(room, "a greeting", (event) => event.content["msgtype"] === "m.notice", PATIENCE_MS);
    },
    async ask(command, options) {
      const line = ["!wire", command, ...Object.values(options)].join(" ");
      return (await mia.command(room, line, PATIENCE_MS)).html;
    },
    messages: async () => (await mia.seen(room)).filter((one) => one.threadRoot === "").map(({ html }) => html),
    async close() {
      await proxy.close();
      await synapse.close();
    },
  };
}
