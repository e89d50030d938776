import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** A README shows it at about this width; twice the pixels would be twice the bytes. */
const WIDTH = 800;
const LIMIT_MS = 60_000;
/** Told to the page by itself, in a copy. */
const ruler = "<script>document.title = `height ${document.body.offsetHeight}`</script>";

/** Draws a page of a file as it looks in a browser, in its whole height. False where there is no Chromium. */
export async function photograph(page: string, picture: string): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-pictures-"));
  try {
    const copy = join(directory, "measured.html");
    const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
    await writeFile(copy, (await readFile(page, "utf8")).replace(policy, "") + ruler);
    const measured = await chromium(directory, ["--dump-dom"], WIDTH, copy);
    if (measured === null) return false;
    const height = Number(/<title>height (\d+)</.exec(measured)?.[1]);
    if (!(height > 0)) throw new Error(`Chromium did not say how high ${page} is`);
    await chromium(directory, [`--screenshot=${picture}`], height, page);
    return true;
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function chromium(
  profile: string,
  task: readonly string[],
  height: number,
  page: string,
): Promise<string | null> {
  const looks = ["--hide-scrollbars", "--force-device-scale-factor=1", "--lang=en"];
  const quiet = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}/profile`];
  const size = `--window-size=${String(WIDTH)},${String(height)}`;
  const words = [...quiet, ...looks, size, ...task, pathToFileURL(page).href];
  try {
    return (await promisify(execFile)("chromium", words, { timeout: LIMIT_MS })).stdout;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
