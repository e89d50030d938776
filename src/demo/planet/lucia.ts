import type { Member } from "./member.ts";

export const lucia: Member = {
  name: "Lucía Ferrán",
  handle: "lucia",
  blog: "The Hallway Track",
  trappings: ["appeared-first", "share-row"],
  posts: [
    {
      slug: "quayside-call-for-talks",
      title: "Quayside: the call for talks is open",
      html: `
<p>Quayside comes back in June, in the same sail loft, with more chairs. We are looking for talks of twenty minutes about things that you
have <em>done</em>: a migration that went sideways, a tool that nobody knows, a number that surprised you.</p>
<p>Send us three sentences. Not an abstract, three sentences, as if you were telling a friend on the way to the tram. Last year the best talk
began as “We deleted the cache. It got faster. I can explain.”</p>
<p>First-time speakers get a mentor, a rehearsal, and a seat near the door in case of nerves.</p>`,
    },
    {
      slug: "quayside-day-one",
      title: "Quayside, day one",
      html: `
<p>Two hundred people, one loft, a coffee machine with a queue discipline that would make a network engineer weep.</p>
<h3>Heard in the hall</h3>
<ul>
<li>“It is eventually consistent, like my brother.”</li>
<li>“We have no technical debt. We have technical heirlooms.”</li>
<li>“So I asked the vendor for the source, and he sent me a photograph of it.”</li>
</ul>
<h3>Seen on stage</h3>
<p>Akari typed a poem live in four scripts and the audience applauded a cursor. Sipho showed one histogram for twenty minutes and nobody looked
away. Niall was asked why one does not simply sleep for a second, and I had to take the microphone from him.</p>
<p>Tomorrow: compilers, boats, and a session on mentoring for which somebody has ordered forty balloons. I do not know why. I am looking forward
to it.</p>`,
    },
    {
      slug: "quayside-day-two",
      title: "Quayside, day two: the one with the fire alarm",
      html: `
<p>It was the balloons.</p>
<p>Priya finished her talk on the pavement, in the rain, drawing live intervals with chalk on the quay. It was the best talk about register allocation
that I have ever stood through, and when the rain washed the first half away she said, “spilled”, and went on.</p>
<p><img src="/img/chalk.svg" alt="Chalk lines on wet stone, half of them washed away" width="640" height="420"></p>`,
    },
    {
      slug: "re-the-hallway-track-is-dying",
      title: "Re: The hallway track is dying",
      html: `
<blockquote><p>“Nobody talks in the corridors any more. Everybody is in the chat, reading about the conference that they are at.”</p></blockquote>
<p>I have thought about this for a week, and I think that it is the wrong way round. The chat <em>is</em> a corridor, and it has people in it who could not
afford the train. What is dying is the pause. We used to leave thirty minutes between talks; now it is ten, because there is so much to see.</p>
<p>So in June there will be fewer talks, longer breaks, and a table without a screen. Sit there and somebody will come. That is how it
always worked.</p>`,
    },
    {
      slug: "how-to-chair-a-session",
      title: "How to chair a session",
      html: `
<ol>
<li>Learn to say the speaker’s name. Ask them, not their friend.</li>
<li>Have a question ready. The first silence is yours.</li>
<li>Show the five-minute card at six minutes.</li>
<li>“More of a comment than a question” may be answered with “then let us have a question first”.</li>
<li>Stand up when time is over. Only stand up. It works on everybody, even on kernel developers. Nearly.</li>
</ol>`,
    },
  ],
};
