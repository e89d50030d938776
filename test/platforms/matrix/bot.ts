import { MatrixAdapter } from "../../../adapters/matrix/adapter.ts";
import type { Host } from "../../../src/adapter.ts";
import { type Kept, nothingKept, testHost } from "../../contract/test-host.ts";
import { Person } from "./person.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import type { Synapse } from "./synapse.ts";

/** An adapter in this process, with an account of its own and a way to the homeserver of its own. */
export interface TestBot {
  readonly adapter: MatrixAdapter;
  /** Its account, for what only a person with its password could do. */
  readonly account: Person;
  readonly proxy: Proxy;
  readonly kept: Kept;
  /** Another process on the same state; this one goes on as if it was stalled, unless it is closed. */
  again(changes?: Partial<Host>): Promise<TestBot>;
  close(): Promise<void>;
}

export interface BotSettings {
  readonly inviteServers?: readonly string[];
  readonly host?: Partial<Host>;
  readonly kept?: Kept;
  /** Of a bot before; else it gets one of its own. */
  readonly account?: Person;
  readonly proxy?: Proxy;
}

let bots = 0;

export async function openBot(synapse: Synapse, settings: BotSettings = {}): Promise<TestBot> {
  bots += 1;
  const account = settings.account ?? (await Person.register(synapse, `bot${String(bots)}`));
  const proxy = settings.proxy ?? (await startProxy(synapse.socketPath));
  return await startBot(account, proxy, settings);
}

async function startBot(account: Person, proxy: Proxy, settings: BotSettings): Promise<TestBot> {
  const kept = settings.kept ?? nothingKept();
  const host = testHost(kept, settings.host);
  const inviteServers = settings.inviteServers ?? [];
  const adapter = new MatrixAdapter({ homeserverUrl: proxy.url, accessToken: account.token, inviteServers });
  await adapter.start(host);
  return {
    adapter,
    account,
    proxy,
    kept,
    again: async (changes = {}) => await startBot(account, proxy, { ...settings, kept, host: changes }),
    async close() {
      await Promise.all([host.stop(), adapter.stop()]);
      await proxy.close();
    },
  };
}
