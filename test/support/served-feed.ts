import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A reader that never confirms a document gets the next one after this many whole answers. */
const unconfirmedAnswersMax = 10;

interface Served {
  readonly body: Buffer;
  readonly etag: string;
}

/**
 * Successive documents of one feed. The next one is shown only when the reader has shown that it kept the current one: by
 * asking with its ETag, which a careful reader stores last of all. So no document is missed and none waits for a clock.
 */
export class ServedFeed {
  readonly url: string;
  /** The host that its entries link to. */
  readonly site: string;
  /** Indexes of documents that were passed by without confirmation. */
  readonly unconfirmed: number[] = [];
  readonly #contentType: string;
  readonly #documents: Served[] = [];
  readonly #waiting: (() => void)[] = [];
  #shown = 0;
  #confirmed = false;
  #answers = 0;
  #begun = true;

  /** `site` takes the place of planet.example in documents. */
  constructor(url: string, first: string | Buffer, contentType = "application/xml", site = "planet.example") {
    this.url = url;
    this.#contentType = contentType;
    this.site = site;
    this.publish(first);
  }

  /** Index of the document shown now. */
  get shown(): number {
    return this.#shown;
  }

  /** Shows only the current document until `begin`. */
  hold(): void {
    this.#begun = false;
  }

  begin(): void {
    this.#begun = true;
  }

  /** Adds documents behind those that wait for their turn. */
  publish(...documents: readonly (string | Buffer)[]): void {
    for (const document of documents) {
      const ofSite =
        typeof document === "string" ? document.replaceAll("//planet.example/", `//${this.site}/`) : document;
      const body = Buffer.from(ofSite);
      const digest = createHash("sha256").update(body).digest("base64url").slice(0, 16);
      this.#documents.push({ body, etag: `"${this.#documents.length}-${digest}"` });
    }
  }

  /** Resolves when, from now on, a request confirms the last document. */
  async lastConfirmed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const asked = request.headers["if-none-match"];
    this.#confirmed ||= asked === this.#current().etag;
    this.#moveOn();
    const { body, etag } = this.#current();
    if (asked === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    const shown = this.#shown;
    response.once("finish", () => {
      if (shown === this.#shown) this.#answers += 1;
    });
    response.writeHead(200, { etag, "content-type": this.#contentType }).end(body);
  }

  #current(): Served {
    const served = this.#documents[this.#shown];
    if (served === undefined) throw new Error(`${this.url} has no document ${this.#shown}`);
    return served;
  }

  #moveOn(): void {
    const isLast = this.#shown + 1 >= this.#documents.length;
    if (isLast && this.#confirmed) for (const resolve of this.#waiting.splice(0)) resolve();
    if (isLast || !this.#begun) return;
    if (!this.#confirmed && this.#answers < unconfirmedAnswersMax) return;
    if (!this.#confirmed) this.unconfirmed.push(this.#shown);
    this.#shown += 1;
    this.#confirmed = false;
    this.#answers = 0;
  }
}
