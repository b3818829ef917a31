/**
 * What the dumps alone say of a lock whose holder the trace did not see. The trace's own guesses are about who moved while
 * it ran; pointers and creators in the dumps may tell more. They are believed where the trace does not speak against them:
 * the holder came to where it stands before the first of the waiters came.
 */
import type { InTurns } from '../base/turns.ts'
import type { Finding } from './diagnosis.ts'
import { lockFindings } from './locks/hang.ts'
import { type Scene, sceneOf } from './scene/scene.ts'
import { goroutine } from './scene/words.ts'
import { strandedFindings } from './stranded/stranded.ts'

/** Findings about locks, each with the holder that the dumps know; and, of holders that nobody tells of, their own. */
export function* withHoldersOfDumps(scene: Scene, findings: readonly Finding[]): InTurns<readonly Finding[]> {
  if (!scene.trace || scene.dumps.length === 0 || !findings.some(isOpen)) return findings
  const alone = sceneOf(undefined, scene.dumpTables)
  const known = (yield* lockFindings(alone)).filter(
    ({ certainty, holder }) => certainty === 'likely' && holder.state === 'waiting',
  )
  if (known.length === 0) return findings
  const holders = new Set<number>()
  const told = findings.map(finding => {
    const better = isOpen(finding) && known.find(other => isSame(finding, other) && cameBefore(scene, finding, other))
    if (!better) return finding
    holders.add(better.holder.goroutine!)
    return merged(finding, better)
  })
  if (holders.size === 0) return findings
  for (const { waiters } of findings) for (const id of waiters.goroutines) holders.delete(id)
  const ofHolders = (yield* strandedFindings(alone)).filter(
    ({ certainty, waiters }) => certainty === 'likely' && waiters.goroutines.every(id => holders.has(id)),
  )
  return [...told, ...ofHolders]
}

function isOpen({ kind, certainty, holder }: Finding): boolean {
  return (kind === 'mutex' || kind === 'rwmutex') && certainty === 'likely' && holder.state === 'unknown'
}

function isSame(a: Finding, b: Finding): boolean {
  const { site, kind } = a
  const there = kind === b.kind && site.function === b.site.function && site.line === b.site.line
  return there && a.waiters.goroutines.some(id => b.waiters.goroutines.includes(id))
}

function cameBefore({ standing }: Scene, { waiters }: Finding, { holder }: Finding): boolean {
  if (holder.goroutine === undefined) return false
  const row = standing.id.subarray(0, standing.length).indexOf(holder.goroutine)
  return row >= 0 && standing.sinceNs[row] <= (waiters.sinceNs ?? 0)
}

function merged(finding: Finding, { cause, holder, evidence, advice }: Finding): Finding {
  const came = `${goroutine(holder.goroutine!)} came to where it stands before the first of them came, and has not moved since`
  return { ...finding, cause, holder, advice, evidence: [finding.evidence[0], ...evidence.slice(1), came] }
}
