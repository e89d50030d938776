import { atomDocument, type DocumentEntry, rssDocument } from "./farm-document.ts";
import type { Random } from "./random.ts";

export interface FeedPlan {
  readonly path: string;
  /** A loopback address: feeds of one address share a host. */
  readonly address: string;
  readonly format: "rss" | "atom";
  /** Titles carry the author: "Ada Moss: …". */
  readonly planet: boolean;
  readonly validators: "etag and date" | "date only";
  /** Entries that stand in the feed before anybody reads it. */
  readonly initialEntries: number;
  /** Paths of the feeds whose entries it shows, too, as a planet does, under guids and titles of its own. */
  readonly copies?: readonly string[];
}

/** An entry as the checker needs it. */
export interface PublishedEntry {
  readonly feed: string;
  /** Place in the order of publishing, from 1. */
  readonly sequence: number;
  readonly url: string;
  readonly author: string;
  readonly words: readonly string[];
  /** A word that stands in it since it changed last, and stood in none before; "" while it never changed. */
  readonly revision: string;
  /** The entry of another feed that this is a copy of. */
  readonly original?: PublishedEntry;
}

interface StoredEntry extends PublishedEntry {
  revision: string;
  revisions: number;
  readonly firstTitle: string;
  readonly firstHtml: string;
  readonly guid: string;
  title: string;
  html: string;
  datedMs: number;
  /** The reader proved that it has recorded the entry; only then may the feed drop, change or re-date it. */
  confirmed: boolean;
}

export interface Version {
  readonly etag: string | null;
  readonly lastModified: string;
  readonly body: Buffer;
  readonly oldestFirst: boolean;
}

const authors = ["Ada Moss", "Bruno Keller", "Chidi Okafor", "Dagny Voss", "Emre Tan"] as const;
const joinerNames = ["Farid", "Gitte", "Hana", "Ivo", "Jun", "Kaja", "Leon", "Mara"] as const;
const words = ["zephyr", "quartz", "meadow", "lantern"] as const;

const maxOldEntriesShown = 10;
/** Most of the last few are not posted yet, or stand in digests. */
const lastRevised = 60;
/** No more than messages are edited (`src/relay/compose-edit.ts`). */
const mostRevisions = 5;
const firstDateMs = Date.UTC(2024, 0, 1);

/** An entry as a document has it. */
interface Shown {
  readonly entry: StoredEntry;
  readonly revision: string;
}

/** One feed that publishes in rising dates and keeps in its document whatever the reader has not yet proved to have. */
export class FarmFeed {
  readonly url: string;
  readonly plan: FeedPlan;
  readonly #random: Random;
  readonly #siteUrl: string;
  readonly #entries: StoredEntry[] = [];
  readonly #unconfirmed = new Set<StoredEntry>();
  readonly #entriesByValidator = new Map<string, readonly Shown[]>();
  #clockMs = firstDateMs;
  #versionNumber = 0;
  #joiners = 0;
  #version: Version;
  readonly #planets: FarmFeed[] = [];

  constructor(plan: FeedPlan, port: number, random: Random) {
    this.plan = plan;
    this.#random = random;
    this.#siteUrl = `http://${plan.address}:${port}`;
    this.url = `${this.#siteUrl}${plan.path}`;
    for (let count = 0; count < plan.initialEntries; count++) this.#append();
    this.#version = this.#rebuild();
  }

  get version(): Version {
    return this.#version;
  }

  get published(): readonly PublishedEntry[] {
    return this.#entries;
  }

  get confirmedCount(): number {
    return this.#entries.length - this.#unconfirmed.size;
  }

  /** Adds entries, newest last, and drops any number of old ones. */
  publish(count: number): readonly PublishedEntry[] {
    const added: StoredEntry[] = [];
    for (let index = 0; index < count; index++) added.push(this.#append());
    this.#version = this.#rebuild();
    return added;
  }

  /** From now on the planet copies what is published here. */
  copyTo(planet: FarmFeed): void {
    this.#planets.push(planet);
  }

  /** Somebody who never wrote here comes with a few posts, as when a planet adds a blog. */
  join(count: number): void {
    this.#joiners += 1;
    const author = `${joinerNames[this.#joiners % joinerNames.length] ?? ""} ${"Bis ".repeat(this.#joiners / joinerNames.length)}Newcomer`;
    for (let index = 0; index < count; index++) this.#append(author);
    this.#version = this.#rebuild();
  }

  /** Changes that announce nothing new: an old entry edited, re-dated as if it were new, dropped or brought back. */
  disturb(): void {
    const known = this.#entries.filter((entry) => entry.confirmed);
    if (known.length > 0) {
      const entry = this.#random.pick(known.slice(-maxOldEntriesShown));
      if (this.#random.chance(0.5)) entry.datedMs = this.#tick();
      else
        entry.html = `<div>${entry.html.replace(/<p>\d+ comments<.*/, "")}<p>${this.#random.integer(2, 99)} comments</p></div>`;
    }
    this.#version = this.#rebuild();
  }

  /** An entry says something else, in its title or its text, and stands in the document until the reader has proved to have that. */
  revise(): void {
    const some = this.#entries.slice(-lastRevised).filter((entry) => entry.revisions < mostRevisions);
    if (some.length > 0) this.#revise(this.#random.pick(some));
  }

  /** The same of the entry that was published last. */
  reviseNewest(): void {
    const entry = this.#entries.at(-1);
    if (entry !== undefined) this.#revise(entry);
  }

  #revise(entry: StoredEntry): void {
    entry.revisions += 1;
    entry.revision = `revised${entry.sequence}x${entry.revisions}`;
    if (this.#random.chance(0.3)) entry.title = `${entry.firstTitle} ${entry.revision}`;
    else entry.html = `<p>It is ${entry.revision} now.</p>${entry.firstHtml}`;
    this.#unconfirmed.add(entry);
    this.#version = this.#rebuild();
  }

  /**
   * A conditional request proves that the reader has recorded what the validator stands for, since validators are kept
   * last. That the answer was sent to its end proves less: the reader may have died with the bytes in its hands.
   */
  confirm(validator: string): void {
    for (const { entry, revision } of this.#entriesByValidator.get(validator) ?? []) {
      entry.confirmed = true;
      if (entry.revision === revision) this.#unconfirmed.delete(entry);
    }
  }

  #tick(): number {
    this.#clockMs += this.#random.integer(1, 600) * 1000;
    return this.#clockMs;
  }

  #append(author: string = this.#random.pick(authors)): StoredEntry {
    const sequence = this.#entries.length + 1;
    const word = this.#random.pick(words);
    const subject = this.#random.chance(0.1) ? `Weekly update on ${word}` : `The ${word} report, number ${sequence}`;
    const title = this.plan.planet ? `${author}: ${subject}` : subject;
    const html = `<p>Text ${sequence} about <em>nothing &amp; everything</em>, <a href="/more/${sequence}">with more</a>.</p>`;
    const entry: StoredEntry = {
      feed: this.url,
      sequence,
      author,
      words: [word],
      guid: `tag:farm.example,2024:${this.plan.path}/${sequence}`,
      url: `${this.#siteUrl}/posts${this.plan.path}/${sequence}`,
      title,
      firstTitle: title,
      html,
      firstHtml: html,
      revision: "",
      revisions: 0,
      datedMs: this.#tick(),
      confirmed: false,
    };
    this.#add(entry);
    for (const planet of this.#planets) planet.#copy(entry);
    return entry;
  }

  #copy(original: StoredEntry): void {
    const sequence = this.#entries.length + 1;
    const title = `${original.author}: ${original.title}`;
    this.#add({
      ...original,
      feed: this.url,
      sequence,
      guid: `tag:farm.example,2024:${this.plan.path}/${sequence}`,
      title,
      firstTitle: title,
      revision: "",
      revisions: 0,
      datedMs: this.#tick(),
      confirmed: false,
      original,
    });
    this.#version = this.#rebuild();
  }

  #add(entry: StoredEntry): void {
    this.#entries.push(entry);
    this.#unconfirmed.add(entry);
  }

  #shown(): StoredEntry[] {
    const known = this.#entries.filter((entry) => entry.confirmed);
    const shown = new Set(
      known.slice(known.length - this.#random.integer(0, Math.min(maxOldEntriesShown, known.length))),
    );
    if (known.length > 0 && this.#random.chance(0.1)) shown.add(this.#random.pick(known));
    for (const entry of this.#unconfirmed) shown.add(entry);
    return [...shown].sort((a, b) => a.sequence - b.sequence);
  }

  #rebuild(): Version {
    this.#versionNumber += 1;
    const entries = this.#shown();
    const oldestFirst = this.#random.chance(0.2);
    const inOrder: readonly DocumentEntry[] = oldestFirst
      ? entries
      : this.#random.chance(0.1)
        ? this.#random.shuffled(entries)
        : entries.toReversed();
    const head = {
      title: `Farm feed ${this.plan.path.slice(1)}`,
      feedUrl: this.url,
      siteUrl: `${this.#siteUrl}/site${this.plan.path}`,
    };
    const text = this.plan.format === "rss" ? rssDocument(head, inOrder) : atomDocument(head, inOrder);
    const etag = this.plan.validators === "date only" ? null : `"${this.#versionNumber}${this.plan.path}"`;
    // One second per version: HTTP dates (RFC 9110 section 5.6.7) are no finer.
    const lastModified = new Date(firstDateMs + this.#versionNumber * 1000).toUTCString();
    this.#entriesByValidator.set(
      etag ?? lastModified,
      entries.map((entry) => ({ entry, revision: entry.revision })),
    );
    return { etag, lastModified, body: Buffer.from(text), oldestFirst };
  }
}
