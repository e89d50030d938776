const maxUrlChars = 2_000;

/** The absolute URL that a link means, at most 2,000 characters; "" when it is none that a browser would open as a page. */
export function absoluteUrl(written: string, base: string): string {
  const href = written.trim().replace(/[\t\n\r]+/g, "");
  if (href === "" || href.length > maxUrlChars) return "";
  const isAbsolute = /^https?:\/\/[^\s/]/i.test(href);
  if (isAbsolute && !href.includes(" ")) return URL.canParse(href) ? href : "";
  const url = parseUrl(/^www\.[^\s/]+\.\w/i.test(href) ? `http://${href}` : href, base);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? url.href : "";
}

/** The base that an `xml:base` attribute sets; one that is absent or unusable leaves the outer one. */
export function innerBase(written: string, outer: string): string {
  return written.trim() === "" ? outer : absoluteUrl(written, outer) || outer;
}

/** Makes the `href` and `src` of HTML absolute. */
export function absoluteLinks(html: string, base: string): string {
  return html.replace(linkAttribute, (whole, start: string, quote: string, written: string) => {
    if (written === "" || /^(?:[a-z][a-z\d+.-]*:|#|&#)/i.test(written.trim())) return whole;
    const url = absoluteUrl(written.replaceAll("&amp;", "&"), base);
    return url === "" ? whole : `${start}${quote}${url.replaceAll("&", "&amp;").replaceAll(quote, "%27")}${quote}`;
  });
}

/** Bounded, so that unclosed quotes cost nothing. */
const linkAttribute = /(\s(?:href|src|poster)\s{0,8}=\s{0,8})(["'])([^"'<>]{0,2000})\2/gi;

function parseUrl(href: string, base: string): URL | null {
  try {
    return URL.canParse(base) ? new URL(href, base) : new URL(href);
  } catch {
    return null;
  }
}
