/**
 * Gunzips what strangers send, with the platform's own `DecompressionStream`, in browsers and Node.js alike:
 *
 *  1. Chunk after chunk is written, and output is taken as it comes: a file that was cut gives all that was in it.
 *  2. Output is counted while it comes: a small file that blows up is stopped at the limit.
 *  3. A file may have several members one after another (`cat a.gz b.gz`, log rotation). Node.js up to 22 reads on,
 *     Chromium and newer ones refuse the second. So no chunk ever spans what looks like a member's begin; where the stream refuses a chunk
 *     that starts so, and the trailer before it agrees with what came out, a new stream takes over there.
 */
import { FormatError, type Problem } from './errors.ts'
import { Meter, type OnProgress } from './progress.ts'

const MAGIC_1 = 0x1f
const MAGIC_2 = 0x8b
const DEFLATE = 0x08
/** Flags above these five are reserved and must be 0 (RFC 1952, 2.3.1). */
const RESERVED_FLAGS = 0xe0
/** Header of 10 bytes, an empty block of 2, trailer of 8. */
const SMALLEST_MEMBER = 20
/** Large enough that the number of writes costs nothing. */
const CHUNK = 64 * 1024
/** For a second look at the chunks around an error, a third at the smaller ones around it, and so on. */
const SMALLER_CHUNKS = [4096, 256, 16, 1]
/** How Node.js and Chromium call the end of a cut file; all of its output has come then, and no second look is needed. */
const IS_CUT = /unexpected end of file|truncated/
/** Deflate cannot do better than 1 : 1032, so a trailer that promises more lies. */
const BEST_RATIO = 1032
/** A stream costs some 50 µs; a file of nothing but empty members would take hours. */
const MAX_MEMBERS = 10_000

export type Gunzipped = {
  readonly bytes: Uint8Array
  /** Set when the file was cut or damaged: then `bytes` is what came out before that place. */
  readonly problem: Problem | undefined
}

/** Do these bytes begin as a gzip file does? */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && startsMember(bytes, 0)
}

/**
 * The uncompressed bytes of a gzip file of one or more members. Throws `FormatError` when they would be more than
 * `limit` bytes, or when not a single one comes out of a damaged file. `onProgress` counts bytes of the gzip file.
 */
export async function gunzip(bytes: Uint8Array, limit: number, onProgress?: OnProgress): Promise<Gunzipped> {
  const meter = new Meter(bytes.length, onProgress)
  const gunzipped = await members(bytes, limit, meter)
  meter.end()
  return gunzipped
}

async function members(bytes: Uint8Array, limit: number, meter: Meter): Promise<Gunzipped> {
  const output = new Output(expectedSize(bytes, limit), limit)
  let at = 0
  for (let count = 1; ; count++) {
    const memberStart = output.length
    const end = await carefulMember(bytes, at, output, meter)
    if (output.isFull()) throw tooLarge(limit)
    if (end.error === undefined) return { bytes: output.take(), problem: undefined }
    const next = nextMember(bytes, end.at, output.length - memberStart)
    if (next <= at || count === MAX_MEMBERS) return partial(bytes, end, memberStart, output)
    at = next
  }
}

/** Checks come late: some bytes of a damaged place have come out before it is noticed. */
const AFTER = 'all that came after that place; of what came before, the last part may be wrong'

/** What came out before an error, and what the error was. */
function partial(bytes: Uint8Array, end: MemberEnd, memberStart: number, output: Output): Gunzipped {
  const behind = trailingAt(bytes, end.at, output.length - memberStart)
  // Zeros behind the last member are padding, as tapes and block devices leave it.
  if (behind !== -1 && isZero(bytes, behind)) return { bytes: output.take(), problem: undefined }
  if (output.length === 0)
    throw new FormatError(`expected a gzip file, found one that is cut or damaged near byte ${end.at}: ${end.error}`)
  const place = `its byte ${behind === -1 ? end.at : behind} of ${bytes.length}`
  const problem: Problem = {
    offset: output.length,
    message:
      behind === -1
        ? `the gzip file is cut or damaged near ${place}: ${end.error}`
        : `the gzip file ends at ${place}, and what follows is no gzip`,
    lost: behind === -1 ? AFTER : `the last ${bytes.length - behind} bytes of the file`,
    cut: behind === -1,
  }
  return { bytes: output.take(), problem }
}

/** Where a member stopped: `at` is the first byte of the chunk that was refused, or the input's end. */
type MemberEnd = { readonly at: number; readonly error: string | undefined }

/**
 * Reads the member that starts at `start`. With an error a stream may throw away what it made of the same chunk: so
 * a damaged member is read again, and the chunk with the error in it byte by byte.
 */
async function carefulMember(bytes: Uint8Array, start: number, output: Output, meter: Meter): Promise<MemberEnd> {
  const before = output.length
  let end = await member(bytes, start, output, meter, bytes.length, CHUNK)
  let suspect = 2 * CHUNK // the chunk that was refused, and one before: an error may come late
  for (const size of SMALLER_CHUNKS) {
    if (end.error === undefined || IS_CUT.test(end.error) || output.isFull()) break
    if (nextMember(bytes, end.at, output.length - before) > start) break
    output.length = before
    end = await member(bytes, start, output, meter, Math.max(start, end.at - suspect), size)
    suspect = 2 * size
  }
  return end
}

/** Writes the input from `start` on into one stream, from `fineAt` on in chunks of `fineSize`. */
async function member(
  bytes: Uint8Array,
  start: number,
  output: Output,
  meter: Meter,
  fineAt: number,
  fineSize: number,
): Promise<MemberEnd> {
  const stream = new DecompressionStream('gzip')
  // Browsers' types tell shared memory apart; nobody hands that in.
  const plain = bytes as Uint8Array<ArrayBuffer>
  const writer = stream.writable.getWriter()
  const reading = drain(stream.readable.getReader(), output)
  let at = start
  let error: string | undefined
  try {
    while (at < bytes.length && !output.isFull()) {
      const end = at < fineAt ? chunkEnd(bytes, at, Math.min(fineAt, at + CHUNK)) : chunkEnd(bytes, at, at + fineSize)
      await writer.write(plain.subarray(at, end))
      if (at >= fineAt && fineSize < CHUNK) await pause()
      at = end
      meter.to(at)
    }
    // A stream takes a write only when what it had has been read: so the end's error cannot swallow any output.
    await writer.write(plain.subarray(bytes.length))
    await (output.isFull() ? writer.abort() : writer.close())
  } catch (failure) {
    error = describe(failure)
  }
  return { at, error: (await reading) ?? error }
}

/** Node.js works in the background and takes chunks in advance: this lets what it made be read before the next one. */
function pause(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0))
}

/** Moves what comes out of a stream into `output`, until its end, its error (returned) or the limit. */
async function drain(
  reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>; cancel(): Promise<void> },
  output: Output,
): Promise<string | undefined> {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return undefined
      if (value) output.push(value)
      if (!output.isFull()) continue
      await reader.cancel()
      return undefined
    }
  } catch (failure) {
    return describe(failure)
  }
}

/** Where a chunk that starts at `at` ends: at `to`, or before what looks like the next member. */
function chunkEnd(bytes: Uint8Array, at: number, to: number): number {
  const end = Math.min(bytes.length, to)
  for (let i = at + 1; i < end; i++) if (bytes[i] === MAGIC_1 && startsMember(bytes, i)) return i
  return end
}

function startsMember(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== MAGIC_1 || bytes[at + 1] !== MAGIC_2 || bytes[at + 2] !== DEFLATE) return false
  return at + 3 >= bytes.length || (bytes[at + 3] & RESERVED_FLAGS) === 0
}

/** The size that the trailer before `at` states of its member, modulo 2^32. */
function trailerSize(bytes: Uint8Array, at: number): number {
  if (at < SMALLEST_MEMBER) return -1
  return bytes[at - 4] + bytes[at - 3] * 2 ** 8 + bytes[at - 2] * 2 ** 16 + bytes[at - 1] * 2 ** 24
}

/** Does a member of `size` uncompressed bytes end before `at`, by its trailer? */
function isTrailer(bytes: Uint8Array, at: number, size: number): boolean {
  return trailerSize(bytes, at) === size % 2 ** 32
}

/** Where the next member starts, when reading one of `size` bytes stopped at `at`; -1: there is none. */
function nextMember(bytes: Uint8Array, at: number, size: number): number {
  // Node.js 24 refuses a second member as Chromium does, but takes some chunks in advance before it says so.
  for (let end = Math.max(0, at - 2 * CHUNK); end <= at; end++)
    if (bytes[end] === MAGIC_1 && startsMember(bytes, end) && isTrailer(bytes, end, size)) return end
  return -1
}

/** Where the bytes start that follow a whole member of `size` bytes, when reading stopped at `at`; -1: it is not whole. */
function trailingAt(bytes: Uint8Array, at: number, size: number): number {
  // Node.js takes some chunks in advance, so it may be well past the place when it says so.
  for (let end = Math.max(0, at - 2 * CHUNK); end <= at + 1 && end < bytes.length; end++)
    if (isTrailer(bytes, end, size)) return end
  return -1
}

/** What the last trailer promises, as far as it can be true: a hint for the first allocation. */
function expectedSize(bytes: Uint8Array, limit: number): number {
  return Math.min(Math.max(0, trailerSize(bytes, bytes.length)), bytes.length * BEST_RATIO, limit) + 1
}

function isZero(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}

function tooLarge(limit: number): FormatError {
  return new FormatError(
    `expected at most ${limit} bytes when uncompressed, found more. Raise the limit (--max-size) if you trust this file`,
  )
}

function describe(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  // Node.js says only "Input/output error" on top, and why below.
  const cause = failure.cause instanceof Error ? failure.cause.message : undefined
  // Chromium puts the method's name before it.
  return cause ?? failure.message.replace(/^Failed to execute '\w+' on '\w+': /, '')
}

/** Output as one array that grows; one byte beyond the limit is kept, to know that it was passed. */
class Output {
  length = 0
  private data: Uint8Array
  private readonly limit: number

  constructor(capacity: number, limit: number) {
    this.data = new Uint8Array(capacity)
    this.limit = limit
  }

  isFull(): boolean {
    return this.length > this.limit
  }

  push(chunk: Uint8Array): void {
    const taken = Math.min(chunk.length, this.limit + 1 - this.length)
    if (this.length + taken > this.data.length) this.grow(this.length + taken)
    this.data.set(chunk.subarray(0, taken), this.length)
    this.length += taken
  }

  private grow(atLeast: number): void {
    const bigger = new Uint8Array(Math.max(CHUNK, atLeast, Math.min(this.data.length * 2, this.limit + 1)))
    bigger.set(this.data.subarray(0, this.length))
    this.data = bigger
  }

  take(): Uint8Array {
    return this.data.subarray(0, this.length)
  }
}
