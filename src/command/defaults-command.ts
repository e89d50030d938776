import { defaultsOf, toDefaults } from "../follow/defaults.ts";
import { DEFAULT_SETTINGS, type FollowSettings, STYLES } from "../follow/settings.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { DIGEST_OPTION, digestFromIn } from "./digest-words.ts";
import { type CommandDeps, list, text } from "./deps.ts";
import { MOST_RULES, withRules } from "./filter-commands.ts";
import { code, done, paragraph, refused, type Reply } from "./reply.ts";
import { styleWords, SWITCH } from "./style-command.ts";
import { either, separate } from "./values.ts";

const ACTIONS = ["include", "exclude", "clear", "reset"];

export function defaultsCommand(deps: CommandDeps): CommandRow {
  const onOff = { type: "choice", required: false, choices: SWITCH } as const;
  return {
    name: "defaults",
    description: "With which style and words feeds are followed here from now on.",
    example: "defaults compact images:off exclude sponsored",
    permission: "look",
    options: [
      { name: "style", description: "How much is shown of a post", type: "choice", required: false, choices: STYLES },
      { name: "images", description: "Whether full posts show their picture", ...onOff },
      { name: "edits", description: "Whether a post is edited when it changes", ...onOff },
      DIGEST_OPTION,
      {
        name: "action",
        description: "What to do with the words; “reset” undoes all of this",
        type: "choice",
        required: false,
        choices: ACTIONS,
      },
      { name: "words", description: "The words, with commas between them", type: "words", required: false },
    ],
    run: async (caller, args) => await runDefaults(deps, caller, args),
  };
}

async function runDefaults({ channels }: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const [action, typed] = [text(args, "action"), list(args, "words")];
  const isQuestion = ["style", "images", "edits", "digest", "action"].every((name) => text(args, name) === "");
  if (action === "" && typed.length > 0)
    return refused(`Say what to do with “${typed.join(" ")}”: `, code("defaults exclude …"), " or include.");
  if (isQuestion) return answer(await defaultsOf(channels, caller.channel), "");
  if (!caller.mayManage)
    return refused("Only those who manage this channel may change with what feeds are followed here.");
  const words = separate(typed);
  if ((action === "include" || action === "exclude") && words.length === 0)
    return refused("Say which words: ", code(`defaults ${action} …`));
  let isTooMany = false;
  const json = await channels.settings.changeDefaults(caller.channel, (before) => {
    const after = changed(toDefaults(before), args, action, words);
    const { include, exclude } = after.filter.words;
    isTooMany = include.length + exclude.length > MOST_RULES;
    return isTooMany ? before : JSON.stringify(after);
  });
  if (isTooMany) return refused(`More than ${String(MOST_RULES)} words are not possible. Clear some first.`);
  return answer(toDefaults(json), " What is followed already stays as it is.");
}

function changed(old: FollowSettings, args: Args, action: string, words: readonly string[]): FollowSettings {
  if (action === "reset") return DEFAULT_SETTINGS;
  const on = (name: "images" | "edits"): boolean => (text(args, name) === "" ? old[name] : text(args, name) === "on");
  return {
    ...old,
    style: STYLES.find((one) => one === text(args, "style")) ?? old.style,
    images: on("images"),
    edits: on("edits"),
    digestFrom: digestFromIn(args) ?? old.digestFrom,
    filter: action === "" ? old.filter : { ...old.filter, words: withRules(old.filter.words, action, words) },
  };
}

function answer(settings: FollowSettings, note: string): Reply {
  const { include, exclude } = settings.filter.words;
  const rules = [
    ...(include.length === 0 ? [] : [`only posts that mention ${either(include)}`]),
    ...(exclude.length === 0 ? [] : [`no posts that mention ${either(exclude)}`]),
  ];
  const sentence = [`Posts of feeds that are followed from now on come here ${styleWords(settings)}`, ...rules].join(
    "; ",
  );
  return done([paragraph(`${sentence}.${note}`)], { defaults: settings });
}
