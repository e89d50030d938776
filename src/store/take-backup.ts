import { writeBackupFile } from "./backup-file.ts";
import { BACKUP_FORMAT, type BackupHead, type KeyLine } from "./backup-lines.ts";
import { mastersOf, type Redis } from "./connection.ts";
import { versionKey } from "./keys.ts";
import { readState } from "./read-state.ts";
import { neededVersion, StateError, toStanding } from "./state-version.ts";
import { otherClients, type OpenRedis } from "./open-redis.ts";
import { WritePause } from "./write-pause.ts";

export interface TakenBackup {
  readonly keys: number;
  readonly bytes: number;
  /** For how long nothing could be written; 0 where nobody was there who would. */
  readonly heldMs: number;
}

export interface BackupOptions {
  readonly path: string;
  /** Called now and then, with how many keys were read. */
  readonly onProgress: (keys: number) => void;
}

/**
 * Writes all that is kept to one file, as it is at one instant, while bots go on running: writes wait, reads do not. Throws `StateError` or
 * `BackupFileError` with what to do.
 */
export async function takeBackup(
  { redis, name }: Pick<OpenRedis, "redis" | "name">,
  options: BackupOptions,
): Promise<TakenBackup> {
  const servers = mastersOf(redis);
  const pause = new WritePause(servers);
  const isHeld = await pause.begin().then(
    () => true,
    () => false,
  );
  const startedAtMs = performance.now();
  let keys = 0;
  let last = "";
  async function* lines(): AsyncGenerator<BackupHead | KeyLine> {
    yield await headOf(redis);
    for (const server of servers)
      for await (const line of readState(server)) {
        if (line[0] !== last) options.onProgress((keys += 1));
        last = line[0];
        yield line;
      }
    // Before the file gets its name.
    if (isHeld && !(await pause.end()))
      throw new StateError("Reading took longer than Redis would hold writes: nothing was written. Try again.");
  }
  try {
    if (!isHeld) await refuseUnlessAlone(redis, name);
    const bytes = await writeBackupFile(options.path, lines);
    return { keys, bytes, heldMs: isHeld ? Math.round(performance.now() - startedAtMs) : 0 };
  } finally {
    await pause.end();
  }
}

async function headOf(redis: Redis): Promise<BackupHead> {
  // No script: that would wait with the writes.
  const [value, time] = await Promise.all([redis.get(versionKey), mastersOf(redis)[0]?.time()]);
  const standing = value === null ? null : toStanding(value);
  if (standing === null) throw new StateError("There is nothing to back up: no Planetwire has used this Redis yet.");
  const [seconds = 0, micros = 0] = (time ?? []).map(Number);
  const takenAtMs = seconds * 1000 + Math.floor(micros / 1000);
  return { planetwire: "backup", format: BACKUP_FORMAT, stateVersion: neededVersion(standing), takenAtMs };
}

/** Where a Redis lets nobody hold its writes, there may be nobody who writes. */
async function refuseUnlessAlone(redis: Redis, name: string): Promise<void> {
  const others = await otherClients(redis, name).catch(() => null);
  if (others?.length === 0) return;
  const who =
    others === null
      ? "whether anything uses it cannot be seen"
      : `${String(others.length)} connections of Planetwire use it`;
  throw new StateError(
    `This Redis does not let a backup hold all writes for a moment (CLIENT PAUSE), and ${who}: allow that command, or stop all bots first.`,
  );
}
