import { isUtf8 } from "node:buffer";
import { windows1252Upper } from "./entities.ts";

const prologBytes = 1_024;

/**
 * Bytes to text: byte order mark or the pattern of UTF-16, then UTF-8 where the bytes are valid UTF-8 (whatever anyone
 * declares), then the charset of the Content-Type header, then that of the XML prolog, then windows-1252.
 */
export function decodeDocument(bytes: Buffer, contentType: string): string {
  const wide = wideCharset(bytes);
  if (wide === "utf-32le" || wide === "utf-32be") return decodeUtf32(bytes, wide);
  if (wide !== null) return decodeAs(bytes, wide) ?? bytes.toString("latin1");
  const declared = [charsetOf(contentType), charsetOf(bytes.subarray(0, prologBytes).toString("latin1"))];
  if (isUtf8Text(bytes) && !declared.includes("iso-2022-jp")) return new TextDecoder().decode(bytes);
  for (const charset of declared) {
    const text = charset === "" || isMistaken(charset, bytes) ? null : decodeAs(bytes, charset);
    if (text !== null) return text;
  }
  return decodeWindows1252(bytes);
}

/** From so many characters beyond ASCII on, and with so few broken ones among them, it is UTF-8 with an accident in it. */
const tellingCount = 20;
const accidentShare = 0.02;

/** Also when a body was cut inside its last character, or a single-byte text was pasted into it: no other charset looks like it. */
function isUtf8Text(bytes: Buffer): boolean {
  if (isUtf8(bytes) || [1, 2, 3].some((missing) => isUtf8(bytes.subarray(0, -missing)))) return true;
  const { goodCount, badCount } = countUtf8(bytes);
  return goodCount >= tellingCount && badCount <= goodCount * accidentShare;
}

/** UTF-16 and UTF-32 by byte order mark, or by the zero bytes beside the first `<`. */
function wideCharset(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 4).toString("hex");
  if (start === "fffe0000" || start === "3c000000") return "utf-32le";
  if (start === "0000feff" || start === "0000003c") return "utf-32be";
  if (start.startsWith("fffe") || /^3c00(?!00)/.test(start)) return "utf-16le";
  return start.startsWith("feff") || start.startsWith("003c00") ? "utf-16be" : null;
}

function charsetOf(declaration: string): string {
  return /(?:charset|encoding)\s*=\s*["']?([\w:.-]{2,40})/i.exec(declaration)?.[1]?.toLowerCase() ?? "";
}

/** A declared UTF-16 without its zero bytes did not survive a conversion; UTF-8 is believed only where it mostly is. */
function isMistaken(charset: string, bytes: Buffer): boolean {
  if (charset.startsWith("utf-16") || charset.startsWith("utf-32")) return true;
  return /^utf-?8$/.test(charset) && !isMostlyUtf8(bytes);
}

function isMostlyUtf8(bytes: Buffer): boolean {
  const { goodCount, badCount } = countUtf8(bytes);
  return goodCount > 3 * badCount;
}

/** Characters beyond ASCII in what is read as UTF-8. */
function countUtf8(bytes: Buffer): { readonly goodCount: number; readonly badCount: number } {
  const beyond = new TextDecoder().decode(bytes).match(/[\u0080-\u{10ffff}]/gu) ?? [];
  const badCount = beyond.filter((character) => character === "\ufffd").length;
  return { goodCount: beyond.length - badCount, badCount };
}

/** Which TextDecoder does not know. What is no character becomes U+FFFD. */
function decodeUtf32(bytes: Buffer, charset: "utf-32le" | "utf-32be"): string {
  const whole = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 4)));
  if (charset === "utf-32be") whole.swap32();
  const pieces: string[] = [];
  for (let at = 0; at < whole.length; at += 4) {
    const codePoint = whole.readUInt32LE(at);
    const isCharacter = codePoint < 0xd800 || (codePoint > 0xdfff && codePoint <= 0x10_ffff);
    pieces.push(isCharacter ? String.fromCodePoint(codePoint) : "\ufffd");
  }
  return pieces.join("");
}

/** Null when no decoder knows the label. Windows-1252 and its aliases are read here: Node 20 maps 0x80 to 0x9F to controls. */
function decodeAs(bytes: Buffer, charset: string): string | null {
  try {
    const decoder = new TextDecoder(charset);
    return decoder.encoding === "windows-1252" ? decodeWindows1252(bytes) : decoder.decode(bytes);
  } catch {
    return null;
  }
}

function decodeWindows1252(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  return text.replace(/[\u0080-\u009f]/g, (control) => windows1252Upper.charAt(control.charCodeAt(0) - 0x80));
}
