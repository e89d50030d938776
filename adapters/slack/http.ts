import { HTTPReceiver } from "@slack/bolt";
import { type AppDeps, createApp } from "./bolt-app.ts";

/** Where Slack sends commands, interactions and events in HTTP mode. */
const HTTP_PATH = "/slack/events";

/** Bolt checks signature and time stamp of every request. Throws when there is no HTTP server to be called at. */
export function takeRequests(deps: AppDeps, signingSecret: string): void {
  const { http, log } = deps.host;
  if (http === null) throw new Error("with SLACK_SIGNING_SECRET Slack calls Planetwire: set HTTP_PORT");
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: [HTTP_PATH],
    logger: deps.logger,
    processEventErrorHandler: async ({ error, response }) => {
      log.error({ err: error }, "Slack's request broke off");
      if (!response.headersSent) response.writeHead(500).end();
      return await Promise.resolve(false);
    },
  });
  createApp(deps, receiver);
  http.route(HTTP_PATH, (request, response) => {
    if (request.method === "POST") receiver.requestListener(request, response);
    else response.writeHead(405).end();
  });
}
