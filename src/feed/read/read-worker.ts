import type { DocumentOrigin } from "../parse/parse.ts";
import { readDocument, type ReadOutcome } from "./read-document.ts";

export interface ReadTask {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly origin: DocumentOrigin;
}

/** What the worker thread does. */
export async function readInWorker({ bytes, origin }: ReadTask): Promise<ReadOutcome> {
  return await readDocument(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), origin);
}

/** Answers when the thread has loaded its modules. */
export function whenReady(): void {}
