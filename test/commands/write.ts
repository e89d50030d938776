import { writeFile } from "node:fs/promises";
import { commandsPage } from "./page.ts";
import { playCommands } from "./play.ts";

/** `npm run commands` */
const { answered, clean } = await playCommands();
await writeFile(new URL("../../docs/commands.md", import.meta.url), commandsPage(answered, clean));
