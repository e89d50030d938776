import type { PlatformCensus } from "./census.ts";
import { alone, each, type Metric, type Sample } from "./metric.ts";
import type { Shared, SharedState } from "./shared-state.ts";

/** Gauges over what all processes share. Where Redis does not say, there is none: an old figure would be worse. */
export function sharedMetrics(shared: () => Shared): readonly Metric[] {
  const gauge: Gauge = (name, help, labels, samples) => ({
    name,
    help,
    type: "gauge",
    labels,
    samples: () => {
      const now = shared();
      return now.isUp ? samples(now.state) : [];
    },
  });
  return [
    {
      name: "planetwire_redis_up",
      help: "1: Redis answers this process and takes its writes.",
      type: "gauge",
      labels: [],
      samples: () => alone(shared().isUp ? 1 : 0),
    },
    ...redisMetrics(gauge),
    ...workMetrics(gauge),
    ...censusMetrics(gauge),
  ];
}

type Gauge = (
  name: Metric["name"],
  help: string,
  labels: readonly string[],
  samples: (state: SharedState) => readonly Sample[],
) => Metric;

function redisMetrics(gauge: Gauge): readonly Metric[] {
  return [
    gauge("planetwire_redis_memory_bytes", "Memory that Redis uses.", [], ({ memory }) => alone(memory.usedBytes)),
    gauge(
      "planetwire_redis_memory_limit_bytes",
      "Memory that Redis may use: its maxmemory, or what the machine has.",
      [],
      ({ memory }) => (memory.limitBytes === 0 ? [] : alone(memory.limitBytes)),
    ),
  ];
}

function workMetrics(gauge: Gauge): readonly Metric[] {
  return [
    gauge(
      "planetwire_platform_connected",
      "1: the platform's connection is up, by whichever process it is held.",
      ["platform"],
      ({ platforms }) =>
        [...platforms].map(([platform, standing]) => ({
          labels: { platform },
          value: standing === "connected" ? 1 : 0,
        })),
    ),
    gauge("planetwire_feeds_due", "Feeds whose time to be read has come.", [], ({ due }) => alone(due)),
    gauge(
      "planetwire_schedule_lag_seconds",
      "For how long the first feed that is due has been waiting to be read.",
      [],
      ({ lagMs }) => alone(lagMs / 1000),
    ),
    gauge("planetwire_queue_jobs", "Jobs by queue and state.", ["queue", "state"], ({ queues }) =>
      [...queues].flatMap(([queue, depth]) =>
        Object.entries(depth).map(([state, value]) => ({ labels: { queue, state }, value: Number(value) })),
      ),
    ),
  ];
}

/** Counted by the sweep on its way through all channels. */
function censusMetrics(gauge: Gauge): readonly Metric[] {
  const byPlatform =
    (of: (one: PlatformCensus, nowMs: number) => readonly Sample[]) =>
    ({ census, nowMs }: SharedState): readonly Sample[] =>
      Object.entries(census?.platforms ?? {}).flatMap(([platform, one]) =>
        of(one, nowMs).map(({ labels, value }) => ({ labels: { platform, ...labels }, value })),
      );
  return [
    gauge(
      "planetwire_census_timestamp_seconds",
      "When the sweep last went through all channels and feeds: the figures below are of then.",
      [],
      ({ census }) => (census === null ? [] : alone(census.atMs / 1000)),
    ),
    gauge("planetwire_feeds", "Followed feeds by how reading them goes.", ["state"], ({ census }) =>
      census === null ? [] : each("state", census.feeds),
    ),
    gauge(
      "planetwire_channels",
      "Channels that follow something.",
      ["platform", "state"],
      byPlatform(({ channels, paused }) => each("state", { active: channels - paused, paused })),
    ),
    gauge(
      "planetwire_outbox_deliveries",
      "Entries and notices that wait to be delivered, by the state of their channel.",
      ["platform", "state"],
      byPlatform(({ waiting, waitingPaused }) => each("state", { active: waiting, paused: waitingPaused })),
    ),
    gauge(
      "planetwire_outbox_oldest_age_seconds",
      "For how long the first of them has been waiting, in channels that are not paused.",
      ["platform"],
      byPlatform(({ oldestAtMs }, nowMs) => alone(oldestAtMs === null ? 0 : Math.max(0, nowMs - oldestAtMs) / 1000)),
    ),
    gauge(
      "planetwire_deliveries_held",
      "Deliveries that were set aside, since nobody can know whether they landed: a person decides.",
      ["platform"],
      byPlatform(({ held }) => alone(held)),
    ),
    gauge(
      "planetwire_deliveries_uncertain",
      "Deliveries of which it is not known yet whether they landed.",
      ["platform"],
      byPlatform(({ uncertain }) => alone(uncertain)),
    ),
  ];
}
