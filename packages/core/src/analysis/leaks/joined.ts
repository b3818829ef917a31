/** One finding for goroutines that are stuck and become more: growth is evidence of it, not another cause. */
import type { Finding, FindingCause } from '../diagnosis.ts'
import { looksIdle } from '../reach/idle.ts'
import type { Leak } from './leaks.ts'

/** Of the stuck ones each with what is told of its growth; and the leaks that nothing else is told of. */
export function withGrowth(stuck: readonly Finding[], leaks: readonly Leak[]): Finding[] {
  const joined = stuck.map(finding => {
    const leak = leaks.find(other => isSame(finding, other.finding))
    return leak ? together(finding, leak) : finding
  })
  const others = leaks.filter(leak => !stuck.some(finding => isSame(finding, leak.finding)))
  return [...joined, ...others.map(({ finding }) => finding)]
}

function isSame({ site, kind }: Finding, { site: other, kind: otherKind }: Finding): boolean {
  return kind === otherKind && site.function === other.function && site.file === other.file && site.line === other.line
}

/** That nobody is seen to serve them is what a leak is, too. Other causes say more: a slot, a remote, a Done. */
const OF_LEAKS: ReadonlySet<FindingCause> = new Set<FindingCause>(['no-receiver', 'no-sender', 'lost-signal'])

function together(finding: Finding, leak: Leak): Finding {
  const isSure = leak.finding.certainty !== 'possible'
  if (finding.certainty === 'possible') return isSure ? both(leak.finding, finding) : both(finding, leak.finding)
  // A sender is in the middle of something; workers that wait for work may become more for a while.
  const isLeak = isSure || (leak.grows && !looksIdle(finding.kind))
  if (!OF_LEAKS.has(finding.cause) || !isLeak) return both(finding, leak.finding)
  return both({ ...leak.finding, certainty: finding.certainty }, finding)
}

function both(first: Finding, { evidence }: Finding): Finding {
  return { ...first, evidence: [...first.evidence, ...evidence.slice(1).filter(one => !tellsTheSame(first, one))] }
}

function tellsTheSame({ evidence }: Finding, sentence: string): boolean {
  const isStart = (one: string) => one.startsWith('started in ')
  return evidence.includes(sentence) || (isStart(sentence) && evidence.some(isStart))
}
