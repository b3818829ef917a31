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
import { heldFinding } from './held.ts'
import { holderInside } from './jam.ts'
import type { Scene } from './scene.ts'
import { isPassedOver, overtaken, stillness } from './stillness.ts'

/** Findings about locks that do not move. */
export function lockFindings(scene: Scene): Finding[] {
  const findings: Finding[] = []
  for (const group of scene.lockGroups) {
    const stuck = overtaken(scene, group)
    const still = stillness(scene, stuck)
    if (!still) continue
    // Where the line locks several locks, one that came later is inside of another.
    const inside = holderInside(scene, stuck, isPassedOver(scene, stuck) ? stuck.firstNs : undefined)
    const finding = inside ? heldFinding(scene, stuck, still, inside) : forgottenFinding(scene, stuck, still)
    if (finding) findings.push(finding)
  }
  return findings
}
