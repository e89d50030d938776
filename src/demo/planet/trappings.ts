import type { Member, Trapping } from "./member.ts";

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

interface Spot {
  readonly member: Member;
  readonly path: string;
  readonly title: string;
}

const writers: Readonly<Record<Trapping, (spot: Spot) => string>> = {
  "appeared-first": ({ member, path, title }) =>
    `<p>The post <a href="${path}">${escapeXml(title)}</a> appeared first on <a href="https://${member.handle}.example/">${escapeXml(member.blog)}</a>.</p>`,
  "share-row": ({ path, title }) => {
    const query = `u=${encodeURIComponent(path)}&amp;t=${encodeURIComponent(title)}`;
    return `<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul>
<li><a class="share-mastodon" rel="nofollow" href="https://social.example/share?${query}">Click to share on Mastodon</a></li>
<li><a class="share-email" rel="nofollow" href="mailto:?subject=${encodeURIComponent(title)}">Click to email a link to a friend</a></li></ul></div>`;
  },
  comments: ({ path }) => `<p class="comments"><a href="${path}#comments">Leave a comment</a></p>`,
  pixel: ({ member, path }) =>
    `<img src="/pixel.gif?blog=${member.handle}&amp;post=${encodeURIComponent(path)}" width="1" height="1" alt="">`,
  licence: () =>
    '<p><small>This post is licensed under <a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a>.</small></p>',
};

/** A post's content with everything that its blog hangs below it. */
export function withTrappings(html: string, spot: Spot): string {
  return [html.trim(), ...spot.member.trappings.map((trapping) => writers[trapping](spot))].join("\n");
}

/** What WordPress gives out in place of a post that wants a password. */
export function passwordForm(member: Member, postNumber: number): string {
  const field = `pwbox-${postNumber}`;
  return `<form action="https://${member.handle}.example/wp-login.php?action=postpass" class="post-password-form" method="post">
<p>This content is password protected. To view it please enter your password below:</p>
<p><label for="${field}">Password: <input name="post_password" id="${field}" type="password" spellcheck="false" size="20" /></label>
<input type="submit" name="Submit" value="Enter" /></p></form>`;
}
