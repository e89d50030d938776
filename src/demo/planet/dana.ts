import type { Member } from "./member.ts";

export const dana: Member = {
  name: "Dana Whitlock (blogspot)",
  handle: "dana",
  blog: "Triangles at Low Tide",
  trappings: ["pixel"],
  posts: [
    {
      slug: "first-triangle",
      title: "First triangle on the new tile engine",
      html: `
<div dir="ltr" style="text-align: left;" trbidi="on">
<div class="separator" style="clear: both; text-align: center;"><a href="/img/triangle.svg"><img alt="A slightly green triangle on a very black screen"
border="0" height="240" src="/img/triangle.svg" width="320" /></a></div>
It is a triangle. It is the wrong colour. It took nine weeks.<br />
<br />
The hardware reads its command list backwards, which the manual calls “an optimisation” and the previous engineer’s comment calls something
I will not repeat. Once you accept that the last draw comes first, everything else in chapter 4 starts to make sense, including the
paragraph that I had assumed was a translation error.<br />
<br />
Next: two triangles, and if the weather holds, a texture.</div>`,
    },
    {
      slug: "shader-cache",
      title: "Shader cache: 11 seconds to 0.9",
      html: `
<div dir="ltr">The compositor used to compile 214 shaders at login. Users experienced this as “the logo”. Now it compiles them once, and
after that it compiles none.<br /><br />
The key of a cached shader is the hash of its source, the driver build id and the exact chip revision. Leaving out the last one works
on every machine in my flat and on no machine anywhere else, as I learned from eleven very kind bug reports.<br /><br />
<b>If you see a corrupted cursor</b>, delete the folder <code>~/.cache/tide-shaders</code> and write to me with the old contents, please. I collect them.</div>`,
    },
    {
      slug: "conformance",
      title: "Conformance: 99.98 %",
      html: `
<div dir="ltr">Of 118,402 tests, 24 fail. I know their names. I dream of them. Seventeen are about the rounding of a single bit in the
derivative of a derivative, six are about line stippling (does anybody stipple?), and one is a test that checks whether the driver
can be unloaded while a frame is in flight.<br /><br />It cannot. Neither can a plane.</div>`,
    },
    {
      slug: "brightness-keys",
      title: "I broke your brightness keys, sorry",
      html: `
<div dir="ltr">If you updated on Tuesday and your laptop is now either off or a lighthouse: that was me. The backlight has 256 steps on
one family of panels and 1024 on another, and I “simplified” the code that knew the difference.<br />
<br />
Fixed in <code>tide-gpu 0.41.2</code>. Until it reaches you:<br />
<pre>echo 120 | sudo tee /sys/class/backlight/tide0/brightness</pre>
Thank you to the person who reported it from under a blanket.</div>`,
    },
    {
      slug: "reading-a-hang",
      title: "How to read a GPU hang without crying",
      html: `
<div dir="ltr">People send me a photograph of a frozen screen and ask what happened. Here is what I look at, in this order:<br />
<ol>
<li><b>The ring pointers.</b> If head and tail are equal the GPU is not stuck, it is bored, and the bug is in the scheduler.</li>
<li><b>The fence number.</b> One behind: the last job hangs. Many behind: somebody forgot to flush.</li>
<li><b>The address of the fault.</b> Zero is a missing binding. <code>0xdeadbeef</code> is me, saying hello from 2019.</li>
<li><b>The temperature.</b> Honestly. Twice a year it is the dust.</li>
</ol>
Everything else is archaeology, and I charge for it in biscuits.
<div class="separator"><img alt="A fan, entirely grey with dust" src="/img/fan.svg" width="480" /></div></div>`,
    },
  ],
};
