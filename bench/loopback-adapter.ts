import { Agent, request } from "node:http";
import { toTranscript } from "../adapters/console/message.ts";
import {
  type Adapter,
  type Attempt,
  type Delivery,
  DeliveryError,
  type Found,
  type Outgoing,
  type Shown,
} from "../src/adapter.ts";

/** The smallest chat platform there is: each message is one POST to the farm, which notes when it came. */
export class LoopbackAdapter implements Adapter {
  readonly platform = "loopback";
  readonly excerptChars = 600;
  readonly hasThreads = false;
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 50 });

  constructor(url: string) {
    this.#url = url;
  }

  async start(): Promise<void> {}

  render(outgoing: Outgoing): string {
    const { text, entries } = toTranscript(outgoing);
    return JSON.stringify({ text, urls: entries.map((entry) => entry.url) });
  }

  async post(delivery: Delivery, attempt: Attempt): Promise<string> {
    attempt.handOver();
    try {
      await this.#ask("POST", delivery.key, delivery.message);
    } catch (error) {
      throw new DeliveryError("uncertain", String(error));
    }
    return delivery.key;
  }

  async find(delivery: Delivery): Promise<Found> {
    const status = await this.#ask("GET", delivery.key, "");
    return status === 200 ? { kind: "landed", ref: delivery.key } : { kind: "absent" };
  }

  async edit(): Promise<void> {}

  headlines(): readonly string[] {
    return [];
  }

  async shownSince(): Promise<Shown> {
    return await Promise.resolve({ kind: "shown", messages: [] });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
  }

  async #ask(method: string, key: string, body: string): Promise<number> {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    return await new Promise((resolve, reject) => {
      const options = { method, agent: this.#agent, headers };
      const asked = request(`${this.#url}/${key}`, options, (answer) => {
        answer.once("end", () => resolve(answer.statusCode ?? 0));
        answer.resume();
      });
      asked.once("error", reject);
      asked.end(body);
    });
  }
}
