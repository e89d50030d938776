/** Splitting of a stream of RESP values (redis.io/docs/latest/develop/reference/protocol-spec, versions 2 and 3) into whole ones. */
export interface Frame {
  readonly bytes: Buffer;
  readonly value: Value;
}

/** `type` is the leading byte of the protocol. Aggregates have `items`; everything else has `text`. */
export interface Value {
  readonly type: string;
  readonly text: Buffer;
  readonly items: readonly Value[];
}

interface Parsed {
  readonly value: Value;
  readonly end: number;
}

const nothing = Buffer.alloc(0);
const newline = "\r\n";
const pairs = new Set(["%", "|"]);
const aggregates = new Set(["*", "~", ">", "%", "|"]);
const blobs = new Set(["$", "=", "!"]);

export class FrameSplitter {
  #rest: Buffer = nothing;

  /** The values that are complete now, each with its exact bytes. */
  push(chunk: Buffer): Frame[] {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let start = 0;
    for (let parsed = parse(data, 0); parsed !== null; parsed = parse(data, start)) {
      frames.push({ bytes: data.subarray(start, parsed.end), value: parsed.value });
      start = parsed.end;
    }
    this.#rest = data.subarray(start);
    return frames;
  }
}

/** Null when the value is not complete. An attribute ("|") belongs to the value that follows it. */
function parse(data: Buffer, start: number): Parsed | null {
  const lineEnd = data.indexOf(newline, start);
  if (lineEnd < 0) return null;
  const type = String.fromCharCode(data[start] ?? 0);
  const line = data.subarray(start + 1, lineEnd);
  const afterLine = lineEnd + newline.length;
  if (blobs.has(type)) return parseBlob(data, type, Number(line.toString()), afterLine);
  if (!aggregates.has(type)) return { value: { type, text: line, items: [] }, end: afterLine };
  const count = Math.max(0, Number(line.toString())) * (pairs.has(type) ? 2 : 1);
  const items = parseItems(data, count, afterLine);
  if (items === null) return null;
  if (type === "|") return parse(data, items.end);
  return { value: { type, text: nothing, items: items.values }, end: items.end };
}

function parseBlob(data: Buffer, type: string, length: number, start: number): Parsed | null {
  if (length < 0) return { value: { type, text: nothing, items: [] }, end: start };
  const end = start + length + newline.length;
  if (data.length < end) return null;
  return { value: { type, text: data.subarray(start, start + length), items: [] }, end };
}

function parseItems(data: Buffer, count: number, start: number): { values: Value[]; end: number } | null {
  const values: Value[] = [];
  let end = start;
  while (values.length < count) {
    const item = parse(data, end);
    if (item === null) return null;
    values.push(item.value);
    end = item.end;
  }
  return { values, end };
}
