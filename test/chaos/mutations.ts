export interface Mutation {
  readonly name: string;
  /** What is done wrong. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
}

/** `search` must occur exactly once in the file. */
export interface Edit {
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

/** The console looks into its transcript before it writes, and so hides what would be repeated on another platform. */
const noOwnCheck: Edit = {
  file: "adapters/console/adapter.ts",
  search: "      if (known !== null) return String(known);\n",
  replace: "",
};

const findLine = "  const found = await find(deps.adapter, delivery);\n";

export const mutations: readonly Mutation[] = [
  {
    name: "early-close",
    breaks: "the fan-out record is removed before the outboxes have it",
    edits: [
      {
        file: "src/relay/fan-out.ts",
        search:
          "    await offerToAll(offering, feedId, record, await entriesOf(offering, feedId, record));\n    await offerEdits(deps, feedId, record);\n    await deps.feeds.closeFanOut(feedId, record.id);\n",
        replace:
          "    await deps.feeds.closeFanOut(feedId, record.id);\n    await offerToAll(offering, feedId, record, await entriesOf(offering, feedId, record));\n    await offerEdits(deps, feedId, record);\n",
      },
    ],
  },
  {
    name: "early-validators",
    breaks: "validators and body hash are saved before the entries are",
    edits: [
      {
        file: "src/poll/poll-feed.ts",
        search: "  const fresh = await recordDocument(",
        replace:
          "  await deps.feeds.setState(feedId, readingFields(response, bodyHash, document));\n  const fresh = await recordDocument(",
      },
    ],
  },
  {
    name: "no-find",
    breaks: "an uncertain post is repeated without looking for it",
    edits: [
      noOwnCheck,
      { file: "src/relay/look-for.ts", search: findLine, replace: '  const found = { kind: "safe-to-repeat" };\n' },
    ],
  },
  {
    name: "find-absent",
    breaks: "find always says absent",
    edits: [
      noOwnCheck,
      {
        file: "adapters/console/adapter.ts",
        search: 'return at === null ? { kind: "absent" } : { kind: "landed", ref: String(at) };',
        replace: 'return at === null ? { kind: "absent" } : { kind: "absent" };',
      },
    ],
  },
  {
    name: "find-landed",
    breaks: "find always says landed",
    edits: [
      { file: "src/relay/look-for.ts", search: findLine, replace: '  const found = { kind: "landed", ref: "0" };\n' },
    ],
  },
  {
    name: "key-per-attempt",
    breaks: "every attempt has a new key",
    edits: [
      {
        file: "src/relay/deliver.ts",
        search: "attemptPost(deps.adapter, delivery, deadline",
        replace:
          "attemptPost(deps.adapter, { ...delivery, key: `${delivery.key.slice(0, 16)}${String(Math.random()).slice(2, 10)}` }, deadline",
      },
    ],
  },
  {
    name: "many-writers",
    breaks: "no deduplication of a channel's work, no epoch, and the console does not look before it writes",
    edits: [
      noOwnCheck,
      {
        file: "src/store/queue.ts",
        search: "const deduplication = { id, keepLastIfActive: true };",
        replace: "const deduplication = { id: `${id} ${String(Math.random())}` };",
      },
      {
        file: "src/store/forget-scripts.ts",
        search: "return goOn(KEYS[1], KEYS[2], 'epoch')",
        replace: "return redis.call('HINCRBY', KEYS[1], 'epoch', 0)",
      },
    ],
  },
  {
    name: "edit-lost-mark",
    breaks: "a channel notes the change as offered and asks for no edit",
    edits: [
      {
        file: "src/store/edit-scripts.ts",
        search: "      redis.call('ZADD', edits, 'NX', now + ARGV[3], item)\n",
        replace: "",
      },
    ],
  },
  {
    name: "edit-forgotten",
    breaks: "an edit that began and of which nobody heard is taken for made",
    edits: [
      {
        file: "src/relay/deliver-edit.ts",
        search: "  if (sending.attempts >= ATTEMPTS) {\n",
        replace:
          '  if (sending.attempts >= 1) {\n    await deps.channels.edits.settle(channel, epoch, key, null);\n    return "on";\n',
      },
    ],
  },
  {
    name: "edit-made-again",
    breaks: "the console does not look whether it wrote an edit already",
    edits: [noOwnCheck],
  },
  {
    name: "edit-as-post",
    breaks: "an edit is posted as a message of its own",
    edits: [
      {
        file: "src/relay/attempt.ts",
        search: '  if (aim.kind !== "edit") return',
        replace: '  if (aim.kind !== "thread") return',
      },
    ],
  },
  {
    name: "edit-without-revision",
    breaks: "an edit is begun although a newer change was noted since it was composed, and a dropped one, too",
    edits: [
      {
        file: "src/store/edit-scripts.ts",
        search: "  return tostring(r and r.rev or 0) ~= rev\n",
        replace: "  return false\n",
      },
    ],
  },
  {
    name: "slack-no-marks",
    breaks: "Slack's messages bear no key, neither in metadata nor in block ids",
    edits: [
      {
        file: "adapters/slack/posting.ts",
        search: "event_payload: { key: delivery.key }",
        replace: "event_payload: {}",
      },
      {
        file: "adapters/slack/posting.ts",
        search: "return `${MARK}.${key}.${String(index)}`;",
        replace: "return `${MARK}.${String(key.length)}.${String(index)}`;",
      },
    ],
  },
  {
    name: "slack-sdk-retries",
    breaks: "Slack's SDK sends again by itself whenever an answer is lost",
    edits: [
      {
        file: "adapters/slack/web.ts",
        search: "retryConfig: { retries: 0 },",
        replace: "retryConfig: { retries: 3, minTimeout: 50, maxTimeout: 100 },",
      },
    ],
  },
];
