import { escapeXml } from "../../src/demo/planet/trappings.ts";

/** One kind of entry, as its blog publishes it. */
export interface Kind {
  /** What it is, for a heading. */
  readonly name: string;
  /** Authors, as the feed names them. */
  readonly by: readonly string[];
  readonly title: string;
  /** What stands in the feed's element, before XML is escaped. */
  readonly content: string;
  /** More elements of the item. */
  readonly more?: string;
}

const ORIGIN = "https://planet.harbour.example";
const sentence = "The tide table on the wall of the office is older than the office, and has been right for longer. ";

export const kinds: readonly Kind[] = [
  {
    name: "Paragraphs",
    by: ["Ingrid Solheim"],
    title: "What large folios did to our page cache",
    content: `<p>We turned <em>large folios</em> on in March, and wrote <a href="/ingrid/folios/">what we expected</a>. <strong>It was wrong.</strong></p><p>Reads got 12 % faster; <del>writes too</del> writes stayed where they were.</p><p>The post <a href="/ingrid/folios-2/">What large folios did</a> appeared first on <a href="https://ingrid.example/">Cold Cache</a>.</p>`,
  },
  {
    name: "Several authors",
    by: ["Zoe Lindqvist", "Sipho Dlamini"],
    title: "Twelve thousand rebuilds, twice",
    content: "<p>Two of us counted, and got two numbers. Here is why both are right.</p>",
  },
  {
    name: "Protected",
    by: ["Niall Byrne"],
    title: "Protected: Budget for the winter",
    content: `<form action="https://niall.example/wp-login.php?action=postpass" class="post-password-form" method="post"><p>This content is password protected. To view it please enter your password below:</p></form>`,
  },
  {
    name: "Teaser",
    by: ["Tamsin Okafor"],
    title: "The lighthouse runs on a 486",
    content: `<p>Nobody remembers who put it there, and nobody dares to turn it off: the machine that turns the light is older than its keeper [&hellip;]</p><p><a class="more-link" href="/tamsin/lighthouse/">Continue reading <span class="screen-reader-text">The lighthouse runs on a 486</span> &rarr;</a></p>`,
  },
  {
    name: "Markdown in the feed",
    by: ["Dana Whitlock"],
    title: "Shader cache, continued",
    content:
      "## What changed\n\nThe cache is keyed by **driver and model** now, see [the patch](https://dana.example/patch).\n\n- first start: 4.1 s\n- second start: *0.3 s*\n\nRun `shader-cache --prune` once.",
  },
  {
    name: "Plain text",
    by: ["Abena Mensah"],
    title: "Office hours this week",
    content:
      "Office hours are on Thursday, not on Wednesday.\nBring the broken laptop, and its charger.\n\nThere will be cake, as long as 5 < 12 & nobody tells Marek.",
  },
  {
    name: "Code",
    by: ["Priya Raman"],
    title: "A loop that compiles to nothing",
    content: `<p>Look at what <code>-O2</code> leaves of it:</p><pre><code class="language-cpp">for (std::size_t i = 0; i &lt; n; ++i) {\n  total += weights[i] * 0;\n}\nreturn total;</code></pre><p>One <code>ret</code>. The compiler has read the contract, and we have not.</p>`,
  },
  {
    name: "Lists",
    by: ["Sipho Dlamini"],
    title: "Before you upgrade",
    content:
      "<p>In this order:</p><ol><li>Read the notes.<ul><li>All of them.</li><li>Also the small ones.</li></ul></li><li>Make a copy.</li><li>Read the copy back.</li></ol><p>Then go.</p>",
  },
  {
    name: "Table",
    by: ["Release Team"],
    title: "Nightly build 4123: 2 of 12,014 red",
    content:
      "<p>Built in 184 minutes on 7 hosts.</p><table><tr><th>package</th><th>what the log says</th></tr><tr><td>figtree</td><td>test <code>leap_second</code> expects the year to end</td></tr><tr><td>windlass</td><td>missing <code>&lt;stdint.h&gt;</code></td></tr></table>",
  },
  {
    name: "Quote",
    by: ["Lucia Ferri"],
    title: "A letter about the quay",
    content:
      "<p>A reader in Rostock writes:</p><blockquote><p>I did exactly what you describe, and it worked.</p><blockquote><p>What did I do wrong?</p></blockquote></blockquote><p>Nothing. Write down today’s numbers anyway.</p>",
  },
  {
    name: "Picture with a description",
    by: ["Marek Havel"],
    title: "Thirty-one containers become nine",
    content: `<figure><img src="/img/pruned-rack.png" width="640" height="400" alt="A rack with nine green lights, and much empty space below them"><figcaption>The rack, afterwards.</figcaption></figure><p>It hums in another key now. <img class="wp-smiley" src="/img/smile.png" alt="🙂"></p>`,
  },
  {
    name: "Podcast",
    by: ["Harbour Radio"],
    title: "Episode 41: Ballast",
    content:
      "<p>Tamsin explains what ships and test suites have in common. 00:00 Ballast · 12:40 Letters · 31:05 The song</p>",
    more: `<enclosure url="${ORIGIN}/radio/41.mp3" length="31457280" type="audio/mpeg"/><itunes:image href="${ORIGIN}/img/radio-cover.png"/><itunes:duration>38:12</itunes:duration>`,
  },
  {
    name: "Release notes",
    by: ["Release Team"],
    title: "Harbour 26.05",
    content:
      '<h2>Breaking</h2><ul><li><code>quayctl start</code> is <code>quayctl up</code> now (<a href="https://bugs.example/812">#812</a>)</li></ul><h2>New</h2><ul><li>IPv6 everywhere, thanks to @zoe and @here</li><li>The installer asks <em>one</em> question less</li></ul><h2>Fixed</h2><ul><li>Clocks west of Greenwich (<a href="https://bugs.example/799">#799</a>)</li></ul>',
  },
  {
    name: "Right to left",
    by: ["נועה לוי"],
    title: "הנמל נפתח מחדש",
    content: `<p dir="rtl">הנמל של חיפה נפתח מחדש אחרי <strong>שלוש שנים</strong>, ואפשר לקרוא על זה <a href="/noa/port/">כאן</a>. הגרסה החדשה היא 26.05.</p>`,
  },
  {
    name: "Japanese",
    by: ["佐藤 明里"],
    title: "港の朝、雨のち晴れ",
    content: `<p>今朝も港まで歩いた。<ruby>汽笛<rp>（</rp><rt>きてき</rt><rp>）</rp></ruby>が二度鳴って、<a href="/akari/boats/">船</a>が三隻出ていった。</p><p>午後は晴れるらしい。洗濯物は外に干す。</p>`,
  },
  {
    name: "Emoji",
    by: ["Zoe Lindqvist"],
    title: "👩‍💻 One year of pairing 👨‍👩‍👧‍👦",
    content: "<p>What we learned, in order: 🧭 ➜ 🐛 ➜ 🧪 ➜ 🚢. Flags we fly: 🇸🇪 🇿🇦 🇬🇭. Skin tones work, too: 👋🏽.</p>",
  },
  {
    name: "Long read",
    by: ["Ingrid Solheim"],
    title: "The long way round the cape",
    content: Array.from({ length: 60 }, (_, i) => `<p>${sentence.repeat(1 + (i % 3))}</p>`).join(""),
  },
  {
    name: "Poem",
    by: ["Lucia Ferri"],
    title: "Ebb",
    content:
      "<p>The water leaves<br>without a word,<br>&nbsp;&nbsp;a gull<br>&nbsp;&nbsp;&nbsp;&nbsp;counts what is left.</p><p>Six hours<br>to change its mind.</p>",
  },
  {
    name: "Formulas",
    by: ["Priya Raman"],
    title: "Why the queue explodes at 0.8",
    content: `<p>With load <math alttext="\\rho"><mi>ρ</mi></math> the mean wait is <math alttext="W = \\frac{\\rho}{1-\\rho}"><mi>W</mi></math>, so 10<sup>6</sup> requests cost more than H<sub>2</sub>O: a_1 * a_2 * a_3 &lt; $5.</p>`,
  },
  {
    name: "Link post",
    by: ["Dana Whitlock"],
    title: "→ A window manager in 200 lines",
    content: `<p><a href="https://wm.example/200">https://wm.example/200</a></p><p>Read it for the comments.</p>`,
  },
  {
    name: "Escaped once too often",
    by: ["Abena Mensah"],
    title: "Tom &amp;amp; the &amp;#8220;harbour&amp;#8221; cat",
    content: "&lt;p&gt;Tom has &lt;strong&gt;moved in&lt;/strong&gt;. He isn&amp;#8217;t staff, he says.&lt;/p&gt;",
  },
  {
    name: "About HTML",
    by: ["Sipho Dlamini"],
    title: "Use &lt;details&gt;, not a script",
    content:
      "<p>Write <code>&lt;details&gt;&lt;summary&gt;</code>: a &lt;p&gt; inside is fine, and so is *no* JavaScript. Don’t write &amp;amp; twice.</p>",
  },
];

const FIRST_AT_MS = Date.UTC(2026, 4, 11, 8, 24);
const HOUR_MS = 3_600_000;

/** All of them in one feed, RSS 2.0 as planets write it. */
export function kindsDocument(): string {
  const items = kinds.map(({ by, title, content, more = "" }, i) => {
    const link = `${ORIGIN}/kinds/${String(i + 1)}/`;
    const creators = by.map((name) => `<dc:creator>${escapeXml(name)}</dc:creator>`).join("");
    const date = new Date(FIRST_AT_MS + i * 25 * HOUR_MS).toUTCString();
    const html = content.replaceAll(/\b(href|src)="\//g, `$1="${ORIGIN}/`);
    return `<item><title>${escapeXml(title)}</title><guid>${link}</guid><link>${link}</link>${creators}<description>${escapeXml(html)}</description><pubDate>${date}</pubDate>${more}</item>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel><title>Planet Harbour</title><link>${ORIGIN}/</link><description>The people who build and keep Harbour</description>
${items.join("\n")}
</channel></rss>
`;
}
