/** One round: the goroutine profile of the server, counted; or why there is none. */
import { censusOf, FormatError, openCapture } from '@unhang/core'
import type { Found, RequestLimits } from '../capture/discover.ts'
import { PROFILE } from '../capture/endpoints.ts'
import { type Failure, type FailureKind, failureOf, otherContent } from '../capture/failure.ts'
import { fetchInto } from '../capture/fetch.ts'
import { endpointUrl, type Target } from '../capture/target.ts'
import type { Outage, Round } from './rounds.ts'

/** Equal stacks with their counts have some kilobytes; with a label for each of a million requests, a hundred megabytes. */
const MOST_BYTES = 256e6
/** Uncompressed. */
const MOST_PLAIN_BYTES = 1e9

/** Asks once; undefined: it was interrupted. `nowMs` never goes back. */
export async function askRound(
  found: Pick<Found, 'base'>,
  target: Target,
  limits: RequestLimits,
  nowMs: () => number,
): Promise<Round | undefined> {
  const startMs = nowMs()
  const url = endpointUrl(found.base, PROFILE.path, PROFILE.params, target.query)
  const chunks: Uint8Array[] = []
  const maxBytes = Math.min(limits.maxBytes, MOST_BYTES)
  const fetched = await fetchInto({ ...limits, url, maxBytes }, chunk => chunks.push(chunk) > 0)
  const atMs = nowMs()
  const failure = failureOf(fetched, url)
  if (failure?.kind === 'interrupted') return undefined
  if (failure) return { kind: 'outage', atMs, outage: outageOf(failure, url) }
  const bytes = Buffer.concat(chunks)
  const census = PROFILE.looksRight(bytes) ? await countedIn(bytes) : undefined
  if (!census) return { kind: 'outage', atMs, outage: outageOf(otherContent(fetched, url, PROFILE.title), url) }
  return { kind: 'dump', atMs, tookMs: atMs - startMs, ...census }
}

async function countedIn(bytes: Uint8Array) {
  try {
    const capture = await openCapture(bytes, MOST_PLAIN_BYTES)
    return capture.kind === 'dump' ? censusOf(capture.dump) : undefined
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

/** No process is there, or it takes its leave. */
const GONE: ReadonlySet<FailureKind> = new Set<FailureKind>(['refused', 'cut', 'network', 'dns'])
const SILENT: ReadonlySet<FailureKind> = new Set<FailureKind>(['silent', 'slow'])

function outageOf({ kind, found, remedy }: Failure, url: URL): Outage {
  if (GONE.has(kind)) return { kind: 'gone', found, remedy: 'does the process run, or does it start anew? See its log' }
  if (!SILENT.has(kind)) return { kind: 'refused', found, remedy }
  // The system takes connections for a process that does not.
  const why = `its handler of ${url.pathname} hangs, too, or the process is stopped, or starved of CPU`
  return { kind: 'silent', found, remedy: `${why}: kill -QUIT makes Go print a dump, and ends the process` }
}
