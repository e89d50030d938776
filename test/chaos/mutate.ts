import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { removeAtExit } from "./last-resort.ts";
import { type Mutation, mutations } from "./mutations.ts";

export interface MutatedTree {
  readonly root: string;
  remove(): Promise<void>;
}

const notCopied = new Set(["node_modules", ".git", "data", "dist"]);

/** A copy of the source tree with one promise broken on purpose. Throws when the source no longer is what the mutation expects. */
export async function mutatedTree(root: string, name: string): Promise<MutatedTree> {
  const mutation = mutations.find((candidate) => candidate.name === name);
  if (mutation === undefined)
    throw new Error(`no mutation ${name}; there are ${mutations.map((known) => known.name).join(", ")}`);
  const copy = await mkdtemp(join(tmpdir(), `planetwire-${name}-`));
  removeAtExit(copy);
  const remove = (): Promise<void> => rm(copy, { recursive: true, force: true });
  try {
    await cp(root, copy, { recursive: true, filter: (source) => source === root || !notCopied.has(basename(source)) });
    await symlink(join(root, "node_modules"), join(copy, "node_modules"));
    await mutate(copy, mutation);
    return { root: copy, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function mutate(root: string, mutation: Mutation): Promise<void> {
  for (const edit of mutation.edits) {
    const path = join(root, edit.file);
    const text = await readFile(path, "utf8");
    await writeFile(path, replacedOnce(text, edit.search, edit.replace, `${mutation.name} in ${edit.file}`));
  }
}

export function replacedOnce(text: string, search: string, replace: string, where: string): string {
  const parts = text.split(search);
  if (parts.length !== 2)
    throw new Error(`${where}: the text to replace occurs ${parts.length - 1} times, not once: ${search}`);
  return parts.join(replace);
}
