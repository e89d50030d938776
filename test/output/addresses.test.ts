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

describe.each(platforms.map((platform) => [platform.name, platform] as const))("on %s", (_, platform) => {
  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "slack://open",
    "discord://-/invite/x",
    "https://matrix.to.evil.example@matrix.to/#/@ada:hs.test",
    "not an address",
    " ",
    `https://a.example/${"x".repeat(5000)}`,
  ])("the address %j is followed nowhere it should not be", (address) => {
    const link: RootContent = {
      type: "paragraph",
      children: [{ type: "link", url: address, children: [{ type: "text", value: "label" }] }],
    };
    for (const one of [
      { url: address },
      { image: address },
      { excerpt: { type: "root" as const, children: [link] } },
    ]) {
      const { links, images, mentions, problems } = platform.read(
        platform.render({ kind: "post", feed, summary: summaryOf(one) }),
      );
      const isSafe = (shown: string): boolean => /^https?:\/\/(?!.*matrix\.to\/)/.test(shown);
      // A transcript is no client: it says the address as it is, and nobody can click what is no address.
      const followed =
        platform.name === "console"
          ? []
          : [...links.map((shown) => shown.url), ...images].filter(
              (shown) => !isSafe(shown) && platform.name === "matrix",
            );
      expect({ one, followed, mentions, problems }).toEqual({ one, followed: [], mentions: [], problems: [] });
    }
  });

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
      const { links, mentions, problems, excerpt } = platform.read(
        platform.render({ kind: "post", feed, summary: summaryOf({ title: "A title", ...one }) }),
      );
      expect(links.map((shown) => new URL(shown.url).host)).toEqual(["blog.example"]);
      expect({ mentions, problems }).toEqual({ mentions: [], problems: [] });
      if (one.url === "") expect(excerpt.trim()).toBe("label and more");
    }
  });
});
