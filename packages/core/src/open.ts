/** The one door for whatever a person hands in: gunzips, tells what it is, and reads it. */
import { FormatError, type Problem } from './base/errors.ts'
import { gunzip, isGzip } from './base/gunzip.ts'
import type { OnProgress } from './base/progress.ts'
import { readDumps } from './dump/read.ts'
import type { Dump } from './dump/tables.ts'
import { ACCEPTED, beginOf, INSTEAD, type InputKind, identify, utf16Of } from './identify.ts'
import { profileTypes } from './profile/kind.ts'
import { readTrace } from './trace/read.ts'
import type { Trace } from './trace/tables.ts'

export type Capture =
  | { readonly kind: 'trace'; readonly trace: Trace }
  /** `dump` is the last one of a text that holds several; `more` are those before it, in order of time. */
  | { readonly kind: 'dump'; readonly dump: Dump; readonly more?: readonly Dump[] }

/** All dumps of a capture, in order of time; none of a trace. */
export function dumpsOf(capture: Capture): readonly Dump[] {
  return capture.kind === 'trace' ? [] : [...(capture.more ?? []), capture.dump]
}

/** A capture that holds several dumps as one for each, in order of time, each with a name of its own. */
export function splitCapture(
  name: string,
  capture: Capture,
): readonly { readonly name: string; readonly capture: Capture }[] {
  const dumps = dumpsOf(capture)
  if (dumps.length < 2) return [{ name, capture }]
  return dumps.map((dump, i) => ({
    name: `${name} (dump ${i + 1} of ${dumps.length})`,
    capture: { kind: 'dump', dump },
  }))
}

/** What is being done, and how much of how many bytes; for each stage from 0 to all. A file gzipped twice is unpacked twice. */
export type OnStage = (stage: 'unpacking' | 'reading', doneBytes: number, totalBytes: number) => void

/** A file gzipped twice is an accident that happens (a server's encoding saved, and gzipped again); thrice is not. */
const MAX_GZIP = 2

/**
 * Reads a trace or a goroutine dump, gzipped or not. `limitBytes` bounds its size when uncompressed. What of it is
 * cut or damaged stands in its `problems`. Throws `FormatError`: what was expected, what was found, what to do.
 * `onProgress` is called some hundred times on the way, from within the work.
 */
export async function openCapture(bytes: Uint8Array, limitBytes: number, onProgress?: OnStage): Promise<Capture> {
  const unpacking: OnProgress | undefined = onProgress && ((done, total) => onProgress('unpacking', done, total))
  const reading: OnProgress | undefined = onProgress && ((done, total) => onProgress('reading', done, total))
  let plain = bytes
  const problems: Problem[] = []
  for (let i = 0; i < MAX_GZIP && isGzip(plain); i++) {
    const unzipped = await gunzip(plain, limitBytes, unpacking)
    plain = unzipped.bytes
    if (unzipped.problem) problems.push(unzipped.problem)
  }
  return withProblems(read(plain, reading), problems)
}

function read(bytes: Uint8Array, onProgress: OnProgress | undefined): Capture {
  const kind = identify(bytes)
  if (kind === 'trace') return { kind, trace: readTrace(bytes, onProgress) }
  if (kind === 'dump') return captureOf(readDumps(bytes, onProgress))
  if (kind === 'text' || kind === 'json' || kind === 'html') return captureOf(readText(bytes, kind, onProgress))
  if (kind === 'utf16') return readUtf16(bytes, onProgress)
  throw notAccepted(kind, bytes)
}

function captureOf(dumps: readonly Dump[]): Capture {
  const dump = dumps[dumps.length - 1]
  return { kind: 'dump', dump, ...(dumps.length > 1 && { more: dumps.slice(0, -1) }) }
}

/** PowerShell's ">" writes text so, and loses nothing of it; what is no text is lost. */
function readUtf16(bytes: Uint8Array, onProgress: OnProgress | undefined): Capture {
  const text = new TextDecoder(utf16Of(bytes) ?? 'utf-16le').decode(bytes)
  const plain = new TextEncoder().encode(text)
  if (identify(plain) !== 'dump') throw notAccepted('utf16', bytes)
  return captureOf(readDumps(plain, onProgress))
}

/** Nothing was recognised in the first 64 KiB, but a dump may stand behind a long log, or in a page. */
function readText(
  bytes: Uint8Array,
  kind: 'text' | 'json' | 'html',
  onProgress: OnProgress | undefined,
): readonly Dump[] {
  let dumps: readonly Dump[]
  try {
    dumps = readDumps(bytes, onProgress)
  } catch (error) {
    throw error instanceof FormatError ? notAccepted(kind, bytes) : error
  }
  // A page may speak of a goroutine.
  if (kind === 'html' && dumps.every(({ stacks }) => stacks.frame.length === 0)) throw notAccepted(kind, bytes)
  return dumps
}

function notAccepted(kind: Exclude<InputKind, 'trace' | 'dump'>, bytes: Uint8Array): FormatError {
  if (kind === 'gzip') return new FormatError(`expected ${ACCEPTED}; found a file gzipped more than ${MAX_GZIP} times`)
  const types = kind === 'profile' ? profileTypes(bytes) : undefined
  const found = types?.length ? INSTEAD.profile.replace('something else', types.join(', ')) : INSTEAD[kind]
  const begin = kind === 'text' || kind === 'unknown' ? beginOf(kind, bytes) : ''
  // Behind what it is, before what to do.
  const whole = begin === '' ? found : found.replace('. ', () => `, beginning with ${begin}. `)
  return new FormatError(`expected ${ACCEPTED}; found ${whole}`)
}

/** A cut gzip file gives a cut capture: the capture says so. */
function withProblems(capture: Capture, problems: readonly Problem[]): Capture {
  if (problems.length === 0) return capture
  if (capture.kind === 'trace')
    return { kind: 'trace', trace: { ...capture.trace, problems: [...problems, ...capture.trace.problems] } }
  return { ...capture, dump: { ...capture.dump, problems: [...problems, ...capture.dump.problems] } }
}
