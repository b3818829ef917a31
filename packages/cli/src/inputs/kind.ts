/** What a file is, by its first bytes alone; of a gzipped one, what is in it. */
import zlib from 'node:zlib'
import { type InputKind, identify } from '@unhang/core'

/** So much of a gzipped file tells what is in it: a thousand times that comes out of it at most. */
const GZIP_PEEK = 16 * 1024

/** What the first bytes are; of a gzipped file, what is in it, where that can be told. */
export function kindWithin(begin: Uint8Array): InputKind {
  const kind = identify(begin)
  if (kind !== 'gzip') return kind
  try {
    const inside = zlib.gunzipSync(begin.subarray(0, GZIP_PEEK), { finishFlush: zlib.constants.Z_SYNC_FLUSH })
    return inside.length > 0 ? identify(inside) : kind
  } catch {
    // Cut or damaged at once: whoever opens it says so.
    return kind
  }
}
