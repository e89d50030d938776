import { fileAt } from "../../src/attached-file.ts";
import type { AttachedFile } from "../../src/command/command.ts";
import type { ReplyFile } from "../../src/command/reply.ts";
import type { HomeserverOptions, RoomEvent } from "./homeserver.ts";
import { recordOf, textOf } from "./json.ts";

const UPLOAD_MS = 60_000;

/**
 * Files on the homeserver (client-server API, "Content repository"). Past the SDK, whose layer reads every answer as a whole and as
 * JSON: what people upload may be of any size.
 */
export class Media {
  readonly #options: HomeserverOptions;

  constructor(options: HomeserverOptions) {
    this.#options = options;
  }

  /** The file that a message carries; null when it carries none. */
  fileOf({ content }: RoomEvent): AttachedFile | null {
    if (textOf(content["msgtype"]) !== "m.file") return null;
    const [, server = "", id = ""] = /^mxc:\/\/([^/]+)\/([\w-]+)$/.exec(textOf(content["url"])) ?? [];
    if (id === "") return null;
    const path = `/_matrix/client/v1/media/download/${encodeURIComponent(server)}/${id}`;
    const name = textOf(content["filename"]) || textOf(content["body"]) || "the file";
    return fileAt(name, async (signal) => await this.#ask(path, { signal }));
  }

  /** Uploads a file and returns its address, `mxc://…`. Throws when the homeserver does not take it. */
  async upload({ name, mediaType, content }: ReplyFile): Promise<string> {
    const response = await this.#ask(`/_matrix/media/v3/upload?filename=${encodeURIComponent(name)}`, {
      method: "POST",
      headers: { "content-type": mediaType },
      body: content,
      signal: AbortSignal.timeout(UPLOAD_MS),
    });
    const address = textOf(recordOf(await response.json())["content_uri"]);
    if (!response.ok || address === "") throw new Error(`the homeserver's media answered ${String(response.status)}`);
    return address;
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    const { homeserverUrl, accessToken } = this.#options;
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${accessToken}`);
    // A redirect to another host, which a homeserver may answer with, goes without the token.
    return await fetch(`${homeserverUrl.replace(/\/$/, "")}${path}`, {
      ...init,
      headers,
    });
  }
}

/** A message that is a file. */
export function fileContent({ name, mediaType, content }: ReplyFile, address: string): object {
  return {
    msgtype: "m.file",
    body: name,
    filename: name,
    url: address,
    info: { mimetype: mediaType, size: Buffer.byteLength(content) },
    "m.mentions": {},
  };
}
