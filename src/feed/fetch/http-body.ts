import { once } from "node:events";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import type { BodyTaker } from "./hop-handler.ts";
import type { ModifiedOutcome } from "./outcome.ts";
import { createZstdDecompress, hasZstd } from "./zstd.ts";

export interface BodyLimits {
  /** Of the decompressed document. */
  readonly maxBodyBytes: number;
  /** Of what travels. */
  readonly maxWireBytes: number;
}

export interface ReadBody {
  readonly body: Buffer;
  readonly wireBytes: number;
  readonly cutBy: ModifiedOutcome["cutBy"];
  /** What broke when `cutBy` is "connection", else null. */
  readonly failure: unknown;
}

interface Sink {
  /** False when there was more than the cap; what fits below it is kept. */
  add(chunk: Buffer): boolean;
  isFull(): boolean;
  content(): Buffer;
}

const OUTPUT_CHUNK_BYTES = 64 * 1024;
const FIRST_BUFFER_BYTES = 64 * 1024;

const PLAIN: ReadonlySet<string> = new Set(["", "identity"]);
/** What may be sent, for Accept-Encoding. */
const OFFERED = ["gzip", "deflate", "br", ...(hasZstd ? ["zstd"] : [])];
export const ACCEPT_ENCODING = OFFERED.join(", ");
const COMPRESSED: ReadonlySet<string> = new Set([...OFFERED, "x-gzip"]);

/** A body as it travels. */
export interface WireBody extends BodyTaker {
  readonly coding: string;
  readonly sink: Sink;
}

/** True for every Content-Encoding that is understood: none, what is offered, x-gzip; a list of several is not. */
export function canDecode(contentEncoding: string): boolean {
  const coding = codingOf(contentEncoding);
  return PLAIN.has(coding) || COMPRESSED.has(coding);
}

/** Where a body goes while it comes; null for a Content-Encoding that is not understood. */
export function wireBody(contentEncoding: string, { maxBodyBytes, maxWireBytes }: BodyLimits): WireBody | null {
  const coding = codingOf(contentEncoding);
  if (!canDecode(coding)) return null;
  const sink = createSink(PLAIN.has(coding) ? Math.min(maxBodyBytes, maxWireBytes) : maxWireBytes);
  return { coding, sink, take: (chunk) => sink.add(chunk) };
}

/**
 * Decompresses a body in memory, never more than the limits allow. Never rejects: what came before a failure is kept. Receiving and
 * decompressing do not overlap, because a stream that fails throws away what it still holds, and it holds something whenever its
 * reader is slower than the network. `broken` is what broke off the body, null for nothing.
 */
export async function readBody(
  { coding, sink: wire }: WireBody,
  limits: BodyLimits,
  broken: unknown,
): Promise<ReadBody> {
  const wireBytes = wire.content().length;
  if (PLAIN.has(coding)) return { ...asRead(wire, wire.isFull(), broken), wireBytes };
  const document = createSink(limits.maxBodyBytes);
  const corrupt = await failureOf(inflate(coding, wire.content(), document));
  return { ...asRead(document, wire.isFull() || document.isFull(), broken ?? corrupt), wireBytes };
}

function asRead(sink: Sink, isCapped: boolean, failure: unknown): Omit<ReadBody, "wireBytes"> {
  if (isCapped) return { body: sink.content(), cutBy: "cap", failure: null };
  return { body: sink.content(), cutBy: failure === null ? null : "connection", failure };
}

async function failureOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return null;
  } catch (error) {
    return error;
  }
}

function codingOf(contentEncoding: string): string {
  return contentEncoding.trim().toLowerCase();
}

/** Rejects when the data are corrupt or lack their end. Bytes behind the end are left alone, as far as zlib allows. */
async function inflate(coding: string, input: Buffer, sink: Sink): Promise<void> {
  if (input.length === 0) return;
  const transform = createTransform(coding, input);
  const closed = once(transform, "close");
  transform.on("data", (chunk: Buffer) => {
    if (!sink.add(chunk)) transform.destroy();
  });
  transform.end(input);
  await closed;
}

/** "deflate" means the zlib format (RFC 9110 §8.4.1.2), yet some servers send it bare: the first byte tells (RFC 1950 §2.2). */
function createTransform(coding: string, input: Buffer): Transform {
  const options = { chunkSize: OUTPUT_CHUNK_BYTES };
  if (coding === "zstd") return createZstdDecompress(OUTPUT_CHUNK_BYTES);
  if (coding === "br") return zlib.createBrotliDecompress(options);
  if (coding !== "deflate") return zlib.createGunzip(options);
  const hasZlibHeader = ((input[0] ?? 0) & 0x0f) === 8;
  return hasZlibHeader ? zlib.createInflate(options) : zlib.createInflateRaw(options);
}

/** One growing buffer: a list of chunks would let a server that sends single bytes take many times the cap. */
function createSink(maxBytes: number): Sink {
  let buffer = Buffer.alloc(Math.min(FIRST_BUFFER_BYTES, maxBytes));
  let bytes = 0;
  let isFull = false;
  return {
    add(chunk) {
      const wantedBytes = Math.min(bytes + chunk.length, maxBytes);
      if (wantedBytes > buffer.length) buffer = grown(buffer, wantedBytes, maxBytes);
      isFull ||= bytes + chunk.length > maxBytes;
      bytes += chunk.copy(buffer, bytes, 0, wantedBytes - bytes);
      return !isFull;
    },
    isFull: () => isFull,
    content: () => buffer.subarray(0, bytes),
  };
}

function grown(buffer: Buffer, wantedBytes: number, maxBytes: number): Buffer<ArrayBuffer> {
  const larger = Buffer.alloc(Math.min(Math.max(buffer.length * 2, wantedBytes), maxBytes));
  buffer.copy(larger);
  return larger;
}
