import { parentPort, workerData } from "node:worker_threads";
import type { FeedNumbers } from "./feed-row.ts";
import { type Index, IndexKeeper } from "./index-keeper.ts";
import type { StoredRow } from "./index-rows.ts";
import type { Message, Request, TaskName, Tasks, ThreadOptions } from "./protocol.ts";

/** What the thread does: everything that touches the index. SQLite holds a thread as long as it works, so it has one of its own. */

type Handlers = { readonly [Name in TaskName]: (index: Index, task: Tasks[Name]["task"]) => Tasks[Name]["answer"] };

const handlers: Handlers = {
  find: ({ feeds, find }, { feedIds, query, page }) => {
    const rows = feeds.rows(feedIds);
    feeds.markUsed(rows, Date.now());
    return { rows: feedIds.map((feedId) => rows.get(feedId) ?? null), found: find.find(rows, query, page) };
  },
  rows: ({ feeds }, task) => {
    const rows = trimmedRows(feeds, task.feeds);
    return task.feeds.map(({ feedId }) => rows.get(feedId) ?? null);
  },
  apply: ({ feeds }, batch) => feeds.apply(batch),
  drop: ({ feeds }, { feedId }) => {
    feeds.drop(feedId);
    return null;
  },
  merge: ({ merge }) => merge.step(),
  unused: ({ feeds }, { sinceMs }) => feeds.unusedSince(sinceMs),
};

/** What Redis keeps no more is gone from the index before anybody looks. */
function trimmedRows(feeds: Index["feeds"], all: readonly FeedNumbers[]): ReadonlyMap<string, StoredRow> {
  const ids = all.map(({ feedId }) => feedId);
  const rows = feeds.rows(ids);
  const longer = all.filter(({ feedId, first }) => (rows.get(feedId)?.first ?? first) < first);
  for (const numbers of longer) feeds.trim(numbers);
  return longer.length === 0 ? rows : feeds.rows(ids);
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
