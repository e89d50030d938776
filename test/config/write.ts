import { writeFile } from "node:fs/promises";
import { exampleFile } from "./example.ts";

/** Writes `.env.example` anew. */
await writeFile(new URL("../../.env.example", import.meta.url), exampleFile());
