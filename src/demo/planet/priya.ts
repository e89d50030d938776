import type { Member } from "./member.ts";

export const priya: Member = {
  name: "Priya Raghunathan",
  handle: "priya",
  blog: "Lowering",
  trappings: ["appeared-first"],
  posts: [
    {
      slug: "cpp-compiled-to-nothing",
      title: "C++: the three-line function that compiled to nothing",
      html: `
<p>A bug report with the subject “optimiser deletes my function” arrived with this attached:</p>
<div class="highlight"><pre><code class="language-cpp"><span class="kt">bool</span> <span class="nf">overflows</span>(<span class="kt">int</span> a, <span class="kt">int</span> b) {
    <span class="k">return</span> b &gt; <span class="mi">0</span> &amp;&amp; a + b &lt; a;
}</code></pre></div>
<p>and the assembly, which is <code>xor eax, eax; ret</code>. Return false. Always.</p>
<p>The compiler is right and I still felt bad closing it. Signed overflow is undefined, so a program in which <code>a + b</code> wraps is not
a program, so in every program <code>a + b &lt; a</code> is false when <code>b</code> is positive. The function asks whether the impossible has
happened.</p>
<p>Ask before, not after:</p>
<pre><code class="language-cpp">return b &gt; 0 &amp;&amp; a &gt; std::numeric_limits&lt;int&gt;::max() - b;</code></pre>
<p>or, better, let the machine tell you: <code>__builtin_add_overflow</code> is one instruction and a flag.</p>`,
    },
    {
      slug: "a-register-allocator-in-one-sitting",
      title: "A register allocator you can read in one sitting",
      html: `
<p>Our baseline compiler has had a graph-colouring allocator since before I joined. It is 6,200 lines long and two people understand it, one of
whom now keeps bees. Last month I replaced it with a linear scan of 410 lines. I want to describe it while I still find it obvious.</p>
<h2>Lifetimes</h2>
<p>Number the instructions. Every value lives from the instruction that makes it to the last one that uses it: an interval. Loops
stretch the intervals of everything that is alive at their head to their tail. That is all the analysis there is.</p>
<h2>The scan</h2>
<pre><code>for each interval, by start:
    give back the registers of intervals that ended before this start
    if a register is free:   take it
    else: of all active intervals and this one,
          spill the one that ends last</code></pre>
<p>“Spill the one that ends last” is the only clever line. The value that is needed furthest in the future is the cheapest to put down now:
Bélády’s rule for page replacement, with registers in place of pages.</p>
<h2>Holes</h2>
<p>An interval with a hole in it, say a value that is not needed during a call, wastes a register. We do not track holes. We tried, it was
another 900 lines, and it bought 1.3 % on the one benchmark that somebody had written for it.</p>
<h2>The bill</h2>
<ul>
<li>Compile time: down by 38 %.</li>
<li>Run time of the generated code: up by 2 %, on average; the optimising tier does not use it, so nobody waits for it.</li>
<li>Number of people who understand it: everyone who has read this far.</li>
</ul>
<p>The old one is still in the tree behind an option, for the bees.</p>`,
    },
    {
      slug: "cpp-enum-switch-jump-table",
      title: "C++: why your enum switch is a jump table on Tuesdays",
      html: `
<p>Add a sixth case to a <code>switch</code> and the function may get <em>smaller</em>. The compiler compares the density of the cases with a
threshold; below it you get a tree of comparisons, above it one bounds check and an indirect jump. On Tuesdays, because that is when the
nightly build runs with the branch-protection flags, and those move the threshold.</p>
<p>There is nothing to fix. I only wanted you to know why the size report has a weekly rhythm.</p>`,
    },
    {
      slug: "undefined-behaviour-defined-kindly",
      title: "Undefined behaviour, defined kindly",
      html: `
<p>I explain it to new colleagues like this. You and the compiler have a contract. You promise that certain things never happen. In return it
does not check whether they happen. It is not malicious. It simply believes you, completely, and acts on it, the way a good friend would.</p>
<p>So do not lie to it.</p>`,
    },
    {
      slug: "bisecting-a-miscompile",
      title: "Bisecting a miscompile with a shell script and patience",
      html: `
<p>One object file out of 2,300 is compiled wrongly and the program prints 42 where it should print 41. Which one? Build everything twice, once with
each compiler, then link mixtures:</p>
<pre><code class="language-sh">files=$(ls good/*.o | xargs -n1 basename | sort)
low=0; high=$(echo "$files" | wc -l)
while [ $((high - low)) -gt 1 ]; do
  mid=$(((low + high) / 2))
  bad=$(echo "$files" | head -n $mid)
  link_mixture "$bad" &amp;&amp; if ./a.out | grep -q 41; then low=$mid; else high=$mid; fi
done
echo "$files" | sed -n "\${high}p"</code></pre>
<p>Twelve links later you have the file. Do the same again inside it, with functions in place of files (an attribute switches the optimiser off for one
function), and once more with passes in place of functions. Three times twelve steps, no cleverness, and it has never failed me. The
bug was mine, by the way. It usually is.</p>`,
    },
  ],
};
