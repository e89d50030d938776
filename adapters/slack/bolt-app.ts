import { App, type Receiver } from "@slack/bolt";
import type { Host } from "../../src/adapter.ts";
import type { Desk } from "./desk.ts";
import { type EventDeps, registerEvents } from "./events.ts";
import type { QuietLogger } from "./quiet-logger.ts";
import type { Web } from "./web.ts";

export interface AppDeps extends EventDeps {
  readonly host: Host;
  readonly desk: Desk;
  readonly web: Web;
  readonly logger: QuietLogger;
  readonly token: string;
}

/** Bolt's part: it takes requests apart and hands them to us. It asks Slack for nothing. */
export function createApp(deps: AppDeps, receiver: Receiver): App {
  const { desk, web, logger, token, host } = deps;
  const app = new App({
    receiver,
    authorize: async () => await Promise.resolve({ botToken: token }),
    clientOptions: web.clientOptions,
    convoStore: false,
    ignoreSelf: false,
    logger,
  });
  desk.register(app);
  registerEvents(app, deps);
  const noticed = async (broken: Error): Promise<void> =>
    await Promise.resolve(host.log.error({ err: broken }, "Slack's request broke off"));
  app.error(noticed);
  return app;
}
