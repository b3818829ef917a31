/** A lock whose holder is alive: what does it do or wait for, with the lock held? */
import { chainOf } from './chain.ts'
import type { Finding } from './diagnosis.ts'
import { behind, headOf } from './finding.ts'
import type { Group } from './groups.ts'
import type { Inside } from './inside.ts'
import type { Scene } from './scene.ts'
import { stillMoves } from './stay.ts'
import { anyAtWork, LONG_NS, type Stillness } from './stillness.ts'
import { isLockKind } from './waits.ts'
import { at, goroutine, goroutines, shortName, verb } from './words.ts'

/** A finding, and, where it is about a circle or one that waits for itself, the rows of the goroutines in it. */
export type Held = { readonly finding: Finding; readonly circle: readonly number[] }

/**
 * A finding about a lock that a living goroutine seems to hold; undefined where that one will come back by itself.
 * `more`: the other lines where goroutines wait for it.
 */
export function heldFinding(
  scene: Scene,
  group: Group,
  more: readonly Group[],
  still: Stillness,
  inside: Inside,
): Held | undefined {
  const { wait } = inside.place
  // The forms of a dump that hide states do not tell whether it waits at all.
  if (wait.kind === 'unknown') return undefined
  // A timer, or the processor itself, will bring it back; and one that was woken a moment ago is at work.
  const comesBack = wait.kind === 'none' || wait.kind === 'sleep' || isAtWork(scene, group, inside)
  if (comesBack && !(still.ns >= LONG_NS)) return undefined
  const chain = chainOf(scene, inside, new Set([group.site]))
  const itself =
    (group.lock !== '' && inside.place.lock === group.lock) || chain.circle === 'self' || isWaiter(group, inside)
  const cause = comesBack
    ? 'contention'
    : itself
      ? 'self-deadlock'
      : chain.circle === 'locks'
        ? 'lock-order-cycle'
        : 'holder-blocked'
  const long =
    still.ns >= LONG_NS || (!scene.trace && (still.strong || !anyAtWork(scene))) || itself || chain.circle !== 'none'
  const id = scene.standing.id[inside.row]
  const evidence = [...still.evidence, ...more.map(behind), insideSentence(scene, inside, id), ...chain.evidence]
  const finding: Finding = {
    kind: group.kind as Finding['kind'],
    cause,
    certainty: long && !comesBack ? 'likely' : 'possible',
    ...headOf(scene, group, more),
    holder: {
      state: wait.kind === 'none' ? 'running' : itself ? 'self' : 'waiting',
      ...(Number.isNaN(id) ? {} : { goroutine: id }),
      function: inside.frame.function,
      ...(chain.text === '' ? {} : { waitsFor: chain.text }),
    },
    evidence,
    advice: HELD_ADVICE[cause](shortName(inside.frame.function)),
  }
  return { finding, circle: cause === 'lock-order-cycle' || cause === 'self-deadlock' ? chain.rows : [] }
}

/** Does the holder itself wait at this line? */
function isWaiter(group: Group, { row, place }: Inside): boolean {
  return place.site === group.site && group.rows.includes(row)
}

/** Was it woken again and again since others wait for the lock, and a moment ago? */
function isAtWork(scene: Scene, group: Group, { row, place }: Inside): boolean {
  const g = scene.standing.traceRow[row]
  if (!scene.trace || g < 0 || isLockKind(place.wait.kind)) return false
  return stillMoves(scene.trace, g, group.firstNs)
}

const HELD_ADVICE: Readonly<Record<string, (functionName: string) => string>> = {
  contention: name => `shorten what ${name} does with the lock held`,
  'self-deadlock': name =>
    `${name} takes a lock that it holds already: lock in one place, and call what needs it from there`,
  'lock-order-cycle': name =>
    `${name} and the others in the circle take the same locks in different orders: give them one order`,
  'holder-blocked': name =>
    `${name} waits with the lock held: release it before that wait, or bound the wait with a time-out`,
}

function insideSentence(scene: Scene, inside: Inside, id: number): string {
  const who = goroutine(id)
  const where = at(inside.frame)
  const count = inside.others?.length ?? 0
  const others = count > 0 ? `; ${goroutines(count)} more ${verb(count, 'stand')} there as it does` : ''
  const isLock = isLockKind(inside.place.wait.kind)
  const sentence = {
    function: `${who} is alive in ${where}, behind the line that locks`,
    caller: `${who} is alive in ${where}, behind the call that locks`,
    value: `${who} is in ${where}, which works on the value that the lock belongs to; of all that do, only it ${isLock ? 'waits for another lock' : 'is blocked, and not idle'}`,
    kin: `${who} is in ${where}, code that belongs to this lock, and ${isLock ? 'waits for another lock in code of which a waiter here is part, too' : 'waits there for goroutines that it has started'}`,
    self: `${who} waits for it itself, and is in ${where} further out on its stack, on the lock's own ${scene.dumps.length > 0 ? 'value' : 'type'}; nobody else alive is seen to have it`,
  }[inside.how]
  return `${sentence}${others}`
}
