import { existsSync, readFileSync } from "node:fs";

/** Of package.json, which lies above this file, whether it is compiled or not. */
export const VERSION = readVersion(new URL("..", import.meta.url));

function readVersion(folder: URL): string {
  const path = new URL("package.json", folder);
  if (!existsSync(path)) return readVersion(new URL("..", folder));
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
