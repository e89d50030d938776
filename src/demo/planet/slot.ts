import type { AuthoredPost } from "./composed.ts";
import type { Member, SamplePost } from "./member.ts";
import { passwordForm, withTrappings } from "./trappings.ts";

/** A post as the planet shows it now. */
export interface PlanetPost {
  /** Never changes, whatever else does. */
  readonly guid: string;
  /** Root-relative path of the post's page. */
  readonly path: string;
  readonly member: Member;
  readonly title: string;
  /** Links are root-relative. */
  readonly html: string;
  readonly publishedAtMs: number;
  readonly updatedAtMs: number;
}

/** What may change after a post was published. */
export interface Changeable {
  readonly publishedAtMs: number;
  readonly updatedAtMs: number;
  readonly locked: boolean;
  readonly revised: boolean;
}

/** A post that has been published, and what has become of it. */
export interface Slot extends AuthoredPost, Changeable {
  /** Counts all posts of the planet from 0. */
  readonly number: number;
}

function guidOf({ member, post, number }: Slot): string {
  if (member.trappings.includes("appeared-first")) return `https://${member.handle}.example/?p=${400 + number * 7}`;
  if (member.trappings.includes("pixel"))
    return `tag:${member.handle}.example,2026:blog.post-${7_000_000 + number * 4_099}`;
  return `https://${member.handle}.example/${post.slug}/`;
}

function contentOf(post: SamplePost, revised: boolean): string {
  return revised ? (post.revisedHtml ?? post.html) : post.html;
}

export function pathOf({ member, post }: AuthoredPost): string {
  return `/${member.handle}/${post.slug}/`;
}

/** The post as it stands now. */
export function show(slot: Slot): PlanetPost {
  const { member, post, publishedAtMs, updatedAtMs } = slot;
  const path = pathOf(slot);
  const title = slot.locked ? `Protected: ${post.title}` : post.title;
  const html = slot.locked
    ? passwordForm(member, slot.number)
    : withTrappings(contentOf(post, slot.revised), { member, path, title: post.title });
  return { guid: guidOf(slot), path, member, title, html, publishedAtMs, updatedAtMs };
}
