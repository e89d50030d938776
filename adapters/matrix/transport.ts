import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** An event id is short; more than this is no homeserver's answer. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * A `fetch` for one request, which calls `handOver` in the very turn in which the bytes go to the connection. Node's own
 * fetch may connect for seconds after it was called, and its bytes would leave after a deadline that was checked before.
 * Each request has a connection of its own: one that is kept may be closed by the server just as it is used, and then
 * nobody knows whether the message landed. Redirects are answers: a message goes where the configuration says or nowhere.
 */
export function sendOnce(handOver: () => void): typeof fetch {
  return async (resource, init) =>
    await new Promise<Response>((resolve, reject) => {
      const url = new URL(resource instanceof Request ? resource.url : resource);
      const isSecure = url.protocol === "https:";
      const sending = (isSecure ? httpsRequest : httpRequest)(url, {
        agent: false,
        method: init?.method ?? "GET",
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(init?.signal ? { signal: init.signal } : {}),
      });
      sending.on("error", reject);
      sending.on("response", (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) sending.destroy(new Error("the answer is too long"));
          else chunks.push(chunk);
        });
        response.on("error", reject);
        response.on("end", () => {
          const headers = new Headers();
          for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
          resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 500, headers }));
        });
      });
      onceConnected(sending, isSecure, () => {
        try {
          handOver();
          sending.end(init?.body);
        } catch (error) {
          reject(error);
          sending.destroy();
        }
      });
    });
}

function onceConnected(sending: ClientRequest, isSecure: boolean, run: () => void): void {
  sending.once("socket", (socket) => {
    if (isSecure) socket.once("secureConnect", run);
    else if (socket.connecting) socket.once("connect", run);
    else run();
  });
}
