import type { Member } from "./member.ts";

export const abena: Member = {
  name: "Abena Mensah",
  handle: "abena",
  blog: "Packets Across the Lagoon",
  trappings: [],
  posts: [
    {
      slug: "mtu-a-love-story",
      title: "MTU: a love story in 1,492 bytes",
      html: `
<p>She could reach every site on the internet except her bank, the library, and, on some days, this blog. Small pages loaded. Large pages began to
load. I knew before she had finished the sentence, and I asked the question that one asks: “Is there a PPPoE line somewhere?”</p>
<p>There is always a PPPoE line somewhere. It takes eight bytes from every packet. A router in the middle says so, politely, in an ICMP
message, and a firewall in front of the bank throws that message away because somebody once read that ICMP is dangerous. So the bank sends
1,500 bytes again, and again, and waits for an answer that cannot come.</p>
<pre><code>ping -M do -s 1464 bank.example   # 1464 + 28 = 1492: fine
ping -M do -s 1465 bank.example   # silence, the sad kind</code></pre>
<p>Clamp the MSS on the line, write to the bank, do not expect an answer from the second one.</p>`,
    },
    {
      slug: "bgp-at-home-part-two",
      title: "BGP at home: part two: the quiet session",
      html: `
<p>In part one we announced a /48 from a cupboard. In part two nothing happens, which is the aim.</p>
<h3>Filters first</h3>
<p>A session without filters is an open window above a busy street. Outbound: exactly one prefix, mine, by name. Inbound: refuse my own prefix coming back,
refuse anything longer than a /48, refuse private space, and set a ceiling on the number of routes, because one day a neighbour will send
everything.</p>
<pre><code>filter from_upstream {
  if net = 2001:db8:40::/48 then reject;
  if net.len &gt; 48 then reject;
  if net ~ [ fc00::/7+, fe80::/10+ ] then reject;
  accept;
}</code></pre>
<h3>Then timers</h3>
<p>I run BFD at 300 ms × 3 on the radio link. A boat passes, the link drops, one second later the traffic goes around by the old copper, and
the video call of the person at the window does not even blur. That is the part that I show to visitors. They look at the boat.</p>`,
    },
    {
      slug: "ipv6-only-for-a-month",
      title: "IPv6-only for a month",
      html: `
<p>I switched IPv4 off at home for the whole of October. A diary, shortened:</p>
<dl>
<dt>Day 1</dt><dd>Everything works. I am smug.</dd>
<dt>Day 2</dt><dd>The printer does not. I am less smug.</dd>
<dt>Day 5</dt><dd>NAT64 and DNS64 set up. The code forge works again. It is the last large one without an AAAA record, and we all know which one.</dd>
<dt>Day 11</dt><dd>A game has an IPv4 address written into it. My nephew learns a new word.</dd>
<dt>Day 19</dt><dd>I notice that I have not thought about it for a week.</dd>
<dt>Day 31</dt><dd>I switch IPv4 on again. Nothing gets better. I leave it on for the printer.</dd>
</dl>`,
    },
    {
      slug: "how-to-lose-two-percent",
      title: "How to lose 2 % and never notice",
      html: `
<p>A loss of two packets in a hundred is invisible to a browser and ruinous to a copy across the ocean. The old rule of thumb (throughput falls with
the round trip and with the square root of the loss) put into numbers for one stream:</p>
<table>
<tr><th>round trip</th><th>no loss</th><th>0.01 %</th><th>2 %</th></tr>
<tr><td>5 ms</td><td>940 Mbit/s</td><td>234 Mbit/s</td><td>17 Mbit/s</td></tr>
<tr><td>150 ms</td><td>940 Mbit/s</td><td>7.8 Mbit/s</td><td>0.6 Mbit/s</td></tr>
</table>
<p>The cable was under a door. It has been under that door since the building opened.</p>`,
    },
    {
      slug: "moved",
      title: "Moved to https://lagoon.example/",
      html: `<p>Same packets, shorter address. The old one will redirect for as long as I remember to pay for it.</p>`,
    },
  ],
};
