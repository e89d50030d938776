import { type Filter, NO_FILTER } from "./filter.ts";

/** What a channel has decided about one of its feeds. */
export interface FollowSettings {
  readonly filter: Filter;
}

export const DEFAULT_SETTINGS: FollowSettings = { filter: NO_FILTER };

export function toSettings(json: string): FollowSettings {
  return { ...DEFAULT_SETTINGS, ...(JSON.parse(json) as Partial<FollowSettings>) };
}
