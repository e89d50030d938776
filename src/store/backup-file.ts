import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { StringDecoder } from "node:string_decoder";
import { createGunzip, createGzip } from "node:zlib";
import { BACKUP_FORMAT, type BackupEnd, type BackupHead, type KeyLine, Sum } from "./backup-lines.ts";

/** What is compressed at once: each time costs as much as a small line. */
const CHUNK_CHARS = 64 * 1024;

/** A file that is no backup, not a whole one, or cannot be written; the message says what to do. */
class BackupFileError extends Error {
  override readonly name = "BackupFileError";
}

/**
 * Writes the lines to a file that only its owner may read. It appears under its name when it is whole and safe on the disk, never before, and
 * takes no other's place. Returns its size in bytes.
 */
export async function writeBackupFile(path: string, lines: () => AsyncIterable<object>): Promise<number> {
  const target = resolve(path);
  await refuseExisting(target);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const unfinished = `${target}.unfinished-${String(process.pid)}`;
  const file = await open(unfinished, "wx", 0o600);
  try {
    await pipeline(summed(lines()), createGzip({ level: 1 }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await file.appendFile(chunk);
    });
    await file.sync();
    await file.close();
    const { size } = await stat(unfinished);
    await refuseExisting(target);
    await rename(unfinished, target);
    await syncFolder(dirname(target));
    return size;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function refuseExisting(path: string): Promise<void> {
  if ((await stat(path).catch(() => null)) !== null)
    throw new BackupFileError(`${path} exists already: give the backup another name.`);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync();
  await folder.close();
}

async function* summed(lines: AsyncIterable<object>): AsyncGenerator<string> {
  const sum = new Sum();
  let together = "";
  for await (const line of lines) {
    const json = JSON.stringify(line);
    sum.add(json);
    together += `${json}\n`;
    if (together.length < CHUNK_CHARS) continue;
    yield together;
    together = "";
  }
  yield `${together}${JSON.stringify(sum.end())}\n`;
}

/**
 * Reads a whole file and throws `BackupFileError` unless it is a backup that this version can read, with nothing missing and nothing changed.
 * Returns what it is, and how many lines of keys it has.
 */
export async function checkBackupFile(path: string): Promise<BackupHead & { readonly lines: number }> {
  const sum = new Sum();
  let head: BackupHead | null = null;
  let end: BackupEnd | null = null;
  for await (const line of fileLines(path)) {
    if (head === null) head = toHead(path, line);
    else if (end !== null) throw damaged(path, "something stands behind its end");
    if (line.startsWith('{"lines":')) end = JSON.parse(line) as BackupEnd;
    else sum.add(line);
  }
  if (head === null || end === null) throw damaged(path, "its end is missing");
  const found = sum.end();
  if (end.lines !== found.lines || end.sha256 !== found.sha256)
    throw damaged(path, "it is not what was written: its checksum differs");
  return { ...head, lines: found.lines - 1 };
}

/** The keys of a file that was checked. */
export async function* backupKeys(path: string): AsyncGenerator<KeyLine> {
  for await (const line of fileLines(path)) if (line.startsWith("[")) yield JSON.parse(line) as KeyLine;
}

async function* fileLines(path: string): AsyncGenerator<string> {
  const opened = createGunzip();
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const reading = pipeline(createReadStream(path), opened);
  // The same error ends the loop.
  reading.catch(() => undefined);
  try {
    for await (const chunk of opened as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    await reading;
  } catch (error) {
    throw readingFailed(path, error);
  }
  if (rest !== "") throw damaged(path, "its last line is not whole");
}

function readingFailed(path: string, error: unknown): BackupFileError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code.startsWith("Z_")) return damaged(path, message);
  return new BackupFileError(`${path} cannot be read: ${code === "ENOENT" ? "there is no such file" : message}.`);
}

function damaged(path: string, why: string): BackupFileError {
  return new BackupFileError(`${path} is damaged (${why}): nothing was changed. Take another backup.`);
}

function toHead(path: string, line: string): BackupHead {
  const head = parsed(line) as Partial<BackupHead> | null;
  if (head?.planetwire !== "backup") throw new BackupFileError(`${path} is no backup of Planetwire.`);
  const { format = 0, stateVersion = 0, takenAtMs = 0 } = head;
  if (format > BACKUP_FORMAT)
    throw new BackupFileError(
      `${path} was written by a newer Planetwire (format ${String(format)}; this one reads ${String(BACKUP_FORMAT)}): restore it with that.`,
    );
  return { planetwire: "backup", format, stateVersion, takenAtMs };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
