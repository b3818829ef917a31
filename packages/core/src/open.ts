/** The one door for whatever a person hands in: gunzips, tells what it is, and reads it. */
import { FormatError, type Problem } from './base/errors.ts'
import { gunzip, isGzip } from './base/gunzip.ts'
import { readDump } from './dump/read.ts'
import type { Dump } from './dump/tables.ts'
import { ACCEPTED, INSTEAD, type InputKind, identify } from './identify.ts'
import { profileTypes } from './profile/kind.ts'
import { readTrace } from './trace/read.ts'
import type { Trace } from './trace/tables.ts'

export type Capture = { readonly kind: 'trace'; readonly trace: Trace } | { readonly kind: 'dump'; readonly dump: Dump }

/** A file gzipped twice is an accident that happens (a server's encoding saved, and gzipped again); thrice is not. */
const MAX_GZIP = 2

/**
 * Reads a trace or a goroutine dump, gzipped or not. `limitBytes` bounds its size when uncompressed. What of it is
 * cut or damaged stands in its `problems`. Throws `FormatError`: what was expected, what was found, what to do.
 */
export async function openCapture(bytes: Uint8Array, limitBytes: number): Promise<Capture> {
  let plain = bytes
  const problems: Problem[] = []
  for (let i = 0; i < MAX_GZIP && isGzip(plain); i++) {
    const unzipped = await gunzip(plain, limitBytes)
    plain = unzipped.bytes
    if (unzipped.problem) problems.push(unzipped.problem)
  }
  return withProblems(read(plain), problems)
}

function read(bytes: Uint8Array): Capture {
  const kind = identify(bytes)
  if (kind === 'trace') return { kind, trace: readTrace(bytes) }
  if (kind === 'dump') return { kind, dump: readDump(bytes) }
  if (kind === 'text') return { kind: 'dump', dump: readText(bytes) }
  throw notAccepted(kind, bytes)
}

/** Nothing was recognised in the first 64 KiB, but a dump may stand behind a long log. */
function readText(bytes: Uint8Array): Dump {
  try {
    return readDump(bytes)
  } catch (error) {
    throw error instanceof FormatError ? notAccepted('text', bytes) : error
  }
}

function notAccepted(kind: Exclude<InputKind, 'trace' | 'dump'>, bytes: Uint8Array): FormatError {
  if (kind === 'gzip') return new FormatError(`expected ${ACCEPTED}; found a file gzipped more than ${MAX_GZIP} times`)
  const types = kind === 'profile' ? profileTypes(bytes) : undefined
  const found = types?.length ? INSTEAD.profile.replace('something else', types.join(', ')) : INSTEAD[kind]
  return new FormatError(`expected ${ACCEPTED}; found ${found}`)
}

/** A cut gzip file gives a cut capture: the capture says so. */
function withProblems(capture: Capture, problems: readonly Problem[]): Capture {
  if (problems.length === 0) return capture
  if (capture.kind === 'trace')
    return { kind: 'trace', trace: { ...capture.trace, problems: [...problems, ...capture.trace.problems] } }
  return { kind: 'dump', dump: { ...capture.dump, problems: [...problems, ...capture.dump.problems] } }
}
