/** API Reference, "Error Messages": an answer that refuses, with a code that programs may rely on. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: number;
  readonly errors: object | null;

  constructor(status: number, code: number, message: string, errors: object | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  body(): object {
    return { message: this.message, code: this.code, ...(this.errors === null ? {} : { errors: this.errors }) };
  }
}

/** Topics / Opcodes and Status Codes, "JSON Error Codes". */
export const apiErrors = {
  unauthorized: () => new ApiError(401, 0, "401: Unauthorized"),
  notFound: () => new ApiError(404, 0, "404: Not Found"),
  unknownChannel: () => new ApiError(404, 10003, "Unknown Channel"),
  unknownGuild: () => new ApiError(404, 10004, "Unknown Guild"),
  unknownMember: () => new ApiError(404, 10007, "Unknown Member"),
  unknownMessage: () => new ApiError(404, 10008, "Unknown Message"),
  unknownWebhook: () => new ApiError(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new ApiError(404, 10062, "Unknown interaction"),
  emptyMessage: () => new ApiError(400, 50006, "Cannot send an empty message"),
  missingAccess: () => new ApiError(403, 50001, "Missing Access"),
  foreignMessage: () => new ApiError(403, 50005, "Cannot edit a message authored by another user"),
  nonTextChannel: () => new ApiError(400, 50008, "Cannot send messages in a non-text channel"),
  missingPermissions: () => new ApiError(403, 50013, "Missing Permissions"),
  wrongChannelType: () => new ApiError(400, 50024, "Cannot execute action on this channel type"),
  threadExists: () => new ApiError(400, 160_004, "A thread has already been created for this message"),
  archivedThread: () => new ApiError(400, 50083, "Tried to perform an operation on an archived thread"),
  forumChannel: () => new ApiError(400, 40058, "Cannot message this channel until it is a thread"),
  alreadyAcknowledged: () => new ApiError(400, 40060, "Interaction has already been acknowledged."),
  tagRequired: () => new ApiError(400, 40067, "A tag is required to create a forum post in this channel"),
  tooLarge: () => new ApiError(413, 40005, "Request entity too large"),
  badUserAgent: () => new ApiError(403, 40333, "internal network error"),
  lockedThread: () => new ApiError(403, 160_005, "Thread is locked"),
  blockedByAutoMod: () => new ApiError(400, 200_000, "Message was blocked by automatic moderation"),
} as const;

/** One field that does not fit, by its path in the body. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

/** Error 50035 with the tree of fields: each level a key, `_errors` at the field itself. */
export function invalidForm(fields: readonly FieldError[]): ApiError {
  const root: Record<string, unknown> = {};
  for (const { path, code, message } of fields) {
    let at = root;
    for (const key of path) {
      const next = (at[String(key)] ?? {}) as Record<string, unknown>;
      at[String(key)] = next;
      at = next;
    }
    at["_errors"] = [...((at["_errors"] as unknown[] | undefined) ?? []), { code, message }];
  }
  return new ApiError(400, 50035, "Invalid Form Body", root);
}
