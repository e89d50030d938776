import { closeSync, fdatasync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/** Where a channel's transcript lies; null for a name that is no file name. */
export function transcriptPath(dataDir: string, channel: string): string | null {
  const name = channel.slice(channel.indexOf(":") + 1);
  return /^[\w][\w.-]{0,63}$/.test(name) ? join(dataDir, "console", `${name}.log`) : null;
}

/** A file of JSON lines, each appended in one write; one writer at a time. */
export class Transcript {
  readonly #fd: number;

  constructor(path: string) {
    mkdirSync(join(path, ".."), { recursive: true });
    this.#fd = openSync(path, "a+");
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /** Where in the file the line with this key begins, looking only from `offset` on; null when there is none. */
  find(key: string, offset: number): number | null {
    return this.lines(offset).find(({ line }) => keyOf(line) === key)?.at ?? null;
  }

  /** All whole lines from `offset` on, and where each begins. */
  lines(offset: number): { readonly at: number; readonly line: string }[] {
    let at = offset;
    return this.#read(offset)
      .split("\n")
      .slice(0, -1)
      .map((line) => {
        const found = { at, line };
        at += Buffer.byteLength(line) + 1;
        return found;
      });
  }

  /** Appends a line and returns where it begins. All of it happens in this turn. */
  append(line: string): number {
    this.#dropTornTail();
    const at = this.size;
    const bytes = Buffer.from(`${line}\n`);
    if (writeSync(this.#fd, bytes) !== bytes.length) throw new Error("the transcript's disk is full");
    return at;
  }

  async sync(): Promise<void> {
    await promisify(fdatasync)(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** SIGKILL may end a long write between two pages; what has no newline was never said. */
  #dropTornTail(): void {
    const size = this.size;
    if (size === 0 || this.#byte(size - 1) === NEWLINE) return;
    let end = size - 1;
    while (end > 0 && this.#byte(end - 1) !== NEWLINE) end -= 1;
    ftruncateSync(this.#fd, end);
  }

  #byte(position: number): number {
    const buffer = Buffer.alloc(1);
    readSync(this.#fd, buffer, 0, 1, position);
    return buffer[0] ?? NEWLINE;
  }

  #read(offset: number): string {
    const chunks: Buffer[] = [];
    for (let at = offset; ;) {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      const count = readSync(this.#fd, buffer, 0, CHUNK_BYTES, at);
      if (count === 0) return Buffer.concat(chunks).toString("utf8");
      chunks.push(buffer.subarray(0, count));
      at += count;
    }
  }
}

function keyOf(line: string): string | null {
  try {
    const { key } = JSON.parse(line) as { key?: unknown };
    return typeof key === "string" ? key : null;
  } catch {
    return null;
  }
}
