/**
 * Will the server give a trace when it is wanted? Whoever learns at three in the morning that it refuses one has learned
 * it too late: `net/http/pprof` does so at once where the time asked for exceeds the server's WriteTimeout.
 */
import type { Found, RequestLimits } from '../capture/discover.ts'
import { endpointsFor } from '../capture/endpoints.ts'
import { type Failure, failureOf } from '../capture/failure.ts'
import { fetchInto } from '../capture/fetch.ts'
import { endpointUrl, type Target } from '../capture/target.ts'

/** A refusal comes at once; of a quiet program's trace the first bytes come at its end. */
const LONGEST_MS = 1000

/** Why there would be none; undefined: nothing speaks against it. The trace that begins is broken off. */
export async function traceRefusal(
  found: Pick<Found, 'base'>,
  target: Target,
  limits: RequestLimits,
  seconds: number,
): Promise<Failure | undefined> {
  const { path, params } = endpointsFor(seconds).find(({ what }) => what === 'trace')!
  const url = endpointUrl(found.base, path, params, target.query)
  const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(LONGEST_MS)])
  const fetched = await fetchInto({ ...limits, url, signal }, () => false)
  return fetched.status === 0 || fetched.status === 200 ? undefined : failureOf(fetched, url)
}
