import type { Paragraph } from "mdast";
import { type Reply, typedActions } from "../../src/command/reply.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { pagesOf } from "../../src/summary/pages.ts";
import { fits, type MessageContent, noticeContent } from "./message.ts";

type Blocks = ReturnType<typeof pagesOf>[number];

/** A reply as notices, more than one only where it does not fit into an event. Other bots answer no notices. */
export function answerPages(reply: Reply): MessageContent[] {
  const blocks = reply.status === "refused" ? marked(reply.body) : reply.body;
  return pagesOf([...blocks, ...typedActions(reply.actions, "!wire ")], (page) => fits(toNotice(page))).map(toNotice);
}

function toNotice(blocks: Blocks): MessageContent {
  const children = [...blocks];
  return noticeContent(toMarkdown({ type: "root", children }), children);
}

/** A refusal is seen at the first glance. */
function marked(blocks: Reply["body"]): Blocks {
  const [first, ...rest] = blocks;
  const mark: Paragraph["children"][number] = { type: "text", value: "✘ " };
  if (first?.type === "paragraph") return [{ ...first, children: [mark, ...first.children] }, ...rest];
  return [{ type: "paragraph", children: [mark] }, ...blocks];
}

/** Where an answer stands: in the thread of the command, or in a thread of its own below it. */
export function inThread(content: object, root: string, command: string): object {
  return {
    ...content,
    "m.relates_to": {
      rel_type: "m.thread",
      event_id: root,
      // For clients that know no threads it is a reply to the command.
      is_falling_back: true,
      "m.in_reply_to": { event_id: command },
    },
  };
}
