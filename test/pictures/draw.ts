import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { photograph } from "./chromium.ts";
import { discordPage } from "./discord.ts";
import { matrixPage } from "./matrix.ts";
import { discordPlace, matrixPlace, slackPlace } from "./places.ts";
import { play } from "./scene.ts";
import { slackPage } from "./slack.ts";

/** What a platform shows of what our adapter sent there: `npm run pictures -- [platform…]`. */
const pages: Readonly<Record<string, (css: string) => Promise<string>>> = {
  discord: async (css) => discordPage(await play(await discordPlace()), css),
  slack: async (css) => slackPage(await play(await slackPlace()), css),
  matrix: async (css) => matrixPage(await play(await matrixPlace()), css),
};

async function draw(platform: string): Promise<void> {
  const page = pages[platform];
  if (page === undefined) throw new Error(`there is no ${platform}, only ${Object.keys(pages).join(", ")}`);
  const css = await readFile(new URL(`./${platform}.css`, import.meta.url), "utf8");
  const to = (extension: string): string =>
    fileURLToPath(new URL(`../../docs/pictures/${platform}.${extension}`, import.meta.url));
  await mkdir(new URL("../../docs/pictures/", import.meta.url), { recursive: true });
  await writeFile(to("html"), await page(css));
  const isDrawn = await photograph(to("html"), to("png"));
  process.stdout.write(`${to(isDrawn ? "png" : "html")}${isDrawn ? "" : " (no picture: there is no chromium)"}\n`);
}

const asked = process.argv.slice(2);
for (const platform of asked.length > 0 ? asked : Object.keys(pages)) await draw(platform);
