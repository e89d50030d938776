import { expect, test } from "vitest";
import { parseDate } from "../../src/feed/parse/dates.ts";

const ten = "2020-06-01T10:00:00.000Z";
const midnight = "2020-06-01T00:00:00.000Z";

test.each([
  ["Mon, 01 Jun 2020 10:00:00 GMT", ten],
  ["Mon, 1 Jun 20 10:00 UT", ten],
  ["\n  Mon, 01 Jun 2020 12:00:00 +0200 (CEST) ", ten],
  ["Mon, 01 Jun 2020 12:00:00 GMT+0200", ten],
  ["Mon, 01 Jun 2020 05:00:00 EST", ten],
  ["Mon, 01 Jun 2020 03:00:00 PDT", ten],
  ["Mon, 01 Jun 2020 12:00:00 CEST", ten],
  ["Mon, 01 Jun 2020 11:00:00 BST", ten],
  ["Mon, 01 Jun 2020 13:00:00 MSK", ten],
  ["Mon, 01 Jun 2020 19:00:00 JST", ten],
  ["Mon, 01-Jun-2020 10:00:00 GMT", ten],
  ["Mon Jun  1 10:00:00 2020", ten],
  ["Mon Jun  1 10:00:00 UTC 2020", ten],
  ["Mon Jun 01 2020 12:00:00 GMT+0200 (Central European Summer Time)", ten],
  ["2020-06-01T10:00:00Z", ten],
  ["2020-06-01t12:00:00.000+02:00", ten],
  ["2020-06-01 10:00:00", ten],
  ["2020-06-01 10:00:00 UTC", ten],
  ["2020-06-01T10:00Z", ten],
  ["20200601T100000Z", ten],
  ["1591005600", ten],
  ["1591005600000", ten],
  ["June 1, 2020 10:00 AM", ten],
  ["6/1/2020 10:00:00 a.m.", ten],
  ["Пн, 01 июн 2020 13:00:00 +0300", ten],
  ["lun., 01 juin 2020 12:00:00 +0200", ten],
  ["Mo, 01 Juni 2020 12:00:00 +0200", ten],
  ["2020-06-01 오전 10:00:00", ten],
  ["2020-06-01", midnight],
  ["2020/06/01", midnight],
  ["01.06.2020", midnight],
  ["2020-06", midnight],
  ["2020年6月1日", midnight],
  ["1st of June 2020", midnight],
  ["2020-153", midnight],
  ["2020-W23-1", midnight],
  ["Mon, 31 May 2020 24:00:00 GMT", midnight],
  ["mar. 02 juin 2020 10:00:00 GMT", "2020-06-02T10:00:00.000Z"],
  ["2020-06-01T10:00:00.25Z", "2020-06-01T10:00:00.250Z"],
  ["Mon, 01 Jun 2020 12:30:00 PM GMT", "2020-06-01T12:30:00.000Z"],
])("%j is read", (written, date) => {
  expect(parseDate(written)).toBe(date);
});

test.each([
  ["a day that does not exist", "Mon, 31 Jun 2020 10:00:00 GMT"],
  ["a month that does not exist", "2020-13-01"],
  ["an hour that does not exist", "2020-06-01T25:00:00Z"],
  ["zeros", "0000-00-00 00:00:00"],
  ["year one, the default of some systems", "0001-01-01T00:00:00Z"],
  ["a year before Christ", "Mon, 30 Nov -0001 00:00:00 +0000"],
  ["a word", "yesterday"],
  ["a month without a day", "June 2020"],
  ["nothing", ""],
])("%s is no date", (_, written) => {
  expect(parseDate(written)).toBeNull();
});
