/** Lines that blog software adds to every post; compared with the whole text of a short block. */
const lines = [
  /^the (?:post|article|entry) .{1,300} (?:appeared first|first appeared) on /i,
  /^.{1,200} (?:was |is )?originally (?:published|posted|appeared) (?:at|on|in|by) [^.]{1,120}\.?$/i,
  /^(?:originally|first) (?:published|posted) (?:at|on|in|by) [^.]{1,120}\.?$/i,
  /^\W*(?:share this|share on|share|tweet this|tweet|like this|pin it|print|email this|related|related posts?|advertisements?|sponsored)\W*(?:like )?(?:loading\W*)?$/i,
  /\blicen[sc]ed under (?:a |the )?(?:creative commons|cc[ -]by)\b|\bcreative commons .{0,80}\blicen[sc]e\b/i,
  /^(?:copyright )?(?:©|\(c\)|&copy;) ?\d{4}\b/i,
  /^(?:(?:tags|tagged|categories|labels|topics) ?:|filed under\b|posted in\b|submitted by\s+\/?u\/)/i,
];

/** What stands alone in a link or a line of its own and leads elsewhere. */
const leads = [
  /^\W*(?:leave a |add a |post a |view |read |see |\d+ |no )?(?:comments?|replies|responses?|trackbacks?)(?: \(\d+\))?(?: on hacker news| so far)?\W*$/i,
  /^\W*(?:read|see) (?:more|on|the rest|(?:the )?full (?:post|article|story))(?: of this (?:entry|post))?(?: (?:on|at) .{1,80})?\W*$/i,
  /^\W*continue reading\b.{0,160}$/i,
  /^\W*(?:more|permalink|link)\W*$/i,
];

export const maxBoilerplateChars = 400;

/** @param text of a whole block, white space folded. */
export function isBoilerplateLine(text: string): boolean {
  return text.length <= maxBoilerplateChars && [...lines, ...leads].some((rule) => rule.test(text));
}

/** @param text of a link, white space folded. */
export function isBoilerplateLink(text: string): boolean {
  return text.length <= maxBoilerplateChars && leads.some((rule) => rule.test(text));
}

/** Classes that blog software and its plug-ins give to rows of buttons, related posts, footnotes and the like. */
export const boilerplateClass = new RegExp(
  `^(?:${[
    "sharedaddy|sd-.*|share-?(?:buttons?|links?|this|post|row)|post-share|social-?(?:share|links|icons|buttons|media)",
    "addtoany.*|a2a_.*|addthis.*|feedflare|jp-relatedposts|related-?posts?|yarpp.*|footnotes?|references|mc4wp.*",
    "newsletter.*|subscription-widget.*|subscribe-?(?:widget|form)|comments?-?(?:link|count|area)|post-?(?:meta|tags|footer)",
    "entry-?(?:meta|footer)|wp-block-(?:buttons?|social-links)|screen-reader-text|sr-only|image-caption|wp-caption-text|button-wrapper",
  ].join("|")})$`,
);
