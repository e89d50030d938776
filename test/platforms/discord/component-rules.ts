import type { Fields } from "./fields.ts";
import { isJson, type Json, listOf, numberOf, textOf } from "./json.ts";

/** Components / Reference, "Component Types". */
export const componentType = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
} as const;

const MOST_COMPONENTS = 40;
const MOST_TEXT_CHARS = 4000;
const LARGEST_ID = 2 ** 31 - 1;
const LINK_STYLE = 5;

type Path = readonly (string | number)[];

/**
 * Components / Reference: what may stand where, at most 40 in total with nested ones, ids unique in the message, `custom_id`
 * 1 to 100 and unique. "Text Display": 1 to 4000 characters, over all of a message together 4000 (counted as code points).
 */
export function checkComponents(fields: Fields, components: readonly unknown[], isV2: boolean): void {
  const all = withNested(components);
  if (all.length > MOST_COMPONENTS)
    fields.add(
      ["components"],
      "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
      "The maximum number of total components was exceeded.",
    );
  const chars = all.reduce((sum, one) => sum + Array.from(textOf(one["content"])).length, 0);
  if (chars > MOST_TEXT_CHARS)
    fields.add(
      ["components"],
      "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
      "The total displayable text size exceeds 4000.",
    );
  checkUnique(fields, all, "id", "COMPONENT_LAYOUT_DUPLICATE_ID");
  checkUnique(fields, all, "custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED");
  const allowed: readonly number[] = isV2 ? topLevel : [componentType.actionRow];
  for (const [i, one] of components.entries()) checkOne(fields, ["components", i], one, allowed);
}

const topLevel = [
  componentType.actionRow,
  componentType.section,
  componentType.textDisplay,
  componentType.mediaGallery,
  componentType.file,
  componentType.separator,
  componentType.container,
];
const inContainer = topLevel.filter((type) => type !== componentType.container);

export function withNested(components: readonly unknown[]): Json[] {
  return components.filter(isJson).flatMap((one) => {
    const accessory = one["accessory"];
    return [one, ...withNested(listOf(one["components"])), ...(isJson(accessory) ? [accessory] : [])];
  });
}

function checkUnique(fields: Fields, all: readonly Json[], name: string, code: string): void {
  const values = all.map((one) => one[name]).filter((value) => value !== undefined && value !== null && value !== 0);
  if (new Set(values).size < values.length) fields.add(["components"], code, `${name} must be unique in a message.`);
}

function checkOne(fields: Fields, path: Path, one: unknown, allowed: readonly number[]): void {
  const type = isJson(one) ? numberOf(one["type"]) : Number.NaN;
  if (!isJson(one) || !allowed.includes(type)) {
    fields.add(
      [...path, "type"],
      "UNION_TYPE_CHOICES",
      `Value of field "type" must be one of (${allowed.join(", ")}).`,
    );
    return;
  }
  const id = one["id"];
  if (id !== undefined && !(Number.isInteger(id) && numberOf(id) >= 0 && numberOf(id) <= LARGEST_ID))
    fields.add([...path, "id"], "NUMBER_TYPE_MAX", "id should be a 32 bit integer of 0 or more.");
  rules[type]?.(fields, path, one);
}

const rules: Readonly<Record<number, (fields: Fields, path: Path, one: Json) => void>> = {
  /** "Action Row": up to 5 buttons or a single select. */
  [componentType.actionRow]: (fields, path, one) => {
    const children = listOf(one["components"]);
    fields.count([...path, "components"], children, 1, 5);
    for (const [i, child] of children.entries())
      checkOne(fields, [...path, "components", i], child, [componentType.button, componentType.stringSelect]);
  },
  /** "Button": label 80, custom_id 1 to 100 or, for a link, url 512 and no custom_id. */
  [componentType.button]: (fields, path, one) => {
    fields.optionalLength([...path, "label"], one["label"], 80);
    if (one["label"] === undefined && one["emoji"] === undefined)
      fields.add([...path, "label"], "BUTTON_COMPONENT_EMPTY", "A button needs a label or an emoji.");
    if (one["style"] === LINK_STYLE) {
      fields.url([...path, "url"], one["url"], 512);
      if (one["custom_id"] !== undefined)
        fields.add([...path, "custom_id"], "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Not with a url.");
    } else if ([1, 2, 3, 4].includes(numberOf(one["style"])))
      fields.length([...path, "custom_id"], one["custom_id"], 1, 100);
    else fields.add([...path, "style"], "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.");
  },
  /** "String Select": up to 25 options of 100 characters. */
  [componentType.stringSelect]: (fields, path, one) => {
    fields.length([...path, "custom_id"], one["custom_id"], 1, 100);
    fields.count([...path, "options"], listOf(one["options"]), 1, 25);
  },
  /** "Section": one to three texts beside a thumbnail or a button. */
  [componentType.section]: (fields, path, one) => {
    const children = listOf(one["components"]);
    fields.count([...path, "components"], children, 1, 3);
    for (const [i, child] of children.entries())
      checkOne(fields, [...path, "components", i], child, [componentType.textDisplay]);
    checkOne(fields, [...path, "accessory"], one["accessory"], [componentType.button, componentType.thumbnail]);
  },
  [componentType.textDisplay]: (fields, path, one) => {
    fields.length([...path, "content"], one["content"], 1, MOST_TEXT_CHARS);
  },
  [componentType.thumbnail]: (fields, path, one) => {
    checkMedia(fields, path, one);
  },
  /** "Media Gallery": 1 to 10 items, each with a description of up to 1024. */
  [componentType.mediaGallery]: (fields, path, one) => {
    const items = listOf(one["items"]);
    fields.count([...path, "items"], items, 1, 10);
    for (const [i, item] of items.entries()) checkMedia(fields, [...path, "items", i], isJson(item) ? item : {});
  },
  /** "File": only what was uploaded with the message. */
  [componentType.file]: (fields, path, one) => {
    const file = one["file"];
    if (!/^attachment:\/\/[^/\s]+$/.test(isJson(file) ? textOf(file["url"]) : ""))
      fields.add([...path, "file", "url"], "COMPONENT_FILE_URL_INVALID", "Must be attachment://<filename>.");
  },
  [componentType.separator]: (fields, path, one) => {
    if (one["spacing"] !== undefined && one["spacing"] !== 1 && one["spacing"] !== 2)
      fields.add([...path, "spacing"], "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.");
  },
  /** "Container": anything but another container; the colour is RGB. */
  [componentType.container]: (fields, path, one) => {
    const children = listOf(one["components"]);
    fields.count([...path, "components"], children, 1, MOST_COMPONENTS);
    const color = one["accent_color"] ?? 0;
    if (!(Number.isInteger(color) && numberOf(color) >= 0 && numberOf(color) <= 0xffffff))
      fields.add([...path, "accent_color"], "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.");
    for (const [i, child] of children.entries()) checkOne(fields, [...path, "components", i], child, inContainer);
  },
};

function checkMedia(fields: Fields, path: Path, one: Json): void {
  const media = one["media"];
  fields.url([...path, "media", "url"], isJson(media) ? media["url"] : undefined);
  if (one["description"] !== undefined && one["description"] !== null)
    fields.length([...path, "description"], one["description"], 1, 1024);
}
