import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { photograph } from "./chromium.ts";
import { discordPage } from "./discord.ts";
import { matrixPage } from "./matrix.ts";
import { discordPlace, matrixPlace, slackPlace } from "./places.ts";
import { play } from "./scene.ts";
import { slackPage } from "./slack.ts";
import { summariesPage, summariesPages, writeKinds } from "./summaries.ts";

/** What a platform shows of what our adapter sent there: `npm run pictures -- [platform…]`. */
const pages: Readonly<Record<string, (css: string) => Promise<string>>> = {
  discord: async (css) => discordPage(await play(await discordPlace()), css),
  slack: async (css) => slackPage(await play(await slackPlace()), css),
  matrix: async (css) => matrixPage(await play(await matrixPlace()), css),
};

/** Everything that is drawn: `npm run pictures -- [platform…] [summaries]`. */
async function draw(name: string): Promise<void> {
  if (name === "summaries") return await drawSummaries();
  const page = pages[name];
  if (page === undefined) throw new Error(`there is no ${name}, only ${Object.keys(pages).join(", ")} and summaries`);
  await drawPage(name, await page(await cssOf(name)));
}

async function drawPage(name: string, page: string): Promise<void> {
  const to = (extension: string): string => fileURLToPath(docs(`pictures/${name}.${extension}`));
  await mkdir(docs("pictures/"), { recursive: true });
  await writeFile(to("html"), page);
  const isDrawn = await photograph(to("html"), to("png"));
  process.stdout.write(`${to(isDrawn ? "png" : "html")}${isDrawn ? "" : " (no picture: there is no chromium)"}\n`);
}

/** Entries of many kinds, without a network in between. */
async function drawSummaries(): Promise<void> {
  const all = await writeKinds();
  await writeFile(docs("summaries.md"), summariesPage(all));
  const names = ["discord", "slack", "matrix", "console"];
  const css = new Map(
    await Promise.all(names.map(async (name): Promise<[string, string]> => [name, await cssOf(name)])),
  );
  for (const [name, page] of summariesPages(all, css)) await drawPage(`summaries-${name}`, page);
}

async function cssOf(platform: string): Promise<string> {
  return await readFile(new URL(`./${platform}.css`, import.meta.url), "utf8");
}

function docs(path: string): URL {
  return new URL(`../../docs/${path}`, import.meta.url);
}

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : [...Object.keys(pages), "summaries"]) await draw(name);
