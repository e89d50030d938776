/** Letters that NFKD leaves whole though people type them with plain ones. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ["ø", "o"],
  ["ł", "l"],
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["đ", "d"],
  ["ð", "d"],
  ["ı", "i"],
  ["þ", "th"],
]);
const ascii = /^[\0-\x7f]*$/;
const unfoldable = new RegExp(`[${[...plainLetters.keys()].join("")}]`, "gu");
/** Of one name or of many in a row: papers have dozens of authors, and each is to be found. */
const maxNameChars = 1_000;

/**
 * The words of a name as they are compared: lower case, accents of Latin, Greek and Cyrillic dropped (vowel signs of other
 * scripts kept), apostrophes dropped, every other mark or space a border. A name of marks only is one token.
 */
export function nameTokens(name: string): readonly string[] {
  const written = name.slice(0, maxNameChars);
  // Most names are ASCII, where folding is less work.
  const plain = ascii.test(written)
    ? written
        .toLowerCase()
        .replace(/['`]/g, "")
        .match(/[a-z\d]+/g)
    : null;
  if (plain !== null) return plain;
  const folded = foldLetters(written);
  const tokens = folded.match(/[\p{L}\p{N}\p{M}]+/gu);
  if (tokens !== null) return tokens;
  const marks = folded.replace(/\s+/gu, "");
  return marks === "" ? [] : [marks];
}

/** Text as names and words are compared: see `nameTokens`. */
export function foldLetters(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f'’‘ʼ`´]/gu, "")
    .replace(unfoldable, (letter) => plainLetters.get(letter) ?? letter);
}

/** The key under which all spellings of a name meet; "" for an empty name. */
export function foldName(name: string): string {
  return nameTokens(name).join("");
}

/** True when the query is some consecutive whole words of the name: "mckenney" finds "Paul E. Mc Kenney", "ann" not "Joanna". */
export function nameMatches(query: string, name: string): boolean {
  const wanted = foldName(query);
  if (wanted === "") return false;
  const tokens = nameTokens(name);
  return tokens.some((_, start) => startsAt(tokens, start, wanted));
}

function startsAt(tokens: readonly string[], start: number, wanted: string): boolean {
  let joined = "";
  for (let at = start; at < tokens.length && joined.length < wanted.length; at += 1) joined += tokens[at];
  return joined === wanted;
}

/** Several authors as one line, each once; as many as fit in the length of a name. */
export function joinPeople(names: readonly string[]): string {
  const seen = new Set<string>();
  let line = "";
  for (const name of names) {
    if (seen.has(foldName(name))) continue;
    seen.add(foldName(name));
    const longer = line === "" ? name : `${line}, ${name}`;
    if (longer.length <= maxNameChars) line = longer;
  }
  return line;
}

/** Behind a comma these belong to the name before it: "PhD" is written "Ph.D.", too. */
const degree = /^(?:ph|m) d$/;

/**
 * The people in a line of authors. Commas divide it only where a full name stands on both sides of each: "Lovelace, Ada" and
 * "Acme, Inc." are one.
 */
export function peopleIn(line: string): readonly string[] {
  const parts = line.split(/, (?:and )?|; /).map((part) => part.trim());
  const isList = parts.every((part) => nameTokens(part).length > 1 && !degree.test(nameTokens(part).join(" ")));
  return isList ? parts : [line].filter((name) => name !== "");
}

/** Where a person writes, as planets note it behind a name, in the words of hosts and of "my old weblog". */
const hostNote =
  /^(?:(?:my|old|new|personal|work|the|en|english) )*(?:blogspot|blogger|wordpress|wp|livejournal|lj|dreamwidth|medium|tumblr|github|gitlab|substack|typepad|advogato|mastodon|twitter|hashnode|posterous|blog|weblog|website|site|rss|atom|feed|[\w-]+(?:\.[\w-]+)+)(?: (?:blog|weblog|feed))?$/i;
const nobody = /^(?:unknown|author unknown|\(author unknown\)|no-?reply(?:@.*)?|undefined|null|none|n\/a)$/i;

/**
 * The person in what feeds write into author fields: "a@b.example (Ada)", "Ada <a@b.example>", "Ada (blogspot)" are all "Ada".
 * An address alone stays as it is; what names nobody ("unknown", "noreply@…") is "".
 */
export function cleanAuthor(written: string): string {
  const line = written.slice(0, maxNameChars).replace(/\s+/g, " ").trim();
  const person = withoutHostNote(withoutAddress(line))
    .replace(/^["“](.*)["”]$/, "$1")
    .trim();
  return nobody.test(person) ? "" : person;
}

function withoutAddress(line: string): string {
  const inParentheses = /^[^\s@()]+@[^\s@()]+ ?\((.+)\)$/.exec(line)?.[1];
  if (inParentheses !== undefined) return inParentheses.trim();
  const withAngles = /^(.+?) ?(?:<|\()(?:mailto:)?[^\s@<>]+@[^\s@<>]+(?:>|\))$/.exec(line)?.[1];
  return withAngles ?? line.replace(/^<([^<>]+)>$/, "$1").replace(/^mailto:/i, "");
}

function withoutHostNote(name: string): string {
  const open = name.lastIndexOf("(");
  if (open < 1 || !name.endsWith(")")) return name;
  return hostNote.test(name.slice(open + 1, -1).trim()) ? name.slice(0, open).trim() : name;
}
