import Parser from "rss-parser";
import { expect, test } from "vitest";
import { atomDocument, rssDocument } from "../../src/demo/planet/documents.ts";
import { newcomer } from "../../src/demo/planet/members.ts";
import type { PlanetPost } from "../../src/demo/planet/slot.ts";
import { createPlanet } from "../../src/demo/planet/state.ts";
import { burstPosts, initialPosts, type Step } from "../../src/demo/planet/timetable.ts";
import { beats, startMs, written } from "./beats.ts";

const origin = "http://planet.test";
const planet = createPlanet(startMs);
const edition = { origin, posts: planet.window(), changedAtMs: planet.changedAtMs() };

function windowAt(step: Step): readonly PlanetPost[] {
  const found = beats(20).find((beat) => beat.step === step);
  if (found === undefined) throw new Error(`no beat brings ${step}`);
  return found.posts;
}

function windowBefore(step: Step): readonly PlanetPost[] {
  const all = beats(20);
  const at = all.findIndex((beat) => beat.step === step);
  return all[at - 1]?.posts ?? [];
}

/** Posts whose guid stood in the window before the step and which the step changed. */
function changedBy(step: Step): readonly { readonly before: PlanetPost; readonly after: PlanetPost }[] {
  const after = windowAt(step);
  return windowBefore(step).flatMap((before) => {
    const now = after.find(({ guid }) => guid === before.guid);
    return now === undefined || JSON.stringify(now) === JSON.stringify(before) ? [] : [{ before, after: now }];
  });
}

test("RSS says the author in the title, as planets do", async () => {
  const feed = await new Parser().parseString(rssDocument(edition));
  expect(feed.items).toHaveLength(initialPosts);
  for (const [k, item] of feed.items.entries()) {
    const post = edition.posts[k];
    expect(item).toMatchObject({
      title: `${post?.member.name}: ${post?.title}`,
      guid: post?.guid,
      link: `${origin}${post?.path}`,
    });
    expect(item.isoDate).toBe(new Date(post?.publishedAtMs ?? 0).toISOString());
    expect(item.content).toContain(post?.html.slice(0, 40).replaceAll(/(href|src)="\//g, `$1="${origin}/`));
    expect(item.creator).toBeUndefined();
  }
});

test("Atom says title, author and member blog each in its place", async () => {
  const parser = new Parser<object, { source: { title: { _: string }[] } }>({
    customFields: { item: ["source"] },
  });
  const feed = await parser.parseString(atomDocument(edition));
  expect(feed.items).toHaveLength(initialPosts);
  for (const [k, item] of feed.items.entries()) {
    const post = edition.posts[k];
    expect(item).toMatchObject({
      title: post?.title,
      id: post?.guid,
      author: post?.member.name,
      link: `${origin}${post?.path}`,
    });
    expect(item.source.title[0]?._).toBe(post?.member.blog);
  }
});

test("both documents stay valid through the whole timetable and long after", async () => {
  for (const { posts } of beats(150).filter((_, k) => k % 10 === 0)) {
    const edition = { origin, posts, changedAtMs: startMs };
    const [rss, atom] = await Promise.all(
      [rssDocument(edition), atomDocument(edition)].map((text) => new Parser().parseString(text)),
    );
    expect(rss?.items.map(({ guid }) => guid)).toEqual(posts.map(({ guid }) => guid));
    expect(atom?.items.map(({ title }) => title)).toEqual(posts.map(({ title }) => title));
  }
});

test("RSS holds no link that is relative", () => {
  for (const { posts } of beats(60)) {
    const text = rssDocument({ origin, posts, changedAtMs: startMs });
    expect(/(?:href|src)=&quot;\/|\]\(\//.exec(text)).toBeNull();
  }
});

test("the timetable brings its events in this order, and a new post with every beat", () => {
  const all = beats(20);
  const special = all.map(({ step }) => step).filter((step) => step !== "post");
  expect(special).toEqual(["post-to-revise", "post-locked", "revise", "open", "burst", "redate", "join"]);
  expect(all.filter(({ fresh }) => fresh.length === 0)).toEqual([]);
  expect(all.filter(({ fresh }) => fresh.length > 1).map(({ step, fresh }) => [step, fresh.length])).toEqual([
    ["burst", burstPosts],
    ["join", newcomer.posts.length],
  ]);
});

test("the planet shows nothing of a protected post but a form, and opens it under the same guid and date", () => {
  const hidden = written.filter(({ post }) => post.locked === true);
  expect(hidden).toHaveLength(1);
  const [opened] = changedBy("open");
  expect(opened?.before.title).toBe(`Protected: ${hidden[0]?.post.title}`);
  expect(opened?.before.html).toContain('<form action="https://niall.example/wp-login.php?action=postpass"');
  for (const sentence of hidden[0]?.post.html.match(/[\w ,]{20,}/g) ?? [""])
    expect(opened?.before.html).not.toContain(sentence);
  expect(opened?.after).toMatchObject({
    title: hidden[0]?.post.title,
    guid: opened?.before.guid,
    publishedAtMs: opened?.before.publishedAtMs,
  });
  expect(opened?.after.html).toContain(hidden[0]?.post.html.trim());
});

test("one post is revised: other text, everything else as before", () => {
  const changed = changedBy("revise");
  expect(changed).toHaveLength(1);
  const { before, after } = changed[0] ?? {};
  expect(after).toMatchObject({
    title: before?.title,
    path: before?.path,
    publishedAtMs: before?.publishedAtMs,
  });
  expect(after?.html).not.toBe(before?.html);
  expect(after?.html).toContain("<strong>Update:</strong>");
  expect(after?.updatedAtMs).toBeGreaterThan(before?.updatedAtMs ?? Infinity);
});

test("one old post is re-dated: it stands at the top with the same guid, link, title and text", () => {
  const changed = changedBy("redate");
  expect(changed).toHaveLength(1);
  const { before, after } = changed[0] ?? {};
  expect(after).toMatchObject({ title: before?.title, path: before?.path, html: before?.html });
  expect((after?.publishedAtMs ?? 0) - (before?.publishedAtMs ?? 0)).toBeGreaterThan(24 * 3_600_000);
  expect(windowAt("redate").slice(0, 2)).toContainEqual(after);
});

test("a newcomer joins with posts that are days old, below newer ones", () => {
  const posts = windowAt("join");
  const joined = posts.filter(({ member }) => member === newcomer);
  expect(joined.map(({ title }) => title).sort()).toEqual(newcomer.posts.map(({ title }) => title).sort());
  expect(posts.findIndex(({ member }) => member === newcomer)).toBeGreaterThan(burstPosts);
  expect(windowBefore("join").some(({ member }) => member === newcomer)).toBe(false);
});
