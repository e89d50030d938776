import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ReplyFile } from "../../src/command/reply.ts";

/** Keeps a file that came with an answer beside the transcripts; says where, or why not. */
export function saveFile(dataDir: string, { name, content }: ReplyFile): string {
  const path = join(dataDir, "console", basename(name));
  try {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
    return `Written to ${path}`;
  } catch (error) {
    return `It could not be written to ${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
