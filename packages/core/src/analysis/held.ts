/** A lock whose holder is alive: what does it do or wait for, with the lock held? */
import { chainOf } from './chain.ts'
import type { Finding } from './diagnosis.ts'
import { behind, headOf } from './finding.ts'
import type { Group } from './groups.ts'
import type { Inside } from './inside.ts'
import type { Scene } from './scene.ts'
import { stillMoves } from './stay.ts'
import { LONG_NS, type Stillness } from './stillness.ts'
import { isLockKind } from './waits.ts'
import { at, goroutine, shortName } from './words.ts'

/** A finding, and, where it is about a circle, the rows of the goroutines in it. */
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
  const long = still.ns >= LONG_NS || (!scene.trace && still.strong) || itself || chain.circle !== 'none'
  const id = scene.standing.id[inside.row]
  const evidence = [...still.evidence, ...more.map(behind), insideSentence(inside, id), ...chain.evidence]
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
  return { finding, circle: cause === 'lock-order-cycle' ? chain.rows : [] }
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

function insideSentence(inside: Inside, id: number): string {
  const where = `${goroutine(id)} is alive in ${at(inside.frame)}`
  const how = {
    function: 'behind the line that locks',
    caller: 'behind the call that locks',
  }[inside.how]
  return `${where}, ${how}`
}
