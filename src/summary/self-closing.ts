/** Elements that have no end tag in HTML. */
const voidTags = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

/**
 * `<em/>` is an empty element in XHTML, and in HTML the start of one that nothing ends: all the rest of a post would be emphasised, or be a
 * heading. Feeds are written by programs that mean the former.
 */
export function closeElements(html: string): string {
  return html.replaceAll(/<([a-z][a-z\d]*)((?:\s[^<>]*)?)\/>/gi, (tag, name: string, attributes: string) => {
    // Without quotes a slash may belong to an address.
    const isEnd = attributes === "" || /["'\s]$/.test(attributes);
    return isEnd && !voidTags.has(name.toLowerCase()) ? `<${name}${attributes}></${name}>` : tag;
  });
}
