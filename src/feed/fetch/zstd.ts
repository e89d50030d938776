import type { Transform } from "node:stream";
import zlib from "node:zlib";

/** RFC 9659: a decoder of the content coding need not give a window more than 8 MB. */
const MOST_WINDOW_BITS = 23;
/** ZSTD_d_windowLogMax of zstd.h; Node's types name it only in versions that have zstd. */
const WINDOW_LOG_MAX = 100;

type CreateZstd = (options: {
  readonly chunkSize: number;
  readonly params: Readonly<Record<number, number>>;
}) => Transform;

const create: unknown = Reflect.get(zlib, "createZstdDecompress");

/** Node has zstd from 22.15 on; before that it is neither offered nor understood. */
export const hasZstd = isCreate(create);

function isCreate(value: unknown): value is CreateZstd {
  return typeof value === "function";
}

/** Throws where `hasZstd` is false. */
export function createZstdDecompress(chunkBytes: number): Transform {
  if (!isCreate(create)) throw new Error("this Node has no zstd");
  return create({ chunkSize: chunkBytes, params: { [WINDOW_LOG_MAX]: MOST_WINDOW_BITS } });
}
