/**
 * Stands before the bot (`--import`): loads its modules, then waits for a word of the demo. So the bot is ready at once when
 * the CLI has followed the planet, and finds it at its first look.
 */
import { once } from "node:events";

await import("../app.ts");
await once(process, "message");
process.disconnect();
