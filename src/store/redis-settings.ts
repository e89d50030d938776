/**
 * What a Redis that is not ours may lose, in plain words. Source: the comments of redis.conf on appendonly, appendfsync and
 * maxmemory-policy.
 */
export function settingsProblems(settings: Readonly<Record<string, string>>): {
  warnings: string[];
  refusal: string | null;
} {
  const warnings: string[] = [];
  if (settings["appendonly"] !== "yes") {
    warnings.push(
      "Redis runs with appendonly no: when it stops, everything since its last snapshot is forgotten, so posts may be lost or repeated. Set appendonly yes and appendfsync always.",
    );
  } else if (settings["appendfsync"] !== "always") {
    warnings.push(
      `Redis runs with appendfsync ${settings["appendfsync"] ?? "unknown"}: when it is killed, what it acknowledged in the last second or more may be forgotten, so posts may be lost or repeated. Set appendfsync always.`,
    );
  }
  const policy = settings["maxmemory-policy"] ?? "noeviction";
  const evicts = policy !== "noeviction" && settings["maxmemory"] !== "0";
  const refusal = evicts
    ? `Redis runs with maxmemory-policy ${policy}: when memory is short it would drop what was seen and what waits to be posted. Set maxmemory-policy noeviction.`
    : null;
  return { warnings, refusal };
}
