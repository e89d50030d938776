import { type Logger as PinoLogger, pino, stdTimeFunctions } from "pino";
import { PinoPretty } from "pino-pretty";

export type Logger = PinoLogger;
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Names under which a secret could ever reach a log line. */
const SECRET_PATHS = [
  "redisUrl",
  "*.redisUrl",
  "token",
  "*.token",
  "authorization",
  "*.authorization",
  "*.headers.authorization",
];
const SECRET = "[secret]";
/** A shorter one is no secret, and would be found in every other word. */
const LEAST_SECRET_CHARS = 5;
const MOST_CAUSES = 4;
/** An address as it stands in a line of JSON. */
const ADDRESS = /\b(?:https?|rediss?|wss?):\/\/[^\s"'<>\\]+/g;

/**
 * Logs go to standard error, since standard output belongs to what the user reads: for people on a terminal, else as JSON.
 * Whatever reaches a line, none of the `secrets` does, and of no address who asks and what for: a feed's address may hold a password or a token.
 */
export function createLogger(level: LogLevel, pretty: boolean, secrets: readonly string[] = []): Logger {
  const options = {
    level,
    redact: { paths: SECRET_PATHS, censor: SECRET },
    timestamp: stdTimeFunctions.isoTime,
    base: null,
    serializers: { err: errorFields },
    hooks: { streamWrite: cleaner(secrets) },
  };
  return pretty
    ? pino(
        options,
        PinoPretty({
          destination: 2,
          sync: true,
          singleLine: true,
          ignore: "pid,hostname",
          translateTime: "SYS:HH:MM:ss",
        }),
      )
    : pino(options, pino.destination(2));
}

/** What is told of an error. SDKs and drivers hang on theirs what was sent: messages, headers, passwords. */
function errorFields(error: unknown, causes = 0): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = "code" in error && ["string", "number"].includes(typeof error.code) ? { code: error.code } : {};
  const because = cause === undefined || causes >= MOST_CAUSES ? {} : { cause: errorFields(cause, causes + 1) };
  return { type: name, message, ...code, stack, ...because };
}

/** Takes out of a line of JSON what must not stand there. Pure. */
export function cleaner(secrets: readonly string[]): (line: string) => string {
  const written = secrets
    .filter((secret) => secret.length >= LEAST_SECRET_CHARS)
    .map((secret) => JSON.stringify(secret).slice(1, -1))
    .toSorted((a, b) => b.length - a.length);
  return (line) => {
    let clean = line.includes("://") ? line.replaceAll(ADDRESS, withoutPrivateParts) : line;
    for (const secret of written) if (clean.includes(secret)) clean = clean.replaceAll(secret, SECRET);
    return clean;
  };
}

/** `https://ada:word@blog.example/feed?key=abc#x` is `https://blog.example/feed?…`. Pure. */
function withoutPrivateParts(address: string): string {
  const [, scheme = "", host = "", path = "", query = ""] = /^(\w+:\/\/)([^/?#]*)([^?#]*)(\??)/.exec(address) ?? [];
  return `${scheme}${host.slice(host.lastIndexOf("@") + 1)}${path}${query === "" ? "" : "?…"}`;
}
