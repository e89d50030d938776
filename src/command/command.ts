import type { Reply } from "./reply.ts";

/** Who asks, and where. */
export interface CommandContext {
  readonly channel: string;
  /** `manager`: the platform gives this person the right to manage the channel. `guest`: not a full member of the place. */
  readonly role: "manager" | "member" | "guest";
  /** The person's own id on the platform; absent for the operator, at the shell or the terminal. */
  readonly user?: string;
  /** What stands in front of a command there: "/wire". */
  readonly prefix?: string;
  /** What somebody may mean who names another channel there, with the rights that this person has in it. */
  readonly otherChannel?: (typed: string) => Promise<OtherChannel>;
  /** What came along with the command; fetched only when it is read. */
  readonly file?: AttachedFile;
}

/** One in which can be posted, or why there is none. */
export type OtherChannel =
  | { readonly channel: string; readonly role: CommandContext["role"]; readonly name: string }
  | { readonly refusal: string };

export interface AttachedFile {
  readonly name: string;
  /** Throws `FileProblem` when there is more, or when it cannot be had. */
  read(mostBytes: number): Promise<{ readonly bytes: Buffer; readonly contentType: string }>;
}

/** Why a file cannot be read: the message is for who sent it. */
export class FileProblem extends Error {
  override readonly name = "FileProblem";
}

/** Options by name, as a platform's own form hands them over. */
export type TypedOptions = Readonly<Record<string, string>>;

export interface Completion {
  /** What the option is set to when this is chosen. */
  readonly value: string;
  readonly label: string;
}

export interface CommandOption {
  readonly name: string;
  readonly description: string;
  /**
   * `feed`: one of the channel's feeds, by number, address or words of its title. `authors`: names of people who write in it,
   * and `words`: words and phrases; both take everything that follows. So does `rest`, as one text. `author`: one of those names.
   * `query`: everything that is typed, as it was typed; the command's other options are then read out of it, or stand in fields of
   * their own. `file`: nothing that could be typed.
   */
  readonly type: "text" | "feed" | "integer" | "choice" | "author" | "authors" | "words" | "rest" | "query" | "file";
  readonly required: boolean;
  readonly choices?: readonly string[];
  /** Typed only as `name:value`, since the value alone says nothing. */
  readonly isNamed?: true;
}

export interface Args {
  readonly [option: string]: string | readonly string[] | undefined;
}

/** A command, once for all platforms. */
export interface Command {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly options: readonly CommandOption[];
  /** Looking is for everyone, managing for those who manage the channel; a command that does both asks for itself. */
  readonly permission: "look" | "manage";
  run(context: CommandContext, args: Args): Promise<Reply>;
}

/** Who asks, once it is known what this channel lets them do. */
export interface Caller extends CommandContext {
  readonly mayManage: boolean;
  /** The name of the command. */
  readonly command: string;
}

/** A command as it is written: whether the caller may is settled before it runs. */
export interface CommandRow extends Omit<Command, "run"> {
  /** What it changes is in another channel: it asks for the rights there itself, and those here do not matter. */
  readonly isElsewhere?: (args: Args) => boolean;
  run(caller: Caller, args: Args): Promise<Reply>;
}
