import type { RedisClient } from "./real-redis.ts";

/** A client that runs each script twice and tells only the second answer, as after a connection that broke before the first. */
export function resending(redis: RedisClient): RedisClient {
  const scripts = new Set<string | symbol>(["eval", "evalsha"]);
  return new Proxy(redis, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (!scripts.has(name)) return value.bind(target);
      return async (...words: readonly unknown[]): Promise<unknown> => {
        await Reflect.apply(value, target, words);
        return await Reflect.apply(value, target, words);
      };
    },
  });
}
