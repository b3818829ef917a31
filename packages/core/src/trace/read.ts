/**
 * The door of traces: bytes in, tables out. Old formats end here; nothing behind it knows about versions.
 *
 *  1. the header names the version (`header.ts`)
 *  2. Go 1.11 to 1.21: `v1/` parses events per proc, orders them and converts them
 *  3. Go 1.22 to 1.26: `v2/` finds the generations, reads each one's tables and merges its threads' events
 *  4. both write through `build.ts`, in the order of time
 */
import type { OnProgress } from '../base/progress.ts'
import { readHeader } from './header.ts'
import type { Trace } from './tables.ts'
import { readV1 } from './v1/read.ts'
import { readV2 } from './v2/read.ts'

/**
 * Reads an (uncompressed) execution trace as Go 1.11 to 1.26 write it. What is damaged or missing stands in
 * `problems` of the result. Throws `FormatError` for what is no trace, or one of an unknown version. `onProgress` is
 * told on the way how much of it has been read.
 */
export function readTrace(bytes: Uint8Array, onProgress?: OnProgress): Trace {
  const version = readHeader(bytes)
  // Node.js hands out a class of its own, and code that has met both is slower for both.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return version < 22 ? readV1(plain, version, onProgress) : readV2(plain, version, onProgress)
}
