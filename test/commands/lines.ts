/** What is asked to show a command: the lines, without the prefix, in the order in which they are asked. */
export interface Shown {
  readonly command: string;
  readonly lines: readonly string[];
}

/** `FEED` stands for the address of the sample planet. */
export const shownLines: readonly Shown[] = [
  { command: "follow", lines: ["follow FEED"] },
  { command: "feeds", lines: ["feeds", "feeds 1"] },
  {
    command: "authors",
    lines: ["authors", "authors exclude Priya Raghunathan", "authors test include Priya Raghunathan"],
  },
  { command: "filter", lines: ['filter exclude "release candidate", nightly', "filter"] },
  { command: "style", lines: ["style", "style compact images:off digest:3"] },
  { command: "rename", lines: ["rename 1 Harbour people", "rename 1 reset"] },
  { command: "mention", lines: ["mention", "mention 1 @ops words release, outage", "mention 1 off"] },
  { command: "search", lines: ["search containers", "search pages author:Zoe"] },
  { command: "address", lines: ["address 1 FEED"] },
  { command: "latest", lines: ["latest 2"] },
  { command: "preview", lines: ["preview platform:matrix"] },
  { command: "why", lines: ["why thirty-one containers", "why", "why a post about bread"] },
  { command: "pause", lines: ["pause"] },
  { command: "resume", lines: ["resume", "resume 1"] },
  { command: "post", lines: ["post thirty-one containers"] },
  { command: "import", lines: ["import FEED", "import status"] },
  { command: "export", lines: ["export"] },
  { command: "settings", lines: ["settings", "settings members", "settings zone:Europe/Berlin"] },
  { command: "defaults", lines: ["defaults", "defaults compact exclude sponsored"] },
  { command: "help", lines: ["help", "help authors"] },
  { command: "unfollow", lines: ["unfollow 1"] },
  { command: "forget", lines: ["forget", "forget yes"] },
];
