/** A JSON document, parsed; of one that was cut what was complete in it. */
export interface ParsedJson {
  readonly value: unknown;
  readonly whole: boolean;
}

/** Null for what is no JSON, also when its cut end is mended. */
export function parseJsonText(text: string): ParsedJson | null {
  const written = text.replace(/^[\s\ufeff]+/, "");
  const value = tryParse(written);
  if (value !== undefined) return { value, whole: true };
  const mended = tryParse(upToLastItem(written));
  return mended === undefined ? null : { value: mended, whole: false };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The text to the end of the last complete object in a list of the outermost object, and both closed. "" when there is none. */
function upToLastItem(text: string): string {
  const open: string[] = [];
  let end = 0;
  const mark = /[{}[\]"]/g;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [character] = found;
    if (character === '"') {
      const close = endOfString(text, mark.lastIndex);
      if (close === -1) break;
      mark.lastIndex = close;
    } else if (character === "{" || character === "[") open.push(character);
    else if (open.pop() === "{" && open.join("") === "{[") end = mark.lastIndex;
  }
  return end === 0 ? "" : `${text.slice(0, end)}]}`;
}

/** Index behind the closing quote; -1 when there is none. */
function endOfString(text: string, from: number): number {
  const mark = /["\\]/g;
  mark.lastIndex = from;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '"') return mark.lastIndex;
    mark.lastIndex += 1;
  }
  return -1;
}
