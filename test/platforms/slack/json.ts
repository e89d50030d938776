export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The string in a field, "" when there is none. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

export function listOf(fields: Fields, name: string): readonly unknown[] {
  const value: unknown = fields[name];
  return Array.isArray(value) ? value : [];
}

export function fieldsOf(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}

/** Arguments sent as a form arrive as JSON text, sent as JSON they are values already. Throws what is no JSON. */
export function parsedArgument(fields: Fields, name: string): unknown {
  const value = fields[name];
  return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}

/** As Slack reads a flag: `true`, `1`, "true", "1". */
export function flagOf(fields: Fields, name: string): boolean {
  const value = fields[name];
  return value === true || value === 1 || value === "true" || value === "1";
}
