import { fileAt } from "../../src/attached-file.ts";
import type { AttachedFile } from "../../src/command/command.ts";
import type { ReplyFile } from "../../src/command/reply.ts";
import type { FormState } from "./form.ts";
import type { Web } from "./web.ts";

/** A file that somebody put into a form. */
export interface GivenFile {
  readonly name: string;
  /** Where Slack keeps it; the bot's token opens it. */
  readonly url: string;
}

interface FilesState {
  readonly files?: readonly {
    readonly name?: string;
    readonly url_private_download?: string;
    readonly url_private?: string;
  }[];
}

/** The first file that a submitted form holds. */
export function fileIn(state: FormState): GivenFile | null {
  for (const field of Object.values(state).flatMap((block) => Object.values(block) as FilesState[])) {
    const [file] = field.files ?? [];
    const url = file?.url_private_download ?? file?.url_private;
    if (url !== undefined) return { name: file?.name ?? "the file", url };
  }
  return null;
}

/** The token goes to Slack and to nobody else, whatever a payload names. */
export function attachedFile({ name, url }: GivenFile, token: string, apiUrl: string): AttachedFile {
  return fileAt(name, async (signal) => {
    const { host, hostname, protocol } = new URL(url);
    const isSlack = (protocol === "https:" && hostname.endsWith(".slack.com")) || host === new URL(apiUrl).host;
    if (!isSlack) throw new Error(`${host} is not Slack`);
    return await fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: "error", signal });
  });
}

const UPLOAD_MS = 30_000;

interface Started {
  readonly ok?: boolean;
  readonly upload_url?: string;
  readonly file_id?: string;
}

interface Opened {
  readonly ok?: boolean;
  readonly channel?: { readonly id?: string };
}

/**
 * Gives a file to one person, in their direct messages with the app: a file cannot be part of an answer that only they see
 * (https://docs.slack.dev/messaging/working-with-files). Throws when Slack refuses any of it.
 */
export async function sendFile(web: Web, user: string, file: ReplyFile): Promise<void> {
  const bytes = Buffer.from(file.content);
  const opened: Opened = await web.call("conversations.open", { users: user });
  const started: Started = await web.call("files.getUploadURLExternal", { filename: file.name, length: bytes.length });
  const response = await fetch(started.upload_url ?? "", {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
    signal: AbortSignal.timeout(UPLOAD_MS),
  });
  if (!response.ok) throw new Error(`Slack's upload answered ${String(response.status)}`);
  await web.call("files.completeUploadExternal", {
    files: JSON.stringify([{ id: started.file_id, title: file.name }]),
    channel_id: opened.channel?.id ?? "",
  });
}
