import { expect, test } from "vitest";
import { FrameSplitter } from "./resp.ts";
import { encodeCommand } from "./resp-client.ts";
import { keyPattern, ScriptNames, signatureOf } from "./signature.ts";

const stream = [
  "+OK\r\n",
  ":42\r\n",
  "-ERR no\r\n",
  "$5\r\nhe\r\no\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
  "%1\r\n+key\r\n~2\r\n+a\r\n+b\r\n",
  ">2\r\n+message\r\n=7\r\ntxt:abc\r\n",
  "_\r\n",
  "|1\r\n+ttl\r\n:3\r\n+after an attribute\r\n",
];

test("a stream is split into the same whole values however it is cut", () => {
  const whole = Buffer.from(stream.join(""));
  for (const size of [1, 2, 7, whole.length]) {
    const splitter = new FrameSplitter();
    const frames: string[] = [];
    for (let start = 0; start < whole.length; start += size) {
      frames.push(...splitter.push(whole.subarray(start, start + size)).map((frame) => frame.bytes.toString()));
    }
    expect(frames).toEqual(stream);
  }
});

test("arguments with line ends and non-ASCII text survive", () => {
  const [frame] = new FrameSplitter().push(Buffer.from(encodeCommand(["SET", "k", "ä\r\nö"])));
  expect(frame?.value.items.map((item) => item.text.toString())).toEqual(["SET", "k", "ä\r\nö"]);
});

test("keys keep their words and lose what differs from entry to entry", () => {
  const patterns = [
    "pw:{console:c12}:outbox",
    "bull:deliver:1732",
    "pw:{f8aZ03kQ9}:seen",
    "pw:delivery:Xk29-aQ_77bbcc81",
  ].map(keyPattern);
  expect(patterns).toEqual(["pw:{console:c#}:outbox", "bull:deliver:#", "pw:{*}:seen", "pw:delivery:*"]);
});

test("a script has one signature, called by its text or by its hash", () => {
  const names = new ScriptNames();
  const signature = (...args: string[]): string =>
    signatureOf(
      args.map((arg) => Buffer.from(arg)),
      names,
    );
  const byText = signature("EVAL", "-- Marks entries\nreturn 1", "1", "pw:{f1}:seen", "x");
  expect(byText).toBe("EVAL 8b175a7b pw:{f#}:seen");
  expect(signature("evalsha", "8b175a7b", "1", "pw:{f2}:seen", "y")).toBe(byText);
  expect(names.describe(byText)).toBe("script 8b175a7b “Marks entries” on pw:{f#}:seen");
});

test("a command is known by its name and its first key", () => {
  const names = new ScriptNames();
  const signature = (...args: string[]): string =>
    signatureOf(
      args.map((arg) => Buffer.from(arg)),
      names,
    );
  expect(signature("bzpopmin", "bull:poll:marker", "5")).toBe("BZPOPMIN bull:poll:marker");
  expect(signature("client", "setname", "abc")).toBe("CLIENT SETNAME");
  expect(signature("HELLO", "3")).toBe("HELLO");
});
