/**
 * Parts of a report as text of its HTML, in pieces: nothing of a capture is ever there as a whole, here or in the browser
 * (ui: report/parts.ts). What is not gzipped is gzipped on the way; what is, goes in as it is.
 */
import fs from 'node:fs'
import { createGzip, gzipSync } from 'node:zlib'
import { identify, isGzip, toSevens } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import type { Content } from '../inputs/shown.ts'

/** Bytes of a piece: long enough that a browser has few of them, short enough to be nothing in its memory. */
const PIECE = 7 << 19
/** As gzip does it. A level more is a tenth slower, and saves a hundredth. */
const LEVEL = 6
/** Of a trace, whose numbers hardly repeat: it takes half the time, and is at most a hundredth larger. A text is a tenth. */
const TRACE_LEVEL = 5
/** Bytes that tell what a file is. */
const BEGIN = 16
/** Of what is small and the same in each report. */
const BEST = 9

/** Bytes that are there as a whole, gzipped as well as can be. */
export function* partOf(name: string, bytes: Uint8Array): Generator<Uint8Array> {
  const packed = gzipSync(bytes, { level: BEST })
  for (let at = 0; at < packed.length; at += PIECE) yield pieceOf(name, packed.subarray(at, at + PIECE))
}

/** A capture, as it lies there. `name` is the part's, `file` what it is called in a complaint. */
export async function* capturePart(name: string, content: Content, file: string): AsyncGenerator<Uint8Array> {
  const held = new Uint8Array(PIECE)
  let length = 0
  for await (const chunk of packed(content, file)) {
    for (let from = 0; from < chunk.length; ) {
      const some = chunk.subarray(from, from + PIECE - length)
      held.set(some, length)
      length += some.length
      from += some.length
      if (length < PIECE) continue
      yield pieceOf(name, held)
      length = 0
    }
  }
  yield pieceOf(name, held.subarray(0, length))
}

async function* packed(content: Content, file: string): AsyncGenerator<Uint8Array> {
  const begin = 'bytes' in content ? content.bytes : readBegin(content.path)
  const source = 'bytes' in content ? content.bytes : fs.createReadStream(content.path, { highWaterMark: 1 << 20 })
  try {
    if (isGzip(begin)) yield* 'bytes' in content ? [content.bytes] : (source as AsyncIterable<Uint8Array>)
    else yield* zipped(source, identify(begin.subarray(0, BEGIN)) === 'trace' ? TRACE_LEVEL : LEVEL)
  } catch (error) {
    throw new Complaint(
      'a capture that can be read again',
      `${file}: ${(error as Error).message}`,
      'write the report anew',
    )
  }
}

async function* zipped(source: Uint8Array | fs.ReadStream, level: number): AsyncGenerator<Uint8Array> {
  const zip = createGzip({ level, chunkSize: 1 << 18 })
  if (source instanceof Uint8Array) zip.end(source)
  else source.on('error', error => zip.destroy(error)).pipe(zip)
  yield* zip as AsyncIterable<Uint8Array>
}

function readBegin(path: string): Uint8Array {
  const begin = new Uint8Array(BEGIN)
  const fd = fs.openSync(path, 'r')
  try {
    return begin.subarray(0, fs.readSync(fd, begin, 0, begin.length, 0))
  } finally {
    fs.closeSync(fd)
  }
}

/** `name` is one of ours, and needs no escaping. */
export function pieceOf(name: string, bytes: Uint8Array): Uint8Array {
  const head = `<script type="text/plain" data-part="${name}" data-bytes="${bytes.length}">`
  return Buffer.concat([Buffer.from(head), toSevens(bytes), Buffer.from('</script>\n')])
}
