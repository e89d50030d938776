import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeAtExit } from "./last-resort.ts";

/** Where Planetwire is to be run, and what node is to be given for it. */
export interface Program {
  readonly root: string;
  readonly main: readonly string[];
  readonly wire: readonly string[];
  remove(): Promise<void>;
}

/** As `npm start` runs it. */
export function sourceProgram(root: string): Program {
  const from = (path: string): string[] => ["--import", "tsx", path];
  return { root, main: from("src/main.ts"), wire: from("src/wire.ts"), remove: async () => {} };
}

/**
 * The same compiled into a directory of its own, as `npm run build` does but unchecked: a bot is up in less than half the
 * time, which is most of what a thousand kills cost, and nobody changes it under a run. `more`: other files of the root.
 */
export async function compiledProgram(root: string, more: readonly string[] = []): Promise<Program> {
  const built = await mkdtemp(join(tmpdir(), "planetwire-built-"));
  removeAtExit(built);
  const remove = (): Promise<void> => rm(built, { recursive: true, force: true });
  try {
    await compile(root, built, more);
    await copyFile(join(root, "package.json"), join(built, "package.json"));
    await symlink(join(root, "node_modules"), join(built, "node_modules"));
    return { root: built, main: ["src/main.js"], wire: ["src/wire.js"], remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function compile(root: string, outDir: string, more: readonly string[]): Promise<void> {
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { outDir, rootDir: root, noCheck: true, sourceMap: false, types: [] },
    include: ["src", "adapters", ...more].map((path) => join(root, path)),
  };
  const path = join(outDir, "tsconfig.json");
  await writeFile(path, JSON.stringify(config));
  const compiler = spawn(join(root, "node_modules/.bin/tsc"), ["-p", path], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(compiler, "exit");
  if (code !== 0) throw new Error(`the compiler ended with ${code}`);
}
