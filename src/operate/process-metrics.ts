import type { CommandTally } from "../store/command-tally.ts";
import { alone, each, type Metric, type Sample, spread } from "./metric.ts";
import type { DeliveryTally, PollTally } from "./tallies.ts";

/** What this process has counted since it started. */
export interface ProcessSources {
  readonly version: string;
  readonly polls: PollTally;
  readonly redis: CommandTally;
  /** By platform. */
  readonly deliveries: ReadonlyMap<string, DeliveryTally>;
  /** Free where DATA_DIR is; null when that is not known. */
  readonly freeBytes: () => number | null;
  readonly search: { readonly feedsWaiting: number; readonly entriesBehind: number };
}

const KINDS = ["post", "edit", "detail"] as const;

export function processMetrics(sources: ProcessSources): readonly Metric[] {
  return [
    {
      name: "planetwire_build_info",
      help: "Always 1; which version this process runs.",
      type: "gauge",
      labels: ["version", "node_version"],
      samples: () => [{ labels: { version: sources.version, node_version: process.version }, value: 1 }],
    },
    ...pollMetrics(sources.polls),
    ...deliveryMetrics(sources.deliveries),
    ...redisMetrics(sources.redis),
    {
      name: "planetwire_data_free_bytes",
      help: "Space that is left for this process where DATA_DIR is.",
      type: "gauge",
      labels: [],
      samples: () => {
        const bytes = sources.freeBytes();
        return bytes === null ? [] : alone(bytes);
      },
    },
    {
      name: "planetwire_search_feeds_waiting",
      help: "Feeds in which this process recorded something that it has not begun to read into its search index.",
      type: "gauge",
      labels: [],
      samples: () => alone(sources.search.feedsWaiting),
    },
    {
      name: "planetwire_search_entries_behind",
      help: "Entries that the search index lacked when this process last looked at the feeds it reads into it.",
      type: "gauge",
      labels: [],
      samples: () => alone(sources.search.entriesBehind),
    },
  ];
}

function pollMetrics(polls: PollTally): readonly Metric[] {
  const counter = (name: Metric["name"], help: string, value: () => number): Metric => ({
    name,
    help,
    type: "counter",
    labels: [],
    samples: () => alone(value()),
  });
  return [
    {
      name: "planetwire_polls_total",
      help: "Polls by how they ended.",
      type: "counter",
      labels: ["result"],
      samples: () => each("result", polls.ends),
    },
    {
      name: "planetwire_poll_duration_seconds",
      help: "How long a poll took, the wait for its host included.",
      type: "histogram",
      labels: [],
      samples: () => spread(polls.seconds, {}),
    },
    counter("planetwire_fetched_wire_bytes_total", "Documents as they travelled.", () => polls.wireBytes),
    counter("planetwire_fetched_document_bytes_total", "The same documents, inflated.", () => polls.documentBytes),
    counter("planetwire_entries_unseen_total", "Entries that no poll had seen before.", () => polls.unseen),
    counter("planetwire_entries_edited_total", "Entries that say something else than before.", () => polls.edits),
  ];
}

function deliveryMetrics(deliveries: ProcessSources["deliveries"]): readonly Metric[] {
  const all = (of: (tally: DeliveryTally, platform: string) => readonly Sample[]): readonly Sample[] =>
    [...deliveries].flatMap(([platform, tally]) => of(tally, platform));
  return [
    {
      name: "planetwire_deliveries_total",
      help: "Attempts to deliver a message, by how they ended.",
      type: "counter",
      labels: ["platform", "kind", "result"],
      samples: () =>
        all((tally, platform) =>
          KINDS.flatMap((kind) =>
            Object.entries(tally[kind]).map(([end, value]) => ({
              labels: { platform, kind, result: end.replaceAll("-", "_") },
              value,
            })),
          ),
        ),
    },
    {
      name: "planetwire_delivery_delay_seconds",
      help: "From the time at which an entry was put into a channel's outbox until its platform had accepted it.",
      type: "histogram",
      labels: ["platform"],
      samples: () => all((tally, platform) => spread(tally.seconds, { platform })),
    },
  ];
}

function redisMetrics(redis: CommandTally): readonly Metric[] {
  return [
    {
      name: "planetwire_redis_commands_total",
      help: "Commands sent to Redis over the connection that is shared.",
      type: "counter",
      labels: [],
      samples: () => alone(redis.commands),
    },
    {
      name: "planetwire_redis_errors_total",
      help: "Commands that Redis refused, or that were broken off.",
      type: "counter",
      labels: ["reason"],
      samples: () => each("reason", redis.errors),
    },
    {
      name: "planetwire_redis_command_duration_seconds",
      help: "How long a command took until its answer was here, of one command in sixteen.",
      type: "histogram",
      labels: [],
      samples: () => spread(redis.seconds, {}),
    },
  ];
}
