import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpHandler } from "../adapter.ts";
import type { MetricsPage } from "./registry.ts";
import type { Shared } from "./shared-state.ts";

export interface PagesDeps {
  readonly route: (path: string, handler: HttpHandler) => void;
  /** Names of what stands still. */
  readonly stuck: () => readonly string[];
  readonly isStopping: () => boolean;
  readonly shared: () => Promise<Shared>;
  readonly metrics: MetricsPage;
}

interface Page {
  readonly status: 200 | 503;
  readonly contentType: string;
  readonly body: string;
}

/** /healthz: restart it, or not. /readyz: can it do its work now. /metrics: for Prometheus. */
export function servePages({ route, stuck, isStopping, shared, metrics }: PagesDeps): void {
  route(
    "/healthz",
    page(async () => await Promise.resolve(healthOf(stuck()))),
  );
  route(
    "/readyz",
    page(async () => readinessOf(await shared(), isStopping())),
  );
  route(
    "/metrics",
    page(async () => {
      // The gauges are made of what this reads.
      await shared();
      return { status: 200, contentType: metrics.contentType, body: await metrics.text() };
    }),
  );
}

function healthOf(stuck: readonly string[]): Page {
  return asJson(stuck.length === 0, { status: stuck.length === 0 ? "alive" : "stuck", stuck });
}

/** Pure. */
function readinessOf(shared: Shared, isStopping: boolean): Page {
  const redis = shared.isUp ? "ok" : shared.reason;
  const platforms = shared.isUp ? Object.fromEntries(shared.state.platforms) : {};
  const missing = Object.entries(platforms).flatMap(([name, standing]) => (standing === "connected" ? [] : [name]));
  const isReady = shared.isUp && missing.length === 0 && !isStopping;
  return asJson(isReady, { status: isReady ? "ready" : isStopping ? "stopping" : "not ready", redis, platforms });
}

function asJson(isGood: boolean, value: unknown): Page {
  return { status: isGood ? 200 : 503, contentType: "application/json", body: `${JSON.stringify(value)}\n` };
}

function page(make: () => Promise<Page>): HttpHandler {
  return (request, response) => {
    void answer(request, response, make).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, make: () => Promise<Page>): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const { status, contentType, body } = await make();
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : body);
}
