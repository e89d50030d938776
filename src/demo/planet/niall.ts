import type { Member } from "./member.ts";
import { gracePeriod } from "./niall-grace-period.ts";

export const niall: Member = {
  name: "Niall P. Mc Bride",
  handle: "niall",
  blog: "Weakly Ordered",
  trappings: [],
  posts: [
    {
      slug: "re-do-we-still-need-the-big-lock",
      title: "Re: Do we still need the big lock?",
      html: `
<p>Priya <a href="/priya/a-register-allocator-in-one-sitting/">asked in passing</a> whether the console layer still needs its one big lock. The short
answer is yes. The longer one is that it needs it for something nobody wrote down.</p>
<p>The lock protects the list of consoles, which we could convert in a week. It <em>also</em> keeps two processors that are both about to
crash from printing their last words through each other. I would like to keep the last words legible. They are usually the only ones
that anybody reads.</p>`,
    },
    {
      slug: "what-the-model-checker-found",
      title: "What the model checker found before breakfast",
      html: `
<p>I have a small program that writes small programs, each with two or three threads and a handful of loads and stores, and asks a model
checker whether a given bad ending is possible. It runs at night. Most mornings there is nothing, which is how I like it.</p>
<p>This morning there was one line:</p>
<pre><code>Observation wake-lost-07 Sometimes 1 3</code></pre>
<p>“Sometimes” is the worst of the three possible words<sup><a href="#n1">[1]</a></sup>. One ending in four loses a wake-up. The cause was a
release on the flag and a plain load on the queue, in that order, in the reader; the two may trade places, and on the machine in the
kitchen (an old phone) they do.</p>
<p>The fix is nine characters, the explanation in the changelog is forty lines, and the proportion seems right to me.</p>
<p id="n1"><small>[1] The others are Never, which is a relief, and Always, which is at least easy to debug.</small></p>`,
    },
    {
      slug: "the-lock-that-was-two-locks",
      title: "The lock that was two locks",
      locked: true,
      html: `
<p>As promised, this is open now that the fixed packages have been in every supported release for two weeks.</p>
<p>The session table of the login daemon was protected by a mutex. The mutex lived in shared memory, and each process initialised it
“if it was not initialised yet”, by looking at whether its first word was zero. An unlocked mutex <em>is</em> all zeroes. A process that
arrived at the right moment therefore initialised a mutex that somebody else was about to take, and for a few instructions there were
two locks in the same place, each of them perfectly correct.</p>
<p>What that allowed is in the advisory. What I would like you to take home is smaller: <strong>never ask a lock whether it exists.</strong> Create
it before anybody can see it, and publish it with one atomic step.</p>`,
    },
    gracePeriod,
    {
      slug: "slides-are-up",
      title: "Slides are up",
      html: `<p>The slides of my Quayside talk are <a href="/niall/a-grace-period-is-not-a-sleep/">here, as prose</a>. There are no slides.</p>`,
    },
  ],
};
