import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { portOf } from "../chaos/port.ts";
import { numbered, rss } from "../support/rss.ts";

export interface Farm {
  readonly urls: readonly string[];
  /** How all hosts answer from now on: `hanging` ones take the request and say nothing. */
  mood: "well" | "hanging" | "failing";
  close(): void;
}

/** So many feeds, each on a host of its own. All are in one shard, since that is chosen by the name alone. */
export async function openFarm(count: number): Promise<Farm> {
  const servers: Server[] = [];
  const farm = { mood: "well" as Farm["mood"] };
  const urls: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const server = createServer((_request, response) => {
      if (farm.mood === "well") response.end(rss([numbered(n)]));
      else if (farm.mood === "failing") response.writeHead(500).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    urls.push(`http://127.0.0.1:${String(portOf(server))}/feed.xml`);
  }
  return Object.assign(farm, {
    urls,
    close: () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  });
}
