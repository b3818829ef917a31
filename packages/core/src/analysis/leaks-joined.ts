/** One finding for goroutines that are stuck and become more: growth is evidence of it, not another cause. */
import type { Finding } from './diagnosis.ts'
import { looksIdle } from './idle.ts'

/** Of the stuck ones each with what is told of its growth; and the leaks that nothing else is told of. */
export function withGrowth(stuck: readonly Finding[], leaks: readonly Finding[]): Finding[] {
  const joined = stuck.map(finding => {
    const leak = leaks.find(other => isSame(finding, other))
    return leak ? together(finding, leak) : finding
  })
  return [...joined, ...leaks.filter(leak => !stuck.some(finding => isSame(finding, leak)))]
}

function isSame({ site, kind }: Finding, { site: other, kind: otherKind }: Finding): boolean {
  return kind === otherKind && site.function === other.function && site.file === other.file && site.line === other.line
}

/**
 * Whoever waits as idle goroutines do is stuck because it was left behind again and again: that is the leak itself. One
 * that sends, or waits for work to be done, is stuck for what it waits for, however many there are.
 */
function together(finding: Finding, leak: Finding): Finding {
  const [surer, other] =
    leak.certainty !== 'possible' && (finding.certainty === 'possible' || looksIdle(leak.kind))
      ? [leak, finding]
      : [finding, leak]
  const more = other.evidence.slice(1).filter(sentence => !tellsTheSame(surer, sentence))
  return { ...surer, evidence: [...surer.evidence, ...more] }
}

function tellsTheSame({ evidence }: Finding, sentence: string): boolean {
  return (
    evidence.includes(sentence) ||
    (sentence.startsWith('started in ') && evidence.some(known => known.startsWith('started in ')))
  )
}
