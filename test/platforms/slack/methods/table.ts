import type { Fields } from "../json.ts";
import type { Slack } from "../slack.ts";
import { deleteMessage, postMessage, updateMessage } from "./chat.ts";
import { completeUpload, openConversation, uploadUrl } from "./files.ts";
import { history, replies } from "./history.ts";
import { authTest, conversationInfo, conversationMembers, joinConversation, userInfo } from "./rooms.ts";
import { openView, updateView } from "./views.ts";

export interface Method {
  /** The scope that the method's page names, for public and for private channels. */
  readonly scope: string;
  readonly privateScope?: string;
  run(slack: Slack, args: Fields): Fields | Promise<Fields>;
}

/** Scopes as "Required scopes" of each method's page say (https://docs.slack.dev/reference/methods). */
export const methods: Readonly<Record<string, Method>> = {
  "auth.test": { scope: "", run: authTest },
  "chat.postMessage": { scope: "chat:write", run: postMessage },
  "chat.update": { scope: "chat:write", run: updateMessage },
  "chat.delete": { scope: "chat:write", run: deleteMessage },
  "conversations.history": { scope: "channels:history", privateScope: "groups:history", run: history },
  "conversations.replies": { scope: "channels:history", privateScope: "groups:history", run: replies },
  "conversations.info": { scope: "channels:read", privateScope: "groups:read", run: conversationInfo },
  "conversations.members": { scope: "channels:read", privateScope: "groups:read", run: conversationMembers },
  "conversations.open": { scope: "im:write", run: openConversation },
  "files.getUploadURLExternal": { scope: "files:write", run: uploadUrl },
  "files.completeUploadExternal": { scope: "files:write", run: completeUpload },
  "conversations.join": { scope: "channels:join", run: joinConversation },
  "users.info": { scope: "users:read", run: userInfo },
  "views.open": { scope: "", run: openView },
  "views.update": { scope: "", run: updateView },
};
