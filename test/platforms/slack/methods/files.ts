import { SlackFault } from "../fault.ts";
import { type Fields, isFields, textOf } from "../json.ts";
import type { Slack } from "../slack.ts";
import { jsonOf } from "./content.ts";

/** The direct messages of a person with the app (https://docs.slack.dev/reference/methods/conversations.open). */
export function openConversation(slack: Slack, args: Fields): Fields {
  const user = textOf(args, "users");
  if (!slack.workspace.users.has(user)) throw new SlackFault("user_not_found");
  return { channel: { id: directMessages(user) } };
}

export function directMessages(user: string): string {
  return `D${user.slice(1)}`;
}

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
export function uploadUrl(slack: Slack, args: Fields): Fields {
  const [name, length] = [textOf(args, "filename"), Number(args["length"])];
  if (name === "" || !(length > 0)) throw new SlackFault("invalid_arguments");
  const id = slack.addFile(name, "");
  return { upload_url: `${slack.baseUrl}/upload/${id}`, file_id: id };
}

/** Shares what was uploaded (https://docs.slack.dev/reference/methods/files.completeUploadExternal). */
export function completeUpload(slack: Slack, args: Fields): Fields {
  const given = jsonOf(args, "files", "invalid_arguments");
  const channel = textOf(args, "channel_id");
  if (!Array.isArray(given) || given.length === 0) throw new SlackFault("invalid_arguments");
  const files = given.filter(isFields).map((one) => slack.files.get(textOf(one, "id")));
  for (const file of files) {
    if (file === undefined || file.bytes.length === 0) throw new SlackFault("file_not_found");
    file.sharedIn = channel;
  }
  return { files: files.map((file) => ({ id: file?.id })) };
}
