import { existsSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { isJson, type Json } from "./json.ts";

/** Where Discord's published description of its HTTP API may lie: beside the checkout, or where the variable says. */
const candidates = [
  process.env["DISCORD_OPENAPI"] ?? "",
  new URL("../../../../shared/reference/discord/openapi.json", import.meta.url).pathname,
];

/** Checks what goes over the wire against Discord's own description (github discord/discord-api-spec, `openapi.json`). */
export class OpenApi {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  readonly #paths: Json;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Json) {
    this.#paths = isJson(document["paths"]) ? document["paths"] : {};
    this.#ajv.addSchema(document, "discord");
  }

  /** What the description does not allow, as sentences. A refused request need not fit. */
  check(method: string, path: string, body: unknown, status: number, answer: unknown): string[] {
    const where = `${method} ${path}`;
    const at = pointer("paths", path, method.toLowerCase());
    if (this.#look(path, method.toLowerCase()) === undefined) return [`${where} is not in the description`];
    if (status >= 400) return [];
    const json = ["content", "application/json", "schema"];
    const inBody = this.#look(path, method.toLowerCase(), "requestBody", ...json);
    const inAnswer = this.#look(path, method.toLowerCase(), "responses", String(status), ...json);
    return [
      ...(inBody === undefined || body === null
        ? []
        : this.#validate(`${at}/${pointer("requestBody", ...json)}`, body, `${where}: request`)),
      ...(inAnswer === undefined || answer === undefined
        ? []
        : this.#validate(`${at}/${pointer("responses", String(status), ...json)}`, answer, `${where}: answer`)),
    ];
  }

  #look(...keys: readonly string[]): unknown {
    let at: unknown = this.#paths;
    for (const key of keys) at = isJson(at) ? at[key] : undefined;
    return at;
  }

  #validate(ref: string, value: unknown, what: string): string[] {
    let validate = this.#validators.get(ref);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `discord#/${ref}` });
      this.#validators.set(ref, validate);
    }
    if (validate(value)) return [];
    return [`${what} ${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 1500)}`];
  }
}

function pointer(...keys: readonly string[]): string {
  return keys.map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
}

let loaded: OpenApi | null | undefined;

/** Null where the description is not at hand: then only the rules written out here hold. */
export function openApiIfPresent(): OpenApi | null {
  if (loaded !== undefined) return loaded;
  const file = candidates.find((path) => path !== "" && existsSync(path));
  if (file === undefined)
    console.warn("SKIPPED: payloads are not checked against Discord's openapi.json; name it with DISCORD_OPENAPI");
  loaded = file === undefined ? null : new OpenApi(JSON.parse(readFileSync(file, "utf8")) as Json);
  return loaded;
}
