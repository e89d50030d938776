import type { SamplePost } from "./member.ts";

/** The longest post of the planet: about 1,200 words with everything that a careful author puts in. */
export const gracePeriod: SamplePost = {
  slug: "a-grace-period-is-not-a-sleep",
  title: "A grace period is not a sleep",
  html: `
<p>At the last Quayside meeting a young man put up his hand after my talk and asked, quite reasonably: “If the updater only has to wait until
all readers are done, why don’t you just sleep for a second?” The room laughed. I did not, because I had once shipped exactly that, and
because the honest answer takes longer than the two minutes the chair had left us. Here it is, with the pictures drawn in words.</p>

<h2 id="setting">The setting</h2>
<p>There is a list. Many threads read it, all the time, without taking any lock at all. Now and then one thread removes an element. Removing it
is easy: one pointer is changed, and from that moment nobody who <em>starts</em> at the head of the list can reach it. The trouble is the
people who started a moment ago. They may be standing on the element right now, and if we free it they fall into the water.</p>
<p>So the updater removes, then waits, then frees:</p>
<pre><code class="language-c">spin_lock(&amp;boats_lock);
list_del_rcu(&amp;boat-&gt;node);      /* no new reader can find it        */
spin_unlock(&amp;boats_lock);

synchronize_rcu();              /* wait for those who already have  */
kfree(boat);                    /* now nobody is standing on it     */</code></pre>
<p>and a reader marks the time during which it may be standing on something:</p>
<pre><code class="language-c">rcu_read_lock();
list_for_each_entry_rcu(boat, &amp;boats, node)
        if (boat-&gt;berth == berth)
                inspect(boat);
rcu_read_unlock();</code></pre>
<p>The wait in the middle is called a <strong>grace period</strong>. It ends when every reader that was inside its marks when the wait began has
left them at least once. Readers that arrive later do not matter: they cannot find the element<sup id="fnref:1"><a href="#fn:1">1</a></sup>.</p>

<h2 id="one-second">Why one second is not enough</h2>
<p>A second is an eternity for a processor, and most readers stay inside for less than a microsecond. Six orders of magnitude, surely that
will do? Let us count the ways in which a reader may be late.</p>
<ol>
<li><p><strong>It was preempted.</strong> On a machine with more work than processors a thread may lose its turn while it is standing on the
element, and get the next turn when the scheduler thinks fit. With a low priority and a busy afternoon that can be minutes.</p></li>
<li><p><strong>Its processor was taken away.</strong> In a virtual machine “your” processor is a thread of somebody else’s kernel. I have traces
of guests that lost one for eleven seconds while the host was copying a disk image.</p></li>
<li><p><strong>Somebody attached a debugger.</strong> A breakpoint inside the marks is a reader that stays for lunch.</p></li>
<li><p><strong>The machine was suspended.</strong> Which clock did you sleep by? Some of them stop when the lid closes, some do not, and you will find
out which one you used on a train.</p></li>
</ol>
<p>Each of these is rare. That is the problem, not the excuse. A bug that needs one of them appears on one machine in ten thousand, once a
quarter, as a pointer to memory that now belongs to the sound driver.</p>

<h2 id="too-much">Why one second is also far too much</h2>
<p>Now the other side. On an idle machine all readers are out after a few microseconds, and a grace period could end almost at once. If every
removal waits a full second, then a program that removes a thousand elements, one after the other, waits for a quarter of an hour. People
do not put up with that. They shorten the sleep. There is always somebody who shortens the sleep.</p>
<p>A timer cannot be right because it measures the wrong thing. We are not waiting for <em>time</em>, we are waiting for <em>people</em>.</p>
<blockquote><p>You do not clear a ferry by waiting until the timetable says that it should be empty. You clear it by watching the gangway.</p>
</blockquote>

<h2 id="gangway">Watching the gangway</h2>
<p>The trick that makes this cheap is older than I am as a kernel developer. In a kernel without preemption a reader cannot be switched out
between its marks. So when a processor has gone through a context switch, or was idle, or ran in user space, it cannot still be inside a
read-side section that began before. Such a moment is called a quiescent state, and the readers need not do anything for it. They do not
even write to memory. Two of the three lines that they would have had to execute compile to nothing.</p>
<p>The updater then needs one quiescent state from every processor. It collects them in a tree, so that 512 processors do not all fight
for one word:</p>
<pre><code>                [ root: waiting for 0b11 ]
               /                          \\
   [ node 0: 0b1011 ]              [ node 1: 0b0000 done ]
    |    |       |                     |   |   |   |
   cpu0 cpu1   cpu3                   cpu4 ...     cpu7</code></pre>
<p>When the last bit of a node is cleared, it clears its own bit in its parent. When the root is empty, the grace period has ended. Nobody
looked at a clock, except to find out whether it is time to become impatient and send a reminder.</p>

<h2 id="measured">What it costs</h2>
<p>From the machine under my desk (16 threads, the list from above, 99 % readers, numbers are per operation):</p>
<table>
<thead><tr><th>scheme</th><th>reader</th><th>updater</th><th>may free too early</th></tr></thead>
<tbody>
<tr><td>reader–writer lock</td><td>92 ns</td><td>340 ns</td><td>no</td></tr>
<tr><td>reference counts</td><td>41 ns</td><td>55 ns</td><td>no</td></tr>
<tr><td>sleep one second</td><td>1.1 ns</td><td>1.0 s</td><td><strong>yes</strong></td></tr>
<tr><td>grace period</td><td>1.1 ns</td><td>7.8 ms</td><td>no</td></tr>
<tr><td>grace period, batched <code>call_rcu()</code></td><td>1.1 ns</td><td>120 ns</td><td>no</td></tr>
</tbody>
</table>
<p>Look at the third line. It has the readers of the fourth, an updater that is a hundred times slower, and it is wrong. It is remarkable how
often the simple solution is neither fast nor correct, and yet feels safe, because one can <em>see</em> the waiting.</p>
<p>The last line is what you want in most places. The updater does not wait at all. It leaves a note, “free this when everybody who is
here now has left”, and goes on. One grace period then serves all the notes that were written before it began, and the 7.8 ms are shared by
thousands<sup id="fnref:2"><a href="#fn:2">2</a></sup>.</p>

<h2 id="outside">Outside the kernel</h2>
<p>Most readers of this planet do not write kernels. The lesson travels, though. I have met the one-second sleep in a web server that waited
“long enough” before it closed old connections, in a database that kept old versions “for an hour, nobody has a query that long”, and in a
deployment script with the line <code>sleep 30  # let it settle</code>. Each time there was an event that could have been awaited. Each time
the sleep was both too short on the worst day and too long on all the others.</p>
<p>When you are about to write a sleep, ask what you are waiting for. If you can name it, wait for <em>that</em>. If you cannot name it, you have
found the actual bug, and no number of seconds will help.</p>

<h2 id="thanks">Thanks</h2>
<p>To the young man, whose name I did not catch, for the question. To Ingrid, who read a draft and removed two jokes. To the chair, who let me
finish the sentence.</p>

<div class="footnotes"><hr />
<ol>
<li id="fn:1"><p>There is a memory barrier hidden in this sentence. It lives in <code>rcu_assign_pointer()</code>, and leaving it out is a
different talk. <a href="#fnref:1" class="footnote-backref">↩</a></p></li>
<li id="fn:2"><p>Unless you write notes faster than grace periods can end, in which case you are filling memory with boats that nobody may sink
yet. The kernel notices and becomes less polite. <a href="#fnref:2" class="footnote-backref">↩</a></p></li>
</ol></div>`,
};
