/** The answers that the experiment must give: what the demo holds its diagnoses against. */
import type { Diagnosis, Finding, FindingCause, Verdict } from '@unhang/core'

export type Expectation = {
  readonly verdict: Verdict
  /** Of the first finding; undefined where none is expected. */
  readonly cause?: FindingCause
  /** Where it waits, as the end of the function's name; undefined: anywhere. */
  readonly function?: string
  readonly waiters?: number
}

/** Ten calls were in flight behind the one that took the lock. */
const IN_FLIGHT = 10

export const SERVER_HANGS: Expectation = {
  verdict: 'hang',
  cause: 'forgotten-unlock',
  function: 'main.(*server).AcquireLock',
  waiters: IN_FLIGHT,
}

/** The ten calls, not the crowd at the channel, and wherever in gRPC they wait. */
export const CLIENT_WAITS: Expectation = { verdict: 'hang', cause: 'remote', waiters: IN_FLIGHT }

export const FIXED_IS_HEALTHY: Expectation = { verdict: 'healthy' }

/** What differs, as in "expected cause remote, found unknown"; undefined where the answer is the expected one. */
export function differenceFrom(expected: Expectation, diagnosis: Diagnosis): string | undefined {
  if (diagnosis.verdict !== expected.verdict) return `expected ${expected.verdict}, found ${diagnosis.verdict}`
  const { cause } = expected
  if (cause === undefined) return undefined
  const first: Finding | undefined = diagnosis.findings.find(finding => finding.certainty !== 'possible')
  if (!first) return `expected cause ${cause}, found none`
  if (first.cause !== cause) return `expected cause ${cause}, found ${first.cause}`
  if (expected.function && first.site.function !== expected.function)
    return `expected ${expected.function}, found ${first.site.function}`
  if (expected.waiters !== undefined && first.waiters.count !== expected.waiters)
    return `expected ${expected.waiters} waiters, found ${first.waiters.count}`
  return undefined
}
