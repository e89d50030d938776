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

/** Logs go to standard error, since standard output belongs to what the user reads: for people on a terminal, else as JSON. */
export function createLogger(level: LogLevel, pretty: boolean): Logger {
  const options = {
    level,
    redact: { paths: SECRET_PATHS, censor: "[secret]" },
    timestamp: stdTimeFunctions.isoTime,
    base: null,
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
