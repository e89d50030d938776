import { parentPort, workerData } from "node:worker_threads";
import { isAhead, isBehind } from "./feed-row.ts";
import { findEntries } from "./index-find.ts";
import { type Index, IndexKeeper } from "./index-keeper.ts";
import type { Message, Request, TaskName, Tasks, ThreadOptions } from "./protocol.ts";

/** What the thread does: everything that touches the index. SQLite holds a thread as long as it works, so it has one of its own. */

type Handlers = { readonly [Name in TaskName]: (index: Index, task: Tasks[Name]["task"]) => Tasks[Name]["answer"] };

const handlers: Handlers = {
  find: ({ open, feeds }, task) => {
    const rows = trimmedRows(feeds, task.feeds);
    const isStale = task.feeds.some((numbers, i) => {
      const row = rows[i] ?? null;
      return isBehind(row, numbers) || isAhead(row, numbers);
    });
    if (isStale && !task.evenIfBehind) return { rows, found: null };
    const ids = task.feeds.map(({ feedId }) => feedId);
    feeds.markUsed(ids, Date.now());
    return { rows, found: findEntries(open.db, feeds, ids, task.query, task.page) };
  },
  rows: ({ feeds }, task) => trimmedRows(feeds, task.feeds),
  apply: ({ feeds }, batch) => feeds.apply(batch),
  drop: ({ feeds }, { feedId }) => {
    feeds.drop(feedId);
    return null;
  },
  unused: ({ feeds }, { sinceMs }) => feeds.unusedSince(sinceMs),
};

function trimmedRows(feeds: Index["feeds"], all: Tasks["rows"]["task"]["feeds"]): Tasks["rows"]["answer"] {
  return all.map((numbers) => {
    feeds.trim(numbers);
    return feeds.row(numbers.feedId);
  });
}

function serve(port: NonNullable<typeof parentPort>): void {
  const say = (message: Message): void => port.postMessage(message);
  const keeper = new IndexKeeper(workerData as ThreadOptions, (event, reason) => say({ kind: "event", event, reason }));
  port.on("message", (request: Request | "close") => {
    if (request === "close") {
      keeper.close();
      port.close();
      return;
    }
    const { id, name, task } = request;
    const handler = handlers[name] as (index: Index, task: unknown) => Tasks[TaskName]["answer"];
    try {
      say({ kind: "answer", id, answer: keeper.run((index) => handler(index, task)) });
    } catch (error) {
      say({ kind: "failure", id, reason: error instanceof Error ? error.message : String(error) });
    }
  });
}

if (parentPort !== null) serve(parentPort);
