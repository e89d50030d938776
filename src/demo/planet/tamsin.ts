import type { Member } from "./member.ts";

/** Joins while the demo runs: a planet then shows what the new blog wrote long before. */
export const tamsin: Member = {
  name: "Tamsin Okoro-Bell",
  handle: "tamsin",
  blog: "Bilge Notes",
  trappings: ["comments"],
  posts: [
    {
      slug: "a-depth-sounder-in-4-kb",
      title: "A depth sounder in 4 KB",
      html: `
<p>The old sounder had a chip with 4 KB of flash, and I had a point to prove. Sound in sea water travels at about 1,500 m/s, so ten metres are
13 milliseconds there and back, and a counter at 1 MHz gives better than a millimetre, which is nonsense, because the sea floor is soft and so is
the argument.</p>
<p>The whole filter is a median of five and a rule: the ground does not jump. <code>3,914</code> bytes. There is room for a joke in the
rest, and I have left it empty, out of respect.</p>`,
    },
    {
      slug: "can-bus-under-a-wet-floor",
      title: "CAN bus under a wet floor",
      html: `
<p>Symptom: the autopilot disengages whenever somebody takes a shower.</p>
<p>Two terminating resistors of 120 Ω, one at each end, 60 Ω together. I measured 43. Somebody had added a third one “to be safe”, at the node below
the bathroom, in a connector that was rated for cars, which are rarely under water on purpose.</p>
<p>Took it out, sealed it, 60 Ω. One may wash again at sea.</p>`,
    },
    {
      slug: "why-my-boat-runs-a-real-time-kernel",
      title: "Why my boat runs a real-time kernel",
      html: `
<p>It does not need one. The rudder takes three seconds from side to side; I could control it from a spreadsheet. But the day I measured a latency of
400 ms in the anchor alarm, because the log was being compressed, I decided that I would rather know than hope.</p>
<pre><code># cyclictest -m -p 90 -i 1000 -D 24h
T: 0 ( 1841) P:90 I:1000 C:86400000 Min: 6 Act: 9 Avg: 9 Max: 71</code></pre>
<p>Seventy-one microseconds, in a day, on a board that costs less than the anchor’s shackle.</p>`,
    },
    {
      slug: "power-budget-for-a-winter-mooring",
      title: "Power budget for a winter mooring",
      html: `
<table>
<tr><th>consumer</th><th>average</th></tr>
<tr><td>bilge pump controller</td><td>0.02 W</td></tr>
<tr><td>radio, one message an hour</td><td>0.05 W</td></tr>
<tr><td>the computer, asleep</td><td>0.11 W</td></tr>
<tr><td>the computer, thinking about whether to sleep</td><td>0.94 W</td></tr>
</table>
<p>Guess which line I spent the weekend on. A wake-up every second from a timer that updated a clock on a display that is switched off.</p>`,
    },
    {
      slug: "solder-salt-and-patience",
      title: "Solder, salt, and patience",
      html: `<p>Everything on a boat is a battery if you wait long enough. Tin your wires, use heat-shrink with glue inside, and label both ends as though
you will be reading it upside down by torchlight, because you will.</p>`,
    },
  ],
};
