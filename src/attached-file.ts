import { type AttachedFile, FileProblem } from "./command/command.ts";

const DOWNLOAD_MS = 30_000;

/** A file that lies with a platform, which `ask` requests there. */
export function fileAt(name: string, ask: (signal: AbortSignal) => Promise<Response>): AttachedFile {
  return {
    name,
    read: async (mostBytes) => {
      try {
        const response = await ask(AbortSignal.timeout(DOWNLOAD_MS));
        if (!response.ok || response.body === null) {
          await response.body?.cancel();
          throw new FileProblem(`It cannot be had: the platform answered ${String(response.status)}. Send it again.`);
        }
        const bytes = await readAtMost(response.body, mostBytes);
        return { bytes, contentType: response.headers.get("content-type") ?? "" };
      } catch (error) {
        if (error instanceof FileProblem) throw error;
        throw new FileProblem("It could not be fetched from the platform. Try again in a moment.", { cause: error });
      }
    },
  };
}

async function readAtMost(body: ReadableStream<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.length;
    // Leaving the loop ends the request.
    if (byteCount > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function tooLarge(mostBytes: number): FileProblem {
  return new FileProblem(
    `It is larger than ${String(Math.floor(mostBytes / 1024 / 1024))} MB: take a smaller one, or split it.`,
  );
}
