import type { Member } from "./member.ts";

export const releaseTeam: Member = {
  name: "Harbour Release Team",
  handle: "news",
  blog: "Harbour News",
  trappings: [],
  posts: [
    {
      slug: "harbour-26-2-rc3",
      title: "Harbour 26.2, release candidate 3",
      html: `
<p>The third and, we hope, last candidate of Harbour 26.2 “Slangkop” is on the mirrors. Changes since the second one:</p>
<ul>
<li>the installer no longer offers to format the stick that it runs from;</li>
<li>suspend works again on boards with two batteries;</li>
<li>translations: Czech, Japanese and Welsh are complete, thank you.</li>
</ul>
<p>Please test upgrades from 26.1 on something that you would mind losing a little. <code>moor upgrade --to 26.2-rc3</code></p>`,
    },
    {
      slug: "hsa-26-014",
      title: "Security advisory HSA-26-014: moor follows links that it should not",
      html: `
<p><strong>Severity:</strong> moderate. <strong>Affected:</strong> moor 2.0.0 to 2.1.2. <strong>Fixed in:</strong> moor 2.1.3.</p>
<p>While unpacking, <code>moor</code> checked the target of a symbolic link and then used it. Between the two a package’s own script could replace it. A
malicious package could thereby write outside of its directory with the rights of the user who runs the installation. Packages from the
archive cannot do this, since their scripts run after unpacking; packages from elsewhere can.</p>
<p>Files are now opened relative to a directory handle with <code>openat2()</code> and <code>RESOLVE_BENEATH</code>, so there is no “between”.</p>
<p>Reported by Niall P. Mc Bride, patch by Zoë Lefèvre. Update with <code>moor update &amp;&amp; moor upgrade moor</code>.</p>`,
    },
    {
      slug: "harbour-26-2",
      title: "Harbour 26.2 “Slangkop” is out",
      html: `
<p>Named after the lighthouse at Kommetjie: four flashes every thirty seconds, seen from thirty miles. Eleven months, 214 people, and a release
party on a ferry that left without two of us.</p>
<h2>Highlights</h2>
<ul>
<li><strong>Kernel 6.18</strong> with large folios on by default.</li>
<li><strong>moor 2.1</strong>: reproducible, and twice as fast at doing nothing, which is what it does most.</li>
<li><strong>A new input method</strong> for Japanese, Chinese and Korean, written from scratch.</li>
<li><strong>tide-gpu</strong> drives the tile engine of boards that until now showed a console and a hopeful cursor.</li>
<li>The default shell history is kept per project. You may switch that off. You will not.</li>
</ul>
<h2>Known problems</h2>
<ol>
<li>Brightness keys on some laptops (a fix is on its way; Dana is sorry).</li>
<li>Upgrades with a separate <code>/usr</code> stop with a clear message and a link to a long page.</li>
</ol>
<h2>Getting it</h2>
<p>Images are on the mirrors and, for the patient, in the swarm. Check the signature: the key is the same as last year’s, its fingerprint is printed
on the mugs.</p>
<p>To all who tested, translated, answered mail at night and brought soup to the release sprint: thank you.</p>`,
    },
    {
      slug: "end-of-life-24-1",
      title: "End of life: Harbour 24.1",
      html: `
<p>Harbour 24.1 “Fastnet” gets its last security updates on the last day of this month. It had a good run: 31 months, 1,902 updates, one embarrassing
week in May.</p>
<p>Upgrading goes by way of 25.2. Nobody has to do it on the last evening, and every time somebody does.</p>`,
    },
    {
      slug: "kernel-in-testing",
      title: "Kernel 6.18.4 lands in testing",
      html: `<p>Fixes the freeze with two batteries <em>for real this time</em>. Please report regressions within the week.</p>`,
    },
  ],
};
