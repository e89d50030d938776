import { createHash } from "node:crypto";

const keyless = new Set([
  "HELLO",
  "AUTH",
  "INFO",
  "PING",
  "SELECT",
  "MULTI",
  "EXEC",
  "DISCARD",
  "TIME",
  "QUIT",
  "WAIT",
  "ROLE",
  "DBSIZE",
]);
const withSubcommand = new Set(["CLIENT", "SCRIPT", "CONFIG", "COMMAND", "FUNCTION", "CLUSTER", "MEMORY", "OBJECT"]);
const scripts = new Set(["EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO"]);
const longestWord = 20;

/** First words of every script seen, by the start of its SHA-1, to make signatures readable. */
export class ScriptNames {
  readonly #names = new Map<string, string>();

  note(body: Buffer): string {
    const id = shortId(createHash("sha1").update(body).digest("hex"));
    const lines = body.toString().split("\n");
    const firstWords = lines.map((line) => line.replace(/^[\s\-[\]]+/, "").trim()).find((line) => line !== "");
    this.#names.set(id, (firstWords ?? "").slice(0, 60));
    return id;
  }

  /** A signature for people: a script by its first words, and only the first of many keys. */
  describe(signature: string): string {
    const [command = "", id = "", firstKey = "", ...keys] = signature.split(" ");
    if (command !== "EVAL") return signature;
    const more = keys.length === 0 ? "" : ` and ${keys.length} more`;
    return `script ${id} “${this.#names.get(id) ?? ""}” on ${firstKey}${more}`;
  }
}

/**
 * What a command is, with everything blanked that differs from entry to entry: name, script, pattern of its keys.
 * EVAL and EVALSHA of one script are the same, because a client chooses between them by what the server knows.
 */
export function signatureOf(args: readonly Buffer[], names: ScriptNames): string {
  const command = text(args[0]).toUpperCase();
  if (scripts.has(command)) return scriptSignature(command, args, names);
  if (withSubcommand.has(command)) {
    if (command === "SCRIPT" && args[2] !== undefined && text(args[1]).toUpperCase() === "LOAD") names.note(args[2]);
    return `${command} ${text(args[1]).toUpperCase()}`;
  }
  if (keyless.has(command) || args.length < 2) return command;
  return `${command} ${keyPattern(text(args[1]))}`;
}

function scriptSignature(command: string, args: readonly Buffer[], names: ScriptNames): string {
  const body = args[1] ?? Buffer.alloc(0);
  const id = command.startsWith("EVALSHA") ? shortId(text(body)) : names.note(body);
  const keys = args.slice(3, 3 + Number(text(args[2])));
  const patterns = [...new Set(keys.map((key) => keyPattern(text(key))))].sort();
  return `EVAL ${id} ${patterns.join(" ")}`.trimEnd();
}

/** "pw:{console:c1}:outbox" becomes "pw:{console:c#}:outbox"; what is no word becomes "*". */
export function keyPattern(key: string): string {
  return key.replace(/[^:{}/|]+/g, (part) => {
    const blanked = part.replace(/\d+/g, "#");
    const isWord =
      blanked.length <= longestWord &&
      /^(?:[a-z]*|[A-Z]*|[a-z]+[A-Z][a-z]+)[#a-z.-]*$/.test(blanked) &&
      !/#.*#/.test(blanked);
    return isWord ? blanked : "*";
  });
}

function shortId(sha1: string): string {
  return sha1.slice(0, 8);
}

function text(argument: Buffer | undefined): string {
  return argument?.toString() ?? "";
}
