/**
 * Who waits as idle goroutines do is only worth a look; where he has a lock meanwhile that others wait for in vain, he does
 * not idle.
 */
import type { Finding, FindingCause } from './diagnosis.ts'
import { thousands } from './words.ts'

const WAITS: ReadonlySet<FindingCause> = new Set<FindingCause>([
  'no-sender',
  'no-receiver',
  'never-done',
  'lost-signal',
  'pool-exhausted',
])

/** The findings of one process, those about the lone holders of stuck locks as likely as what is said of the locks. */
export function upheld(findings: readonly Finding[]): Finding[] {
  const waiting = new Map<number, number>()
  for (const { kind, cause, certainty, holder, waiters } of findings) {
    if (certainty === 'possible' || cause !== 'holder-blocked' || holder.goroutine === undefined) continue
    if (kind === 'mutex' || kind === 'rwmutex')
      waiting.set(holder.goroutine, (waiting.get(holder.goroutine) ?? 0) + waiters.count)
  }
  return findings.map(finding => {
    const { certainty, cause, waiters, evidence } = finding
    const behind = waiters.count === 1 ? waiting.get(waiters.goroutines[0]) : undefined
    if (behind === undefined || certainty !== 'possible' || !WAITS.has(cause)) return finding
    return {
      ...finding,
      certainty: 'likely',
      evidence: [...evidence, `it has a lock, most likely, that ${thousands(behind)} more wait for`],
    }
  })
}
