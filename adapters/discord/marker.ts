import { createHash } from "node:crypto";
import type { APIMessageTopLevelComponent } from "discord.js";

export type Components = readonly APIMessageTopLevelComponent[];

/**
 * Two component ids that are made of the delivery key. The nonce is not stored with a message, component ids are (Components /
 * Reference, "Anatomy of a Component": a 32 bit integer): they tell later whether a delivery is in the history. The 30 bits
 * each leave the range of the ids that Discord gives by itself, which count from 1.
 */
function markerIds(key: string): readonly [number, number] {
  const hash = createHash("sha256").update(key).digest();
  const [first, second] = [hash.readUInt32BE(0), hash.readUInt32BE(4)].map(
    (word) => (word & 0x3fff_ffff) | 0x4000_0000,
  );
  return [first ?? 0, second === first ? (second ?? 0) ^ 1 : (second ?? 0)];
}

/** Every message of ours is one container whose first child is a text, or a section that begins with one; above it may stand whom it calls. */
export function withMarkers(components: Components, key: string): Components {
  const [outer, inner] = markerIds(key);
  const at = components.findIndex((one) => "components" in one);
  const card = components[at];
  if (card === undefined || !("components" in card)) return components;
  const [child, ...others] = card.components;
  return components.with(at, { ...card, id: outer, components: [{ ...child, id: inner }, ...others] } as typeof card);
}

interface Marked {
  readonly id?: unknown;
  readonly components?: readonly { readonly id?: unknown }[];
}

/** Whether a message bears the markers of some delivery. */
export function isMarked(components: readonly unknown[]): boolean {
  const card = (components as readonly Marked[]).find((one) => one.components !== undefined);
  return [card?.id, card?.components?.[0]?.id].every((id) => typeof id === "number" && id >= 0x4000_0000);
}

export function hasMarkers(components: readonly unknown[], key: string): boolean {
  const [outer, inner] = markerIds(key);
  const card = (components as readonly Marked[]).find((one) => one.components !== undefined);
  return card?.id === outer && card.components?.[0]?.id === inner;
}
