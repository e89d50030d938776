import type { Element, ElementContent, Properties } from "hast";
import { toHtml } from "hast-util-to-html";

export type Child = ElementContent | string;

/**
 * An element as `h("p.small", …)`. Pages are made as trees and written out by a library, so that text is text wherever it comes
 * from: nothing here puts strings of HTML together.
 */
export function h(selector: string, ...children: readonly Child[]): Element {
  return withProperties(selector, {}, ...children);
}

export function withProperties(selector: string, properties: Properties, ...children: readonly Child[]): Element {
  const [tagName = "div", ...className] = selector.split(".");
  return {
    type: "element",
    tagName,
    properties: className.length === 0 ? properties : { ...properties, className },
    children: children.map((child) => (typeof child === "string" ? { type: "text", value: child } : child)),
  };
}

/** A link of the web or to a mailbox; what leads elsewhere is only its words. */
export function link(url: string, ...label: readonly Child[]): Element {
  return /^(?:https?:\/\/|mailto:)/i.test(url)
    ? withProperties("a", { href: url }, ...label)
    : withProperties("span", {}, ...label);
}

/** A page that needs nothing else: no scripts, and nothing from the network. */
export function pageOf(title: string, css: string, body: readonly Element[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  const head = h(
    "head",
    withProperties("meta", { charSet: "utf-8" }),
    withProperties("meta", { httpEquiv: ["Content-Security-Policy"], content: policy }),
    h("title", title),
    h("style", css),
  );
  const html = withProperties("html", { lang: "en" }, head, "\n", h("body", ...body.flatMap((one) => ["\n", one])));
  return `${toHtml({ type: "root", children: [{ type: "doctype" }, html] })}\n`;
}

/** For a reader in English whose clock shows UTC. */
export function dateAndTime(seconds: number): { readonly date: string; readonly time: string } {
  const written = (style: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat("en-US", { ...style, timeZone: "UTC" }).format(seconds * 1000).replaceAll("\u202f", " ");
  return { date: written({ dateStyle: "medium" }), time: written({ timeStyle: "short" }) };
}
