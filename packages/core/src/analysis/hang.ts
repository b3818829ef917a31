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
import { lastTakerOf } from './holders.ts'
import type { Inside } from './inside.ts'
import { holderInside, jamOf, toldTogether } from './jam.ts'
import { roleOf } from './rw.ts'
import type { Scene } from './scene.ts'
import { isPassedOver, overtaken, stillness, waitersSentence } from './stillness.ts'

/** Findings about locks that do not move: one for each lock, however many lines wait for it, and one for each circle. */
export function lockFindings(scene: Scene): Finding[] {
  const findings: Finding[] = []
  const told = new Set<Group>()
  const circles: { readonly rows: readonly number[]; readonly at: number }[] = []
  const isStuck = (group: Group) => stillness(scene, overtaken(scene, group)) !== undefined
  for (const group of scene.lockGroups) {
    if (told.has(group)) continue
    const stuck = overtaken(scene, group)
    const still = stillness(scene, stuck)
    if (!still) continue
    const jam = jamOf(scene, stuck)
    const more = toldTogether(stuck, jam).filter(other => !told.has(other) && isStuck(other))
    const inside = holderOf(scene, stuck, jam)
    const members = inside ? holderLast([stuck, ...more], inside) : [stuck, ...more]
    const held = inside && heldFinding(scene, members[0], members.slice(1), still, inside)
    const finding = inside ? held?.finding : forgottenFinding(scene, stuck, more, still)
    if (!finding) continue
    for (const other of more) told.add(other)
    const circle = inside && circles.find(({ rows }) => rows.includes(inside.row))
    if (held && held.circle.length > 0 && circle) {
      findings[circle.at] = joined(findings[circle.at], finding, stuck)
      continue
    }
    findings.push(finding)
    if (held && held.circle.length > 0) circles.push({ rows: held.circle, at: findings.length - 1 })
  }
  return findings
}

/** Who has the lock; nobody where all that speaks for it is that a waiter may wait for itself, and another was there, too. */
function holderOf(scene: Scene, stuck: Group, jam: readonly Group[]): Inside | undefined {
  // Where the line locks several locks, one that came later is inside of another.
  const inside = holderInside(scene, stuck, isPassedOver(scene, stuck) ? stuck.firstNs : undefined)
  if (inside?.how !== 'self' || isUpgrade(jam, inside)) return inside
  const taker = lastTakerOf(scene, jam)
  return taker && taker.proof !== 'package' ? undefined : inside
}

/** Does a reader wait behind a writer that waits for readers? Then the holder is a reader, and one that lives. */
function isUpgrade(jam: readonly Group[], inside: Inside): boolean {
  return (
    roleOf(inside.place) === 'reader' &&
    jam.some(group => group.places.some(place => place !== inside.place && roleOf(place) === 'draining'))
  )
}

/** Who waits for a lock that one of the waiters has is told at the line of the others. */
function holderLast(members: readonly Group[], inside: Inside): readonly Group[] {
  const alone = (group: Group) => group.rows.length === 1 && group.rows[0] === inside.row
  return [...members].sort((a, b) => Number(alone(a)) - Number(alone(b)))
}

/** Two findings of one circle are one: at the line where those wait that are not said to hold a lock. */
function joined(first: Finding, second: Finding, stuck: Group): Finding {
  const { goroutines, count } = first.waiters
  const own = count === 1 && goroutines[0] === first.holder.goroutine
  if (!own) return withEvidence(first, `another lock of the circle: ${waitersSentence(stuck)}`)
  return { ...second, evidence: [...second.evidence, ...first.evidence.filter(one => !second.evidence.includes(one))] }
}

function withEvidence(finding: Finding, sentence: string): Finding {
  return { ...finding, evidence: [...finding.evidence, sentence] }
}
