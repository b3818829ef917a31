/**
 * Who wakes by himself is not stuck: of each finding about a select or a receive the source is asked for a timer, a ticker,
 * a context with a deadline, a channel of signals. Whoever was told to wait for one of those is less sure to be stuck, too.
 */
import type { Finding, FindingCause } from '@unhang/core'
import { clockOf } from './clocks.ts'
import { contextIn, isTimed } from './contexts.ts'
import { offersAt, type Packages, type WaitKind } from './waiting.ts'

const KINDS: { readonly [kind in Finding['kind']]?: WaitKind } = { 'chan receive': 'receive', select: 'select' }
/** Nobody left to wake them, as the capture says. */
const STRANDED: ReadonlySet<FindingCause> = new Set<FindingCause>([
  'no-sender',
  'no-receiver',
  'never-done',
  'lost-signal',
  'unknown',
])

/** The findings without those that are only worth a look and wake by themselves. */
export function withoutClocks(findings: readonly Finding[], packages: Packages): readonly Finding[] {
  const waking = new Map(
    findings.flatMap(finding => {
      const sentence = isStranded(finding) ? wakesSentence(finding, packages) : undefined
      return sentence ? [[finding, sentence] as const] : []
    }),
  )
  if (waking.size === 0) return findings
  const doubtful = dependents(findings, new Set(waking.keys()))
  return findings.flatMap(finding => {
    const sentence = waking.get(finding)
    if (!sentence && !doubtful.has(finding)) return [finding]
    if (sentence && finding.certainty === 'possible') return []
    return [{ ...finding, certainty: 'possible' as const, evidence: [...finding.evidence, sentence ?? DOUBTFUL] }]
  })
}

const DOUBTFUL = 'as the source says, one that it waits for wakes by itself'

/** That the runtime itself calls it leaked is more than a reading of source. */
function isStranded({ cause, certainty, kind }: Finding): boolean {
  return certainty !== 'certain' && STRANDED.has(cause) && kind !== 'mutex' && kind !== 'rwmutex'
}

function wakesSentence({ kind, site }: Finding, packages: Packages): string | undefined {
  const wait = KINDS[kind]
  const located = wait && packages.at(site)
  if (!located) return undefined
  for (const offer of offersAt(located, site.line, wait)) {
    const clock = clockOf(offer, located)
    const context = clock?.is === 'maybe' && offer.do === 'receive' ? contextIn(offer.on, located) : undefined
    if (context && isTimed(located, context)) {
      const what = `a context with a deadline, wherever \`${context.text}\` comes from`
      return `in the source, it ends with ${what}: it wakes by itself`
    }
    if (clock?.is !== 'sure') continue
    return wait === 'select'
      ? `in the source, a case in line ${offer.line} is ${clock.what}: it wakes by itself`
      : `in the source, it receives from ${clock.what}: it wakes by itself`
  }
  return undefined
}

/** Those that wait for one of these, and those that wait for those. */
function dependents(findings: readonly Finding[], waking: ReadonlySet<Finding>): ReadonlySet<Finding> {
  const found = new Set<Finding>(waking)
  for (let size = 0; size < found.size; ) {
    size = found.size
    const ids = new Set([...found].flatMap(({ waiters }) => waiters.goroutines))
    for (const finding of findings) {
      const { goroutine } = finding.holder
      if (goroutine !== undefined && ids.has(goroutine) && isStranded(finding)) found.add(finding)
    }
  }
  for (const one of waking) found.delete(one)
  return found
}
