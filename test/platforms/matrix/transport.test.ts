import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { sendOnce } from "../../../adapters/matrix/transport.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("until the connection is secure nothing is handed over, and an abort ends it", async () => {
  const server = createServer();
  const port = await portOf(server);
  let handedOver = 0;
  const over = new AbortController();
  const sending = sendOnce(() => {
    handedOver += 1;
  })(`https://127.0.0.1:${String(port)}/`, { method: "PUT", body: "{}", signal: over.signal });
  const [socket] = (await once(server, "connection")) as [Socket];
  // The greeting of TLS, to which nobody answers.
  await once(socket, "data");
  expect(handedOver).toBe(0);
  over.abort();
  await expect(sending).rejects.toThrow();
  socket.destroy();
});

test("the request is handed over once, whole, on a connection of its own; what hinders that reaches the caller and nothing the server", async () => {
  const bodies: string[] = [];
  const connections = new Set<unknown>();
  const server = createHttpServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      bodies.push(`${request.method ?? ""} ${request.headers["x-name"] as string} ${body}`);
      connections.add(request.socket.remotePort);
      response.setHeader("retry-after", "7");
      response.statusCode = 429;
      response.end("later");
    });
  });
  const url = `http://127.0.0.1:${String(await portOf(server))}/`;
  const request = { method: "PUT", body: "words", headers: { "x-name": "value" } };
  for (let i = 0; i < 2; i += 1) {
    const before = bodies.length;
    const answer = await sendOnce(() => expect(bodies).toHaveLength(before))(url, request);
    expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).toEqual([429, "7", "later"]);
  }
  const refusal = new Error("too late");
  const refused = sendOnce(() => {
    throw refusal;
  })(url, request);
  await expect(refused).rejects.toBe(refusal);
  expect(bodies).toEqual(["PUT value words", "PUT value words"]);
  expect(connections.size).toBe(2);
});

test("a redirect is an answer, and an answer without end is a failure", async () => {
  let hits = 0;
  const server = createHttpServer((request, response) => {
    hits += 1;
    if (request.url === "/moved") response.writeHead(307, { location: "/" }).end();
    else response.end("x".repeat(2 * 1024 * 1024));
  });
  const url = `http://127.0.0.1:${String(await portOf(server))}`;
  const send = sendOnce(() => undefined);
  expect((await send(`${url}/moved`, { method: "PUT", body: "{}" })).status).toBe(307);
  expect(hits).toBe(1);
  await expect(send(`${url}/`, { method: "PUT", body: "{}" })).rejects.toThrow("too long");
});
