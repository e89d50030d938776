import { type AuthoredPost, composePost } from "./composed.ts";
import type { Member, SamplePost } from "./member.ts";
import { members, newcomer } from "./members.ts";
import { type Changeable, pathOf, type PlanetPost, show, type Slot } from "./slot.ts";
import { burstPosts, initialPosts, type Step, stepAt } from "./timetable.ts";

export interface Planet {
  /** What the feeds hold: the newest 40 by date, newest first. */
  window(): readonly PlanetPost[];
  page(path: string): PlanetPost | undefined;
  /** When anything last changed. */
  changedAtMs(): number;
  /** Moves the timetable on by one beat and says what it brought. */
  beat(nowMs: number): Step;
}

const windowPosts = 40;
/** Pages outlive the window, so that links in a chat go on working, but not without bound. */
const keptPages = 2_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Of the first posts: the one that is given a new date later. */
const redatedNumber = initialPosts - 4;

interface State {
  /** In the order of publication. */
  readonly slots: Slot[];
  readonly queue: AuthoredPost[];
  /** Published by steps of their own. */
  readonly special: readonly AuthoredPost[];
  /** All written posts: what composed ones speak of. */
  readonly archive: readonly AuthoredPost[];
  count: number;
  composed: number;
  beats: number;
  changedAtMs: number;
}

const isLockable = (post: SamplePost): boolean => post.locked === true;
const isRevisable = (post: SamplePost): boolean => post.revisedHtml !== undefined;

/** Everybody's first post, then everybody's second, and so on. */
function inTurns(authors: readonly Member[]): AuthoredPost[] {
  const turns = Math.max(...authors.map((member) => member.posts.length));
  return Array.from({ length: turns }, (_, turn) =>
    authors.flatMap((member) => member.posts.slice(turn, turn + 1).map((post) => ({ member, post }))),
  ).flat();
}

function publish(state: State, authored: AuthoredPost, publishedAtMs: number): void {
  const locked = authored.post.locked === true;
  state.slots.push({
    ...authored,
    number: state.count,
    publishedAtMs,
    updatedAtMs: publishedAtMs,
    locked,
    revised: false,
  });
  state.count += 1;
  if (state.slots.length > keptPages) state.slots.shift();
}

function publishNext(state: State, publishedAtMs: number): void {
  const written = state.queue.shift();
  if (written !== undefined) return publish(state, written, publishedAtMs);
  publish(state, composePost(state.composed, state.archive), publishedAtMs);
  state.composed += 1;
}

function publishSpecial(state: State, isWanted: (post: SamplePost) => boolean, nowMs: number): void {
  const authored = state.special.find(({ post }) => isWanted(post));
  if (authored !== undefined) publish(state, authored, nowMs);
}

function change(state: State, isWanted: (slot: Slot) => boolean, changes: Partial<Changeable>): void {
  const at = state.slots.findIndex(isWanted);
  const slot = state.slots[at];
  if (slot !== undefined) state.slots[at] = { ...slot, ...changes };
}

function publishBurst(state: State, nowMs: number): void {
  for (let k = burstPosts - 1; k >= 0; k -= 1) publishNext(state, nowMs - k * 11 * minuteMs);
}

function publishNewcomer(state: State, nowMs: number): void {
  const { posts } = newcomer;
  for (const [k, post] of posts.entries())
    publish(state, { member: newcomer, post }, nowMs - (posts.length - k) * 14 * hourMs);
}

function perform(state: State, step: Step, nowMs: number): void {
  switch (step) {
    case "post":
      return publishNext(state, nowMs);
    case "post-to-revise":
      return publishSpecial(state, isRevisable, nowMs);
    case "post-locked":
      return publishSpecial(state, isLockable, nowMs);
    case "revise":
      change(state, ({ post }) => isRevisable(post), { revised: true, updatedAtMs: nowMs });
      return publishNext(state, nowMs);
    case "open":
      change(state, ({ locked }) => locked, { locked: false, updatedAtMs: nowMs });
      return publishNext(state, nowMs);
    case "redate":
      change(state, ({ number }) => number === redatedNumber, {
        publishedAtMs: nowMs,
        updatedAtMs: nowMs,
      });
      return publishNext(state, nowMs);
    case "burst":
      return publishBurst(state, nowMs);
    case "join":
      return publishNewcomer(state, nowMs);
  }
}

function newState(startMs: number): State {
  const written = inTurns(members);
  const isSpecial = ({ post }: AuthoredPost): boolean => isLockable(post) || isRevisable(post);
  const state: State = {
    slots: [],
    queue: written.filter((authored) => !isSpecial(authored)),
    special: written.filter(isSpecial),
    archive: [...written, ...inTurns([newcomer])],
    count: 0,
    composed: 0,
    beats: 0,
    changedAtMs: startMs,
  };
  for (let k = initialPosts; k >= 1; k -= 1) publishNext(state, startMs - k * 11 * hourMs - ((k * 17) % 60) * minuteMs);
  return state;
}

/** A planet with its first posts, written over the days before `startMs`. */
export function createPlanet(startMs: number): Planet {
  const state = newState(startMs);
  const newestFirst = (): Slot[] =>
    state.slots.toSorted((a, b) => b.publishedAtMs - a.publishedAtMs || b.number - a.number);
  return {
    window: () => newestFirst().slice(0, windowPosts).map(show),
    page: (path) => state.slots.filter((slot) => pathOf(slot) === path).map(show)[0],
    changedAtMs: () => state.changedAtMs,
    beat: (nowMs) => {
      const step = stepAt(state.beats);
      state.beats += 1;
      perform(state, step, nowMs);
      state.changedAtMs = nowMs;
      return step;
    },
  };
}
