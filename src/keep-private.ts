/**
 * Nobody else on this machine may read what this process and its private Redis write: transcripts, the index, the append-only file,
 * backups. Folders that are there already stay as they are.
 */
export function keepPrivate(): void {
  process.umask(0o077);
}
