import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile, mkdir, cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { platforms, previews } from "../../adapters/index.ts";
import { type CommandDeps } from "../../src/command/deps.ts";
import { createCommands } from "../../src/command/table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function text(path: string): Promise<string> {
  return await readFile(join(root, path), "utf8");
}

describe("the README is in step", () => {
  test("continuous integration runs the README's test command", async () => {
    const command = /## Test it\n\n```sh\n(.*)\n```/.exec(await text("README.md"))?.[1] ?? "missing";
    expect((await text(".ci/run")).split("\n")).toContain(command);
  });

  test("it explains every command of the table, and no other", async () => {
    // Only names are read; nothing of this is run.
    const names = createCommands({ previews } as CommandDeps).map((command) => command.name);
    const table = (await text("README.md")).split("\n").filter((line) => line.startsWith("| `"));
    const explained = table.flatMap((line) =>
      Array.from((line.split(" | ")[0] ?? "").matchAll(/`([a-z]+)/g), (match) => match[1] ?? ""),
    );
    expect(explained.toSorted((a, b) => a.localeCompare(b))).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
  });

  test("what it says of Planetwire beside others has a test or a page behind it, or is said not to be there", async () => {
    const table = /\n## How it compares\n[\s\S]*?\n## /.exec(await text("README.md"))?.[0] ?? "";
    const rows = table.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| |"));
    const claims = rows.map((row) => row.split(" | ")[1] ?? "").slice(1);
    expect(claims.length).toBeGreaterThan(10);
    expect(claims.filter((claim) => !/^no\b/.test(claim) && !/\]\([a-z/.-]+\.(?:md|ts)/.test(claim))).toEqual([]);
  });

  test("every link of it and of the pages leads to a file, and to a heading where it names one", async () => {
    const pages = [
      "README.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
      ...(await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
    ];
    const broken: string[] = [];
    for (const page of pages)
      for (const [, target = "", anchor = ""] of (await text(page)).matchAll(
        /\]\((?!https?:|#)([^)#\s]+)(?:#([^)\s]+))?\)/g,
      )) {
        const found = await readFile(join(root, page, "..", target), "utf8").catch(() => null);
        if (found === null || (anchor !== "" && !headings(found).includes(anchor)))
          broken.push(`${page}: ${target} ${anchor}`);
      }
    expect(broken).toEqual([]);
  });

  /** As GitHub names them. */
  function headings(page: string): string[] {
    return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/ /g, "-"),
    );
  }

  test("every npm script it names exists", async () => {
    const { scripts } = JSON.parse(await text("package.json")) as {
      scripts: Record<string, string>;
    };
    const named = Array.from(
      (await text("README.md")).matchAll(/npm (?:run (?:--silent )?)?([a-z][\w:]*)/g),
      (match) => match[1] ?? "",
    );
    expect(named.filter((name) => !["install", ...Object.keys(scripts)].includes(name))).toEqual([]);
  });
});

test("the platforms in the registry are the folders beside it", async () => {
  const entries = await readdir(join(root, "adapters"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(Object.keys(platforms).toSorted((a, b) => a.localeCompare(b))).toEqual(
    folders.toSorted((a, b) => a.localeCompare(b)),
  );
});

describe("boundaries between rooms are enforced: the linter catches", () => {
  const planted: readonly (readonly [string, string, string])[] = [
    ["src/ importing an adapter", "src/poll/planted.ts", "../../adapters/index.ts"],
    ["feed/ importing the store", "src/feed/planted.ts", "../store/keys.ts"],
    ["poll/ importing delivery", "src/poll/planted.ts", "../relay/key.ts"],
    ["follow/ importing delivery", "src/follow/planted.ts", "../relay/key.ts"],
    ["import/ importing commands", "src/import/planted.ts", "../command/reply.ts"],
    ["import/ importing delivery", "src/import/planted.ts", "../relay/key.ts"],
    ["store/ importing feeds", "src/store/planted.ts", "../feed/entry.ts"],
    ["summary/ importing the store", "src/summary/planted.ts", "../store/keys.ts"],
    ["relay/ importing fetching", "src/relay/planted.ts", "../feed/fetch/fetch.ts"],
    ["relay/ importing commands", "src/relay/planted.ts", "../command/reply.ts"],
    ["command/ importing the contract", "src/command/planted.ts", "../adapter.ts"],
    ["an adapter importing the store", "adapters/console/planted.ts", "../../src/store/keys.ts"],
    ["an adapter importing configuration", "adapters/console/planted.ts", "../../src/config.ts"],
    ["an adapter importing another", "adapters/console/planted.ts", "../discord/adapter.ts"],
    ["ioredis outside the store", "src/poll/planted.ts", "ioredis"],
    ["ioredis outside its file", "src/store/planted.ts", "ioredis"],
    ["BullMQ outside the queue", "src/store/planted.ts", "bullmq"],
    ["rss-parser outside its file", "src/feed/parse/planted.ts", "rss-parser"],
    ["parsing importing the store", "src/feed/parse/planted.ts", "../../store/keys.ts"],
    ["fetching importing configuration", "src/feed/fetch/planted.ts", "../../config.ts"],
    ["piscina outside its file", "src/feed/read/planted.ts", "piscina"],
    ["poll/ importing search", "src/poll/planted.ts", "../search/query.ts"],
    ["search/ importing commands", "src/search/planted.ts", "../command/reply.ts"],
    ["libsql outside its file", "src/search/planted.ts", "libsql"],
    ["undici outside fetching", "src/command/planted.ts", "undici"],
    ["pino outside the logger", "src/app.ts", "pino"],
    ["prom-client outside the registry", "src/operate/planted.ts", "prom-client"],
    ["poll/ importing what watches it", "src/poll/planted.ts", "../operate/tallies.ts"],
    ["relay/ importing what watches it", "src/relay/planted.ts", "../operate/census.ts"],
    ["store/ importing what watches it", "src/store/planted.ts", "../operate/census.ts"],
  ];

  test("each planted violation, and nothing in the tree as it is", async () => {
    const folder = await mkdtemp(join(tmpdir(), "planetwire-boundaries-"));
    try {
      const caught = await Promise.all(
        planted.map(async ([, file, from], i) => await lintPlanted(join(folder, String(i)), file, from)),
      );
      expect(
        planted.filter((_, i) => !(caught[i]?.includes("no-restricted-imports") ?? false)).map(([what]) => what),
      ).toEqual([]);
      const clean = await lintPlanted(join(folder, "clean"), "src/planted.ts", "./config.ts");
      expect(clean).not.toContain("no-restricted-imports");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 30_000);

  async function lintPlanted(folder: string, file: string, from: string): Promise<string> {
    await mkdir(join(folder, file, ".."), { recursive: true });
    await cp(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, file), `import * as planted from "${from}";\nexport const used = planted;\n`);
    const run = promisify(execFile)(join(root, "node_modules/.bin/oxlint"), [file], {
      cwd: folder,
    });
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    return stdout;
  }
});
