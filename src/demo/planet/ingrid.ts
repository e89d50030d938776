import type { Member } from "./member.ts";

const swapFigures = (coldShare: string, stall: string): string => `
<p>Every few months somebody on the list proposes that the installer should stop creating swap, because “memory is cheap and
swap is slow”. Both halves are true and the conclusion still does not follow.</p>
<p>Swap is where the kernel puts anonymous pages that nobody has touched since breakfast. Without it those pages sit in RAM
for ever, and the only thing left to evict is the page cache, which is to say: your binaries. I measured the build host for a
week:</p>
<table>
<tr><th>configuration</th><th>anonymous pages cold for an hour</th><th>longest stall</th></tr>
<tr><td>no swap</td><td>${coldShare}, all resident</td><td>${stall}</td></tr>
<tr><td>4 GiB swap</td><td>${coldShare}, mostly swapped</td><td>310 ms</td></tr>
<tr><td>4 GiB zram</td><td>${coldShare}, mostly compressed</td><td>190 ms</td></tr>
</table>
<p>Keep the swap. Put it on zram if your disk is slow. And if you see it fill up steadily, thank it for the warning.</p>`;

export const ingrid: Member = {
  name: "Ingrid Ødegård",
  handle: "ingrid",
  blog: "Pages and Holes",
  trappings: ["appeared-first"],
  posts: [
    {
      slug: "the-day-the-page-cache-told-the-truth",
      title: "The day the page cache told the truth",
      html: `
<p>A colleague asked why her backup made every other program on the machine slow for ten minutes <em>after</em> it had
finished. The disks were idle. The CPUs were idle. Only the people were busy, complaining.</p>
<p>The backup reads four hundred gigabytes once and never again, and the page cache, being polite, remembers all of it. What it
forgets to make room is your mail index, your shell, and the shared libraries of everything. The ten minutes were the
machine learning them again, one page fault at a time.</p>
<p>The fix is a single line in the reader, after each chunk:</p>
<pre><code>posix_fadvise(fd, offset, length, POSIX_FADV_DONTNEED);</code></pre>
<p>Two details that cost me an afternoon: the call drops only <strong>clean</strong> pages, so it does nothing for data you have
just written, and it works on whole pages, so an odd offset leaves one behind at each end. Round inward, accept the crumbs.</p>
<p>After the change the ten minutes are gone. She sent cake.</p>`,
    },
    {
      slug: "large-folios-a-year-in",
      title: "Large folios, a year in",
      html: `
<p>We switched the distribution kernel to large folios for the root file system last spring. Time to look back, without the
release-note voice.</p>
<h3>What got better</h3>
<ul>
<li>Kernel builds on a warm cache: about 4 % less system time. Dull, welcome.</li>
<li>The LRU lists are shorter, so reclaim under pressure spends its time on pages rather than on locks.</li>
<li><code>perf top</code> no longer shows <code>xas_load</code> in the first five lines. I miss it a little.</li>
</ul>
<h3>What got worse</h3>
<ul>
<li>Random reads of 4 KiB in huge files now pull in more than they asked for when read-ahead guesses wrong.</li>
<li>Two out-of-tree modules assumed that a page is a page. They learned.</li>
</ul>
<h3>What surprised us</h3>
<p>The ARM boards gained most. With 16 KiB base pages and a contiguous hint in the TLB the little store server by the door now
keeps up with the one in the rack, at a tenth of the power. I have stopped making jokes about it.</p>`,
    },
    {
      slug: "a-bug-that-needed-a-full-moon",
      title: "A bug that needed a full moon",
      html: `
<p>The report said: “Freezes for five minutes, roughly every seven weeks, at no particular time of day.” Seven weeks is
4,294,967,296 milliseconds, or 49.7 days, and every kernel person reading this has already stopped reading.</p>
<p>For everybody else: a 32-bit counter of milliseconds wraps around after exactly that long. The driver compared two of them with
<code>&lt;</code> instead of with the macro that knows about wrapping, and for the five minutes around the wrap “later” was “earlier”.</p>
<blockquote><p>Time is a circle, and unsigned arithmetic is how we admit it.</p></blockquote>
<p>The reason nobody had caught it in testing is in the same directory: we start the counter five minutes before the wrap at boot,
on purpose, so that such bugs show up at once. The driver is loaded by a service that waits for the network, which takes six.</p>`,
    },
    {
      slug: "mmap-is-a-promise",
      title: "mmap() is a promise, not a copy",
      html: `
<p>A file you have mapped can be truncated by somebody else. When you then touch the part that is gone you do not get zeroes and you do
not get an error code, you get <code>SIGBUS</code>. That is the whole contract, and it has been the whole contract for forty years.</p>
<p>If you cannot live with that, <code>read()</code> is over there. It is faster than you remember.</p>`,
    },
    {
      slug: "swap-is-not-the-enemy",
      title: "Swap is not the enemy",
      html: swapFigures("31 %", "2.4 s"),
      revisedHtml: `${swapFigures("38 %", "4.2 s")}
<p><strong>Update:</strong> the first version of this table had the figures of the wrong host. Thank you, Sipho, for doing the sums.</p>`,
    },
  ],
};
