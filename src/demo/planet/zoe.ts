import type { Member } from "./member.ts";

export const zoe: Member = {
  name: "Zoë Lefèvre",
  handle: "zoe",
  blog: "Boxes within Boxes",
  trappings: ["share-row", "comments"],
  posts: [
    {
      slug: "twelve-thousand-rebuilds",
      title: "Twelve thousand rebuilds later",
      html: `
<p>We rebuilt the whole archive with the new compiler. All of it, twice, because the first time I had forgotten to switch off the old
one. Results:</p>
<table>
<tr><th>outcome</th><th>packages</th><th>what we did</th></tr>
<tr><td>built, identical behaviour</td><td>11,612</td><td>nothing, gratefully</td></tr>
<tr><td>built with new warnings</td><td>301</td><td>sent patches for 288</td></tr>
<tr><td>failed: missing include</td><td>74</td><td>one line each</td></tr>
<tr><td>failed: its tests compare the compiler’s version as a string</td><td>9</td><td>sighed</td></tr>
<tr><td>built, but plays chess differently</td><td>1</td><td>still looking</td></tr>
</table>
<p>The chess program is fascinating. It is stronger now. Nobody knows why, and upstream has asked us not to fix it.</p>`,
    },
    {
      slug: "reproducible-at-last",
      title: "Reproducible at last: moor 2.1",
      html: `
<p>As of this week two people who have never met can build <code>moor</code> on different machines, in different years, and get the same bytes.
The last difference was one I had walked past for months: the manual page contained the number of the <em>day of the week</em>, because a
macro from 1991 thought that somebody might like to know.</p>
<p>For your own packages, the usual list, in the order in which it bites:</p>
<ul>
<li>time stamps (set <code>SOURCE_DATE_EPOCH</code> and grep for <code>__DATE__</code>);</li>
<li>the order of files in a directory, which is not alphabetical, it only looks that way on your disk;</li>
<li>paths of the build directory inside debug information;</li>
<li>hash tables with random seeds that are printed “in any order”;</li>
<li>and the locale. Always, in the end, the locale.</li>
</ul>`,
    },
    {
      slug: "your-readme-is-a-dependency",
      title: "Your README is a dependency",
      html: `
<p>Dear upstream, I love your library. Your <code>setup</code> script reads the version number out of the third line of the README. Last night somebody
added a badge above it, and version “<code>![build]</code>” is now, by our sorting rules, newer than everything you will ever release.</p>
<p>We have introduced an epoch. It will be there when we are both old.</p>`,
    },
    {
      slug: "orphaned-adopted-loved",
      title: "Orphaned, adopted, loved",
      html: `
<p>Packages that found a new maintainer this month:</p>
<ul>
<li><strong>figtree</strong> (directory listings as trees): Abena, who uses it every day and had not noticed that nobody looked after it.</li>
<li><strong>libtide</strong>: Dana. It computes tides. She needed it for a joke and stayed.</li>
<li><strong>kestrel-mail</strong>: a student from Brno, who wrote more documentation in a week than we had in nine years.</li>
<li><strong>oldnum</strong>: me, because it converts Roman numerals and I could not let it go.</li>
</ul>
<p>Still waiting at the door: 41 others, of which eleven have open security bugs. <a href="/zoe/twelve-thousand-rebuilds/">The list</a> is
friendlier than it looks. Come and pick one.</p>`,
    },
    {
      slug: "the-bikeshed-has-a-maintainer",
      title: "Naming a package, or: the bikeshed has a maintainer now",
      html: `
<p>After 214 mails the colour library is called <code>colour</code>, with <code>color</code> as a virtual package that provides it. Both sides are equally
unhappy, which the policy manual defines as consensus.</p>`,
    },
  ],
};
