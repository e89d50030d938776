import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The name of the test's homeserver: what stands behind the colon of its users' ids. */
const SERVER_NAME = "hs.test";

/** `default`: a user may send 10 messages at once and then one every 5 s, as on a homeserver that nobody configured. */
export type MessageRate = "raised" | "default";

const unlimited = { per_second: 100_000, burst_count: 100_000 };

/**
 * Writes all that a Synapse needs to start in an empty directory. It listens on a socket file: no port, so no race for
 * one.
 */
export async function writeConfig(directory: string, rate: MessageRate, sharedSecret: string): Promise<string> {
  const path = join(directory, "homeserver.yaml");
  const files = {
    // Unpadded base64 of the seed, as `generate_signing_key` writes it, without starting Python for it.
    "signing.key": `ed25519 a_test ${randomBytes(32).toString("base64").replace(/=+$/, "")}\n`,
    "log.yaml": JSON.stringify({
      version: 1,
      formatters: { line: { format: "%(asctime)s %(name)s %(levelname)s %(message)s" } },
      handlers: { stream: { class: "logging.StreamHandler", formatter: "line" } },
      root: { level: "WARNING", handlers: ["stream"] },
    }),
    // JSON is YAML.
    "homeserver.yaml": JSON.stringify(config(directory, rate, sharedSecret)),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return path;
}

export function socketIn(directory: string): string {
  return join(directory, "synapse.sock");
}

function config(directory: string, rate: MessageRate, sharedSecret: string): object {
  return {
    server_name: SERVER_NAME,
    public_baseurl: "http://127.0.0.1/",
    pid_file: join(directory, "synapse.pid"),
    listeners: [
      {
        path: socketIn(directory),
        type: "http",
        x_forwarded: true,
        resources: [{ names: ["client"], compress: false }],
      },
    ],
    database: { name: "sqlite3", args: { database: join(directory, "homeserver.db") } },
    log_config: join(directory, "log.yaml"),
    media_store_path: join(directory, "media"),
    signing_key_path: join(directory, "signing.key"),
    registration_shared_secret: sharedSecret,
    macaroon_secret_key: sharedSecret,
    form_secret: sharedSecret,
    report_stats: false,
    trusted_key_servers: [],
    federation_domain_whitelist: [],
    presence: { enabled: false },
    // Test passwords are not worth the time.
    bcrypt_rounds: 4,
    rc_login: { address: unlimited, account: unlimited, failed_attempts: unlimited },
    rc_registration: unlimited,
    rc_joins: { local: unlimited, remote: unlimited },
    rc_joins_per_room: unlimited,
    rc_invites: { per_room: unlimited, per_user: unlimited, per_issuer: unlimited },
    rc_room_creation: unlimited,
    ...(rate === "raised" ? { rc_message: unlimited } : {}),
  };
}
