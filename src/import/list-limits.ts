/** Of a list of feeds, in whatever form: what readers write for 5,000 feeds is about half of it. */
export const MOST_LIST_BYTES = 2 * 1024 * 1024;
/** Of a list; what lies beyond is not read, and that is said. */
export const MOST_FEEDS = 5000;
/** Of one address; longer ones are none. */
export const MOST_ADDRESS_CHARS = 2000;
/** Of one tag with everything in it. The longest there are hold the rules of a follow. */
export const MOST_TAG_CHARS = 64 * 1024;
export const MOST_TITLE_CHARS = 200;
/** The attribute in which Planetwire keeps what a channel has decided about a feed. */
export const SETTINGS_ATTRIBUTE = "planetwire:settings";
