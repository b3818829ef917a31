/**
 * Locks that nobody releases. For every line at which goroutines wait for a lock:
 *
 *  1. does it move? Then it is contention and no finding (`stillness.ts`)
 *  2. does a living goroutine stand inside? Then it is the holder, and what it waits for is followed (`inside.ts`, `held.ts`)
 *  3. else whoever took the lock last is gone from there without unlocking: the forgotten unlock (`forgotten.ts`)
 *
 * Nothing here knows a program's names: who could still wake the waiters is the only question.
 */
import type { Finding } from './diagnosis.ts'
import { forgottenFinding } from './forgotten.ts'
import type { Group } from './groups.ts'
import { heldFinding } from './held.ts'
import { holderInside, jamOf, toldTogether } from './jam.ts'
import type { Scene } from './scene.ts'
import { isPassedOver, overtaken, stillness, waitersSentence } from './stillness.ts'

/** Findings about locks that do not move: one for each lock, however many lines wait for it, and one for each circle. */
export function lockFindings(scene: Scene): Finding[] {
  const findings: Finding[] = []
  const told = new Set<Group>()
  const circles: { readonly rows: readonly number[]; readonly at: number }[] = []
  for (const group of scene.lockGroups) {
    if (told.has(group)) continue
    const stuck = overtaken(scene, group)
    const still = stillness(scene, stuck)
    if (!still) continue
    const more = toldTogether(stuck, jamOf(scene, stuck)).filter(
      other => !told.has(other) && stillness(scene, overtaken(scene, other)) !== undefined,
    )
    // Where the line locks several locks, one that came later is inside of another.
    const inside = holderInside(scene, stuck, isPassedOver(scene, stuck) ? stuck.firstNs : undefined)
    const held = inside && heldFinding(scene, stuck, more, still, inside)
    const finding = inside ? held?.finding : forgottenFinding(scene, stuck, more, still)
    if (!finding) continue
    for (const other of more) told.add(other)
    const circle = inside && circles.find(({ rows }) => rows.includes(inside.row))
    if (held && held.circle.length > 0 && circle) {
      findings[circle.at] = withEvidence(findings[circle.at], `another lock of the circle: ${waitersSentence(stuck)}`)
      continue
    }
    findings.push(finding)
    if (held && held.circle.length > 0) circles.push({ rows: held.circle, at: findings.length - 1 })
  }
  return findings
}

function withEvidence(finding: Finding, sentence: string): Finding {
  return { ...finding, evidence: [...finding.evidence, sentence] }
}
