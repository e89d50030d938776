import { type Mention, toMention } from "../follow/mention.ts";
import { DEFAULT_SETTINGS, type FollowSettings, toSettings } from "../follow/settings.ts";

/** As many as `authors` and `filter` take; more in a file is somebody's joke. */
const MOST_VALUES = 200;
const MOST_VALUE_CHARS = 500;

/**
 * Settings as a file has them, written by whom it may be: of each only what has the form that it has here, the rest as at the
 * beginning. null when there are none to be read.
 */
export function settingsInFile(json: string): FollowSettings | null {
  if (json === "") return null;
  try {
    const value: unknown = JSON.parse(json);
    if (!isRecord(value)) return null;
    const settings = toSettings(JSON.stringify(fitted(value, DEFAULT_SETTINGS)));
    return { ...settings, mention: mentionIn(value["mention"]) };
  } catch {
    return null;
  }
}

function mentionIn(value: unknown): Mention | null {
  const mention = toMention(value);
  if (mention === null || mention.whom.length > MOST_VALUE_CHARS) return null;
  return { whom: mention.whom, authors: texts(mention.authors), words: texts(mention.words) };
}

/** `value` where it is of the same kind as `model`, part by part, else `model`. */
function fitted(value: unknown, model: unknown): unknown {
  if (Array.isArray(model)) return Array.isArray(value) ? texts(value) : model;
  if (isRecord(model)) {
    const given = isRecord(value) ? value : {};
    return Object.fromEntries(Object.entries(model).map(([name, part]) => [name, fitted(given[name], part)]));
  }
  if (typeof value !== typeof model) return model;
  return typeof value === "string" ? value.slice(0, MOST_VALUE_CHARS) : value;
}

function texts(values: readonly unknown[]): string[] {
  return values
    .filter((one) => typeof one === "string")
    .filter((one) => one.length <= MOST_VALUE_CHARS)
    .slice(0, MOST_VALUES);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
