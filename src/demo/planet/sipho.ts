import type { Member } from "./member.ts";

export const sipho: Member = {
  name: "Sipho Dlamini",
  handle: "sipho",
  blog: "Latency Is a Feeling",
  trappings: [],
  posts: [
    {
      slug: "the-forty-millisecond-ghost",
      title: "The forty-millisecond ghost",
      html: `
<p>Every request of the new inventory service took 41 milliseconds. Not about 41, not 41 on average: the histogram was a needle.</p>
<p>When a latency has no spread it is not work, it is a timer. Work is messy. So the question was not “what is slow?” but “who
is waiting, and for what?”</p>
<h4>The suspects</h4>
<p>We write a small header with one <code>write()</code> and the body with another. The first segment leaves at once. The second is
held by Nagle’s algorithm, because a small segment is still unacknowledged. The receiver holds its acknowledgement back for up to
40 ms, hoping to send it along with an answer. It has no answer to send, because it has half a request.</p>
<p>Two kind algorithms, each waiting for the other to finish its sentence.</p>
<h4>The arrest</h4>
<pre><code>-    write(fd, header, header_len);
-    write(fd, body, body_len);
+    struct iovec parts[] = { { header, header_len }, { body, body_len } };
+    writev(fd, parts, 2);</code></pre>
<p>Yes, <code>TCP_NODELAY</code> would also have done it. But then we would be sending two packets where one will do, and I would rather
fix the sentence than shout the second half.</p>
<p>New median: 0.8 ms. The histogram is messy again, and I have never been so happy to see a mess.</p>`,
    },
    {
      slug: "p99",
      title: "p99",
      html: "The p99 is not a rare event. It is what happens to somebody who loads a page with a hundred requests.",
    },
    {
      slug: "notes-on-fsync",
      title: "Notes on fsync",
      html: `Short notes from yesterday's reading group, mostly so that I can find them again.

## What it promises

* data **and** the metadata needed to read it back have reached stable storage
* for *this* file; a new name in a directory needs an fsync of the **directory**

## What it does not promise

1. that a second call after a failed one tells you anything (the error is reported once, the dirty pages may be gone)
2. that rename() is durable, only that it is atomic

The full list is in the [storage handbook](/sipho/the-forty-millisecond-ghost/) chapter on lies. Run \`strace -f -e fsync,fdatasync\` on
your favourite database once. It is educational.`,
    },
    {
      slug: "an-index-nobody-asked-for",
      title: "An index nobody asked for",
      html: `
<p>Dropped an index this morning. It was 48 GB, it was on the busiest table, and in 400 days of statistics it had been used four
times, each time by the query that checks whether indexes are used.</p>
<p>Inserts are 19 % faster. I keep a list of things like this for days when I doubt my profession.</p>`,
    },
    {
      slug: "vacuum-day",
      title: "Vacuum day",
      html: `
<p>The annual argument about autovacuum, abridged for those who could not attend:</p>
<blockquote>
<p>“It runs at the worst time.”<br>“It runs all the time. You notice at the worst time.”</p>
</blockquote>
<p>What we changed: the thresholds of the three largest tables, from a share of the rows to a fixed number. A fifth of two billion rows is
not a threshold, it is a geological era. Cleaning up 50,000 rows every few minutes is invisible, cleaning up 400 million on a Sunday
is a phone call.</p>`,
    },
  ],
};
