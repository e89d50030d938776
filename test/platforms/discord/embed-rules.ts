import type { Fields } from "./fields.ts";
import { isJson, type Json, listOf, textOf } from "./json.ts";

const MOST_EMBEDS = 10;
const MOST_FIELDS = 25;
const MOST_CHARS_TOGETHER = 6000;

/** Resources / Message, "Embed Limits": trimmed before counting; all embeds of a message together have 6000 characters. */
export function checkEmbeds(fields: Fields, embeds: readonly unknown[]): void {
  fields.count(["embeds"], embeds, 0, MOST_EMBEDS);
  let chars = 0;
  for (const [i, value] of embeds.entries()) {
    const embed = isJson(value) ? value : {};
    for (const [path, text, max] of limitsOf(embed)) {
      const trimmed = text.trim();
      chars += trimmed.length;
      fields.length(["embeds", i, ...path], trimmed, 0, max);
    }
    fields.count(["embeds", i, "fields"], listOf(embed["fields"]), 0, MOST_FIELDS);
    if (embed["url"] !== undefined) fields.url(["embeds", i, "url"], embed["url"]);
  }
  if (chars > MOST_CHARS_TOGETHER)
    fields.add(
      ["embeds"],
      "MAX_EMBED_SIZE_EXCEEDED",
      `Embed size exceeds maximum size of ${String(MOST_CHARS_TOGETHER)}`,
    );
}

type Limit = readonly [path: readonly (string | number)[], text: string, max: number];

function limitsOf(embed: Json): Limit[] {
  const inner = (name: string, field: string): string => {
    const value = embed[name];
    return isJson(value) ? textOf(value[field]) : "";
  };
  return [
    [["title"], textOf(embed["title"]), 256],
    [["description"], textOf(embed["description"]), 4096],
    [["footer", "text"], inner("footer", "text"), 2048],
    [["author", "name"], inner("author", "name"), 256],
    ...listOf(embed["fields"]).flatMap((value, i): Limit[] => {
      const field = isJson(value) ? value : {};
      return [
        [["fields", i, "name"], textOf(field["name"]), 256],
        [["fields", i, "value"], textOf(field["value"]), 1024],
      ];
    }),
  ];
}
