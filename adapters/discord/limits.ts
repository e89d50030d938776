/** Discord's limits (Components / Reference; Interactions / Application Commands), and where we stop before them. */

/** Over all texts of one message. Discord counts code points; UTF-16 units are never fewer. */
export const MOST_TEXT_CHARS = 4000;
export const MOST_URL_CHARS = 2048;
/** Components / Reference, "Media Gallery Item Structure" and "Thumbnail": the description. */
export const MOST_ALT_CHARS = 1024;
/** A longer address leaves no room for what is said; it is then left out. */
export const MOST_LINK_CHARS = 1500;
export const MOST_CHOICES = 25;
export const MOST_CHOICE_CHARS = 100;
export const MOST_DESCRIPTION_CHARS = 100;
export const MOST_THREAD_NAME_CHARS = 100;
