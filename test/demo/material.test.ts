import { expect, test } from "vitest";
import { createPlanet } from "../../src/demo/planet/state.ts";
import { beats, startMs, twelve, written } from "./beats.ts";

const words = (html: string): number =>
  html
    .replaceAll(/<[^>]*>/g, " ")
    .split(/\s+/)
    .filter(Boolean).length;
test("the material never dries up: a thousand beats, and no guid, link or title twice", () => {
  const planet = createPlanet(startMs);
  const fresh = [...planet.window(), ...beats(1000, planet).flatMap((beat) => beat.fresh)];
  expect(fresh.length).toBeGreaterThan(1000);
  for (const key of ["guid", "path"] as const) expect(new Set(fresh.map((post) => post[key])).size).toBe(fresh.length);
  expect(new Set(fresh.map(({ member, title }) => `${member.name}: ${title}`)).size).toBe(fresh.length);
  expect(planet.window()).toHaveLength(40);
});

test("the material comes from a dozen authors and about sixty posts of all lengths", () => {
  expect(twelve).toHaveLength(12);
  expect(written.length).toBeGreaterThanOrEqual(58);
  const lengths = written.map(({ post }) => words(post.html));
  expect(Math.min(...lengths)).toBeLessThan(25);
  expect(Math.max(...lengths)).toBeGreaterThanOrEqual(1200);
});

test("the material has the names and titles that are hard for a planet's reader", () => {
  const names = twelve.map(({ name }) => name).join("\n");
  for (const hard of [/ \(blogspot\)$/m, / [A-Z]\. /, /[À-ž]/, /\p{Script=Han}/u]) expect(names).toMatch(hard);
  const titles = written.map(({ post }) => post.title);
  for (const hard of [/^Re: /, /^C\+\+: /, /^\d+:\d+/, /https:\/\//, /: .*: /])
    expect(titles.some((title) => hard.test(title))).toBe(true);
});

test("the material has the markup of real blogs", () => {
  const html = beats(60)
    .flatMap(({ fresh }) => fresh.map((post) => post.html))
    .concat(
      createPlanet(startMs)
        .window()
        .map((post) => post.html),
    )
    .join("\n");
  for (const mark of [
    "<h2",
    "<pre><code",
    "<ul>",
    "<ol>",
    "<blockquote>",
    "<table>",
    'alt="A ',
    'class="footnotes"',
    "appeared first on",
    "sharedaddy",
    'width="1" height="1"',
    "\n## ",
  ]) {
    expect(html).toContain(mark);
  }
});
