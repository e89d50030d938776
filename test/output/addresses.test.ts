import type { RootContent } from "mdast";
import { describe, expect, test } from "vitest";
import { feed, summaryOf } from "../contract/stage.ts";
import { platforms } from "./platforms.ts";

const paths = [
  "a)[click](https://evil.example/",
  "a](https://evil.example/)[b",
  "a)https://evil.example/",
  "(a)_*b*_~~c~~||d||`e`",
  "?q=<!channel>|<@U012345>&<https://evil.example/|x>",
  "#|evil>",
  '"><b>x</b><a href="https://evil.example/',
  "\\)\\\\",
  "@everyone",
];

describe.each(platforms.map((platform) => [platform.name, platform] as const))("on %s", (_, { render, read }) => {
  test.each(paths)("an address that goes on with %j is one link, whatever it says", (path) => {
    const url = `https://blog.example/${path}`;
    const link: RootContent = {
      type: "paragraph",
      children: [
        { type: "link", url, children: [{ type: "text", value: "label" }] },
        { type: "text", value: " and more" },
      ],
    };
    for (const one of [{ url }, { url: "", excerpt: { type: "root" as const, children: [link] } }]) {
      const { links, mentions, problems, excerpt } = read(
        render({ kind: "post", feed, summary: summaryOf({ title: "A title", ...one }) }),
      );
      expect(links.map((shown) => new URL(shown.url).host)).toEqual(["blog.example"]);
      expect({ mentions, problems }).toEqual({ mentions: [], problems: [] });
      if (one.url === "") expect(excerpt.trim()).toBe("label and more");
    }
  });
});
