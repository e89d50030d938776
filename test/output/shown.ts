/** A link as a person sees it. */
export interface ShownLink {
  readonly label: string;
  readonly url: string;
}

/** What people see of one message, whatever its platform. */
export interface Shown {
  /** Everything, from top to bottom. */
  readonly text: string;
  /** The words of the entry itself alone, without title, names and dates; "" where none are shown. */
  readonly excerpt: string;
  /** In the excerpt and everywhere. */
  readonly links: readonly ShownLink[];
  /** Whatever is drawn as, or notifies like, a mention. */
  readonly mentions: readonly string[];
  /** Spans and blocks of code. */
  readonly codes: readonly string[];
  readonly images: readonly string[];
  /** What breaks a rule of the platform's documents. */
  readonly problems: readonly string[];
}

/** Reads what an adapter's `render` gave. */
export type Reader = (rendered: string) => Shown;

/** Parts of a message as they are met, put together by a reader. */
export class Sight {
  readonly links: ShownLink[] = [];
  readonly mentions: string[] = [];
  readonly codes: string[] = [];
  readonly images: string[] = [];
  readonly problems: string[] = [];

  shown(text: string, excerpt: string): Shown {
    const { links, mentions, codes, images, problems } = this;
    return { text, excerpt, links, mentions, codes, images, problems };
  }
}
