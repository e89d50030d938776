import type { Member } from "./member.ts";

export const marek: Member = {
  name: "Marek Havlíček",
  handle: "marek",
  blog: "The Server Garden",
  trappings: ["share-row", "pixel"],
  posts: [
    {
      slug: "thirty-one-containers-become-nine",
      title: "Winter pruning: thirty-one containers become nine",
      html: `
<p>In the cold months I walk along the rack with a cup of tea and ask of everything that runs: who would miss you? This year’s cuttings:</p>
<ul>
<li>Three dashboards that showed the same graph. The graph stays, on the wall of the corridor, printed.</li>
<li>A message queue between two programs that run on the same machine and take turns. They use a pipe now. They seem closer.</li>
<li>A “temporary” proxy from four winters ago, with one user: the monitoring, which checked whether the proxy was up.</li>
<li>Nineteen copies of the same base system, each with its own opinion about time zones.</li>
</ul>
<p>What is left fits on one page and uses a third of the power. Things grow back, of course. That is what spring is for.</p>
<figure><img src="/img/rack.svg" alt="A half-empty rack with a watering can on top" width="640" height="400">
<figcaption>Room to breathe. The watering can is empty, I promise.</figcaption></figure>`,
    },
    {
      slug: "a-frost-on-the-raid",
      title: "A frost on the RAID",
      html: `
<p>Disk four died on Saturday night, which is normal: disks are annuals. Disk two died on Sunday morning, during the rebuild, which is
also normal, because they came from the same box, were planted the same day, and had lived the same life.</p>
<p>Nothing was lost, since this is the shelf with two parity disks and the nightly copy goes to a shed on the other side of the river. But I
have written a new rule on the inside of the door:</p>
<blockquote><p>Never two from the same tray. Mix makers, mix ages, and write the date on the label in pencil.</p></blockquote>
<p>For the curious, the output that I looked at for six hours:</p>
<pre>md0 : active raid6 sdg[7] sdf[6] sde[5](F) sdd[4] sdc[3](F) sdb[2]
      [==============&gt;......]  recovery = 71.8% (2804931584/3906887168) finish=94.1min</pre>`,
    },
    {
      slug: "composting-logs",
      title: "Composting logs",
      html: `
<p>I used to keep every log line for a year. Then I looked at what I had actually read: the last two days, nearly always; the last two
weeks, sometimes; anything older, once, and it was out of nostalgia.</p>
<p>So now: two weeks as they are, then a heap where each day is boiled down to counts by program, level and the <em>shape</em> of the
message (numbers and addresses replaced by a dot). The heap of a whole year is smaller than one raw Monday, and it answers the only
question I ever have about March: “was it always like this?”</p>
<pre><code>zcat day.log.gz | sed -E 's/[0-9a-f:.]{3,}/·/g' | sort | uniq -c | sort -rn | head -200</code></pre>
<p>It smells a little, but things grow well in it.</p>`,
    },
    {
      slug: "what-the-ups-said-at-3-47",
      title: "3:47, and what the UPS said",
      html: `
<p>It said “ON BATTERY”, and eleven minutes later it said nothing. The shutdown script had worked perfectly in every test, all of which were
done in daylight by somebody whose terminal did not depend on the switch that the UPS does not feed.</p>
<p>The switch has been moved. The test is now done in the dark, quarterly, with a torch.</p>`,
    },
    {
      slug: "on-not-upgrading",
      title: "On not upgrading today",
      html: `
<p>A new major version of the reverse proxy is out. It is faster, the configuration file has a new format, and there is a converter.</p>
<p>I made tea instead. The old version gets security fixes until the autumn, my configuration has a comment in it from 2017 that nobody
understands, and there is frost in the forecast. One does not repot in a frost.</p>`,
    },
  ],
};
