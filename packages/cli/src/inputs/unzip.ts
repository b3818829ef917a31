/**
 * Unpacks a gzip file in Node.js's pool of threads, a quarter of a megabyte at a time. The platform's stream, which core
 * has in browsers as well, gives 16 KiB at a time, each with a turn of the event loop: three times as slow.
 */
import type { Gunzip } from 'node:zlib'

const CHUNK = 256 * 1024
/** Deflate cannot do better: a trailer that promises more lies. */
const BEST_RATIO = 1032
/** Header of 10 bytes, an empty block of 2, trailer of 8. */
const SMALLEST = 20

/**
 * The text of a gzip file that is one whole member, of `limit` bytes at most; undefined: it is another, and core's own
 * reading says what is to be had of it.
 */
export async function unzipped(bytes: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  const size = trailerSize(bytes)
  if (size <= 0 || size > limit || size > bytes.length * BEST_RATIO) return undefined
  const { createGunzip } = await import('node:zlib')
  const stream = createGunzip({ chunkSize: CHUNK })
  stream.end(bytes)
  try {
    return await collected(stream, new Uint8Array(size))
  } catch {
    return undefined
  } finally {
    stream.destroy()
  }
}

/** All that comes out, if that is as much as `out` has room for. */
async function collected(stream: Gunzip, out: Uint8Array): Promise<Uint8Array | undefined> {
  let length = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    if (length + chunk.length > out.length) return undefined
    out.set(chunk, length)
    length += chunk.length
  }
  return length === out.length ? out : undefined
}

/** How many bytes the trailer says the last member has, modulo 2^32; 0: there is none. */
function trailerSize(bytes: Uint8Array): number {
  if (bytes.length < SMALLEST) return 0
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true)
}
