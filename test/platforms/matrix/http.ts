import { Agent, request } from "node:http";

/** One answer of the homeserver, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Question {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Asks a server that listens on a socket file. */
export async function ask(socketPath: string, question: Question): Promise<Answer> {
  const body = Buffer.from(question.body ?? "");
  // On a socket file Synapse knows no address, and some of its requests need one.
  const headers = {
    host: "localhost",
    "x-forwarded-for": "127.0.0.1",
    ...question.headers,
    "content-length": String(body.length),
  };
  return await new Promise((resolve, reject) => {
    const sent = request({ agent, socketPath, method: question.method, path: question.path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Asks with JSON and for JSON; anything but success throws. */
export async function askJson<T>(
  socketPath: string,
  method: string,
  path: string,
  token: string,
  body?: object,
): Promise<T> {
  const { status, body: bytes } = await ask(socketPath, {
    method,
    path,
    headers: { ...(token === "" ? {} : { authorization: `Bearer ${token}` }), "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = bytes.toString("utf8");
  if (status !== 200) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
  return JSON.parse(text) as T;
}
