import * as fc from "fast-check";
import { expect, test } from "vitest";
import { summarize } from "../../src/summary/compose.ts";
import { plainEntry } from "./summarizing.ts";

/** What people read of a date; of a protected post as of any other. */
function textOf(publishedAt: string | null, zone?: string): string {
  const [open, locked] = [false, true].map((locked) =>
    summarize(
      { ...plainEntry, publishedAt, protected: locked },
      { excerptChars: 100, ...(zone === undefined ? {} : { zone }) },
    ),
  );
  expect(locked?.publishedText).toBe(open?.publishedText);
  expect(open?.publishedAt).toBe(publishedAt);
  return open?.publishedText ?? "";
}

test.each([
  ["Europe/Berlin", "2026-05-12T09:24:59.999Z", "2026-05-12 11:24 CEST"],
  ["Europe/Berlin", "2026-10-25T00:59:00.000Z", "2026-10-25 02:59 CEST"],
  ["Europe/Berlin", "2026-10-25T01:00:00.000Z", "2026-10-25 02:00 CET"],
  ["America/New_York", "2026-01-01T04:59:00.000Z", "2025-12-31 23:59 GMT-5"],
  ["Asia/Kolkata", "2026-01-31T18:30:00.000Z", "2026-02-01 00:00 GMT+5:30"],
  ["UTC", "2026-05-12T09:24:00.000Z", "2026-05-12 09:24 UTC"],
  ["Mars/Olympus", "2026-05-12T09:24:00.000Z", "2026-05-12 09:24 UTC"],
])("in %s, %s is %s", (zone, publishedAt, text) => {
  expect(textOf(publishedAt, zone)).toBe(text);
});

test("where there is no date there is no text", () => {
  expect([textOf(null, "Europe/Berlin"), textOf("yesterday")]).toEqual(["", ""]);
});

test("where nobody chose a time zone posts keep the bytes that they had before there were any", () => {
  const date = fc.date({ min: new Date("1970-01-01"), max: new Date("2200-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(date, (at) => {
      const iso = at.toISOString();
      const before = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
      expect([textOf(iso), textOf(iso, "UTC")]).toEqual([before, before]);
    }),
  );
});
