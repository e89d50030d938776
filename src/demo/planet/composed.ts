import { closings, findings, gardenRemarks, nightlyRemarks, packages, quayNotes, readers, replies } from "./stock.ts";
import type { Member, SamplePost } from "./member.ts";
import { lucia } from "./lucia.ts";
import { marek } from "./marek.ts";
import { releaseTeam } from "./release-team.ts";
import { escapeXml } from "./trappings.ts";

export interface AuthoredPost {
  readonly member: Member;
  readonly post: SamplePost;
}

/** The same number and salt give the same fraction of one, so that a demo can be told again. */
function fraction(n: number, salt: number): number {
  let bits = Math.imul(n + 1, 0x9e37_79b1) ^ Math.imul(salt + 1, 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b_3c6d);
  return ((bits ^ (bits >>> 13)) >>> 0) / 2 ** 32;
}

function between(low: number, high: number, n: number, salt: number): number {
  return Math.round(low + fraction(n, salt) * (high - low));
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}

function linkTo({ member, post }: AuthoredPost): string {
  return `<a href="/${member.handle}/${post.slug}/">${escapeXml(post.title)}</a>`;
}

function nightly(n: number): AuthoredPost {
  const failed = Array.from({ length: between(0, 4, n, 1) }, (_, k) => pick(packages, between(0, 99, n, 10 + k)));
  const failures = [...new Set(failed)];
  const rows = failures.map(
    (name, k) => `<tr><td>${name}</td><td>${pick(findings, between(0, 99, n, 20 + k))}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? "<p>Nothing failed.</p>"
      : `<table><tr><th>package</th><th>what the log says</th></tr>${rows.join("\n")}</table>`;
  const count = failures.length === 0 ? "all green" : `${failures.length} of 12,014 red`;
  const html = `<p>Built in ${between(171, 236, n, 2)} minutes on ${between(5, 8, n, 3)} hosts; ${between(20, 340, n, 4)} packages changed since the night before.</p>
${table}
<p>${pick(nightlyRemarks, n)}</p>`;
  return {
    member: releaseTeam,
    post: { slug: `nightly-${4100 + n}`, title: `Nightly build ${4100 + n}: ${count}`, html },
  };
}

function gardenLog(n: number): AuthoredPost {
  const day = 812 + n;
  const html = `<ul>
<li>Rack, top shelf: ${between(19, 27, n, 1)} °C. Shed: ${between(-4, 16, n, 2)} °C.</li>
<li>Power: ${between(118, 164, n, 3)} W. Oldest uptime: ${day - between(1, 40, n, 4)} days.</li>
<li>Fullest disk: ${between(61, 88, n, 5)} %. Log lines composted: ${between(210, 990, n, 6)},000.</li>
</ul>
<p>${pick(gardenRemarks, n)}</p>`;
  return {
    member: marek,
    post: { slug: `garden-log-${day}`, title: `Garden log, day ${day}`, html },
  };
}

function fromTheQuay(n: number, archive: readonly AuthoredPost[]): AuthoredPost {
  const seen = [3, 17, 31].map((step, k) => {
    const found = pick(archive, n * 7 + step);
    return `<li>${escapeXml(found.member.name)}, ${linkTo(found)}: ${pick(quayNotes, n * 3 + k)}</li>`;
  });
  const html = `<p>What I read this week, with my feet on a bollard:</p>\n<ul>\n${seen.join("\n")}\n</ul>\n<p>${pick(closings, n)}</p>`;
  return {
    member: lucia,
    post: { slug: `from-the-quay-${n + 1}`, title: `Seen from the quay, no. ${n + 1}`, html },
  };
}

function letter(n: number, archive: readonly AuthoredPost[]): AuthoredPost {
  const about = pick(archive, n * 7 + 5);
  const html = `<p>${pick(readers, n * 5)} about ${linkTo(about)}:</p>
<blockquote><p>${pick(replies, n).question}</p></blockquote>
<p>${pick(replies, n).answer}</p>
<p>${pick(closings, n * 3 + 1)}</p>`;
  return {
    member: about.member,
    post: {
      slug: `letter-${n + 1}`,
      title: `A letter about “${about.post.title}”, no. ${n + 1}`,
      html,
    },
  };
}

/**
 * The n-th post (from 0) of the time when all written posts are out. Never runs dry: slug and title carry a number, the
 * rest is put together from the stock and the archive.
 */
export function composePost(n: number, archive: readonly AuthoredPost[]): AuthoredPost {
  const round = Math.floor(n / 5);
  switch (n % 5) {
    case 0:
      return letter(round * 2, archive);
    case 1:
      return nightly(round);
    case 2:
      return letter(round * 2 + 1, archive);
    case 3:
      return gardenLog(round);
    default:
      return fromTheQuay(round, archive);
  }
}
