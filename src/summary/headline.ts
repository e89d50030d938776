/** Platforms cut titles where they like, and shorter in a digest than in a post. */
const SAME_CHARS = 80;

/** By what an entry is known again in a channel: its link as it is shown there; where it has none its title as it is shown. Pure. */
export function headline(link: string | null, title: string): string {
  if (link !== null && link !== "") return `link ${link}`;
  return `title ${Array.from(title.replace(/^🔒 /u, "").trim()).slice(0, SAME_CHARS).join("")}`;
}
