import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { tooLarge } from "./attached-file.ts";
import type { AttachedFile } from "./command/command.ts";
import { UsageError } from "./command/parse-line.ts";

interface Words {
  readonly words: readonly string[];
  readonly file: AttachedFile | null;
}

/** `import <path>` and `import -` of the command line: a file of whoever sits there, which no platform's user could name. */
export function localFile(words: readonly string[]): Words {
  const [name, path = "", ...rest] = words;
  const asGiven = { words, file: null };
  if (name?.toLowerCase() !== "import" || path === "" || rest.length > 0) return asGiven;
  if (path === "-") return { words: [name], file: attached("the standard input", () => process.stdin) };
  // What a shell gives as a file may be a pipe.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    return { words: [name], file: attached(basename(path), () => createReadStream(path)) };
  // No address ends so that has no path.
  if (/^[./~]/.test(path) || /^[^/:]+\.(?:opml|xml|txt)$/i.test(path))
    throw new UsageError(`There is no file ${path}.`);
  return asGiven;
}

function attached(name: string, open: () => Readable): AttachedFile {
  return {
    name,
    read: async (mostBytes) => {
      const chunks: Buffer[] = [];
      let byteCount = 0;
      for await (const chunk of open() as AsyncIterable<Buffer>) {
        byteCount += chunk.length;
        if (byteCount > mostBytes) throw tooLarge(mostBytes);
        chunks.push(chunk);
      }
      return { bytes: Buffer.concat(chunks), contentType: "" };
    },
  };
}
