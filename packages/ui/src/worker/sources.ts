/** Gets the bytes of what is to be opened: dropped ones are there, others are fetched from the page's own server. */
import { FormatError, WARM_UP_FROM, warmUpTraceReader } from '@unhang/core'
import type { Source } from '../protocol.ts'

/** One byte less than 2 GiB: what a browser's buffer holds everywhere, and what the trace's reader takes. */
export const BYTES_LIMIT = 2 ** 31 - 1

/** `onBytes` hears how many have come. Throws FormatError for what cannot be had. */
export async function bytesOf(source: Source, onBytes: (done: number) => void): Promise<Uint8Array> {
  if ('bytes' in source) return new Uint8Array(source.bytes)
  const response = await fetchNow(source.url)
  // The reader's warming up takes its time while the network, or the disk behind it, is busy.
  if (source.size >= WARM_UP_FROM) warmUpTraceReader()
  if (!response.ok) throw new FormatError(`expected the file from unhang's server, found: ${await reasonOf(response)}`)
  return readAll(response, source.size, onBytes)
}

async function fetchNow(url: string): Promise<Response> {
  try {
    return await fetch(url)
  } catch {
    throw new FormatError('expected the file from unhang\'s server, found no answer. Is "unhang view" still running?')
  }
}

async function reasonOf(response: Response): Promise<string> {
  const text = (await response.text().catch(() => '')).trim()
  return text === '' ? `status ${response.status}` : text.slice(0, 300)
}

async function readAll(response: Response, expected: number, onBytes: (done: number) => void): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  if (!reader) return new Uint8Array(await response.arrayBuffer())
  // One byte more than promised: the end is then found without a larger buffer.
  let buffer = new Uint8Array(Math.min(BYTES_LIMIT, expected + 1))
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return buffer.subarray(0, length)
    if (length + value.length > BYTES_LIMIT) {
      await reader.cancel()
      throw new FormatError(`expected at most ${BYTES_LIMIT} bytes, found more. Trace for fewer seconds`)
    }
    if (length + value.length > buffer.length) buffer = grown(buffer, length + value.length)
    buffer.set(value, length)
    length += value.length
    onBytes(length)
  }
}

/** A file that grew since it was listed. */
function grown(buffer: Uint8Array<ArrayBuffer>, atLeast: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(BYTES_LIMIT, Math.max(atLeast, buffer.length * 2)))
  larger.set(buffer)
  return larger
}
