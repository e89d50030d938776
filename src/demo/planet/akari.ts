import type { Member } from "./member.ts";

export const akari: Member = {
  name: "林 あかり",
  handle: "akari",
  blog: "文字の港",
  trappings: ["licence"],
  posts: [
    {
      slug: "input-method-rewrite",
      title: "入力メソッドを一から書き直した話",
      html: `
<p>三年前、Harbour の入力メソッドは 40 万行の C++ で、誰も全体を読んだことがありませんでした。先週の金曜日、最後の一行を消しました。
新しい実装は 9 千行です。</p>
<p>減らせた理由は三つあります。</p>
<ol>
<li>変換候補の計算を別プロセスに移し、入力欄を止めないようにした。</li>
<li>辞書を <code>mmap</code> で読むだけの形式に変えた。起動は 1.2 秒から 30 ミリ秒になった。</li>
<li>使われていない設定を 61 個消した。苦情は一件だけで、しかも「ありがとう」と書いてあった。</li>
</ol>
<p>難しかったのはコードではなく、指が覚えている癖です。変換の順番を一つ変えるだけで、十年使っている人の手が止まります。
だから候補の順番だけは、古い実装とまったく同じにしました。テストは二万件。全部、実際の手紙から作りました。</p>`,
    },
    {
      slug: "wide-characters",
      title: "Wide characters are a lie your terminal tells you",
      html: `
<p>Ask three programs how many columns the word 港 needs and you get two answers. The third program asks the other two.</p>
<p>There is a table in the Unicode standard, and there is a column in that table called <em>Ambiguous</em>, and in that column live the Greek
alphabet, most of Cyrillic and a good part of the box-drawing characters. “Ambiguous” means: two columns if you grew up with a Japanese
font, one if you did not. Your terminal picks one when it starts. Your editor picks one when <em>it</em> starts. Then they draw on the same
grid.</p>
<p>What finally worked for us was to stop guessing:</p>
<pre><code>printf '\\r港\\033[6n'   # print, then ask: where is the cursor now?</code></pre>
<p>The answer is the truth, because it is the terminal that will be wrong.</p>`,
    },
    {
      slug: "font-fallback",
      title: "フォントのフォールバックを測る",
      html: `
<p>一つの段落に何種類のフォントが必要か、メーリングリスト一年分で数えてみました。</p>
<table>
<thead><tr><th>必要なフォント数</th><th>段落の割合</th></tr></thead>
<tbody><tr><td>1</td><td>71.4 %</td></tr><tr><td>2</td><td>25.0 %</td></tr><tr><td>3</td><td>3.1 %</td></tr><tr><td>4 以上</td><td>0.5 %</td></tr></tbody>
</table>
<p>最大は 9 種類でした。署名にルーン文字を使う人がいます。どうかそのままでいてください。</p>`,
    },
    {
      slug: "zwj-cursor",
      title: "Emoji, ZWJ, and the cursor that went home",
      html: `
<p>👩‍🚀 is one astronaut, two emoji, three code points, eleven bytes of UTF-8, and in our editor it was four presses of the left arrow key, after
the second of which the cursor jumped to the start of the file.</p>
<p>The cause was a small function with the honest name <code>previous_char</code>. It stepped back over one code point, found a zero-width joiner,
decided that nothing of zero width can be a place to stop, and stepped back again, and again, all the way home.</p>
<p>Grapheme clusters, please. The rules fit on two pages and somebody has already written them for your language.</p>`,
    },
    {
      slug: "festival-lights",
      title: "港まつりの点灯プログラム",
      html: `
<p>今年の港まつりでは、桟橋の電球 512 個を Harbour で動かしました。雨で三個だけ消えました。ソフトウェアのせいではない、と言いたいところですが、一個は私のせいです。</p>
<p><img src="/img/lights.svg" alt="夜の桟橋に並ぶ電球" width="640" height="360"></p>`,
    },
  ],
};
