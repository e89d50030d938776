import { expect, test } from "vitest";
import { read, rssOf } from "./reading.ts";

const SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"';
const ITEM = "<item><guid>1</guid><title>One</title></item>";

function channel(elements: string): string {
  return `<rss version="2.0" ${SY}><channel><title>A feed</title>${elements}${ITEM}</channel></rss>`;
}

test.each([
  ["<ttl>90</ttl>", 5400],
  ["<ttl>0</ttl>", null],
  ["<ttl>-5</ttl>", null],
  ["<ttl>soon</ttl>", null],
  ["<ttl>99999999</ttl>", 7 * 86_400],
  ["<sy:updatePeriod>hourly</sy:updatePeriod>", 3600],
  ["<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency> 2 </sy:updateFrequency>", 1800],
  ["<sy:updatePeriod>Daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600],
  ["<sy:updateFrequency>24</sy:updateFrequency>", 3600],
  ["<sy:updatePeriod>yearly</sy:updatePeriod>", 86_400],
  ["<sy:updatePeriod>now and then</sy:updatePeriod>", null],
  ["<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600],
  ["<ttl>120</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 7200],
])("%j asks to be left alone for %j seconds", async (elements, ttlSeconds) => {
  expect(await read(channel(elements))).toMatchObject({ ttlSeconds, whole: true });
});

test.each([
  ["<skipHours><hour>3</hour><hour>0</hour><hour>3</hour></skipHours>", [0, 3], []],
  ["<skipHours><hour>23</hour><hour>24</hour><hour>25</hour><hour>x</hour></skipHours>", [0, 23], []],
  ["<skipDays><day>Sunday</day><day> saturday </day><day>Caturday</day></skipDays>", [], [0, 6]],
  [`<skipHours>${Array.from({ length: 24 }, (_, n) => `<hour>${n}</hour>`).join("")}</skipHours>`, [], []],
  ["<skipHours/><skipDays></skipDays>", [], []],
  ["", [], []],
])("%j is not read in its hours and days", async (elements, hours, days) => {
  expect((await read(channel(elements))).skip).toEqual({ hours, days });
});

test("a feed of RSS 1.0 says how often it is updated, whatever the prefix", async () => {
  const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:s="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://a.example/"><title>A</title><s:updatePeriod>hourly</s:updatePeriod></channel>
<item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link></item></rdf:RDF>`;
  expect((await read(rdf)).ttlSeconds).toBe(3600);
});

test("a feed that says nothing asks for nothing", async () => {
  expect(await read(rssOf("<guid>1</guid><title>One</title>"))).toMatchObject({
    ttlSeconds: null,
    skip: { hours: [], days: [] },
  });
});
