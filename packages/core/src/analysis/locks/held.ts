/** A lock whose holder is alive: what does it do or wait for, with the lock held? */

import type { Finding } from '../diagnosis.ts'
import { type Chain, chainOf } from '../holders/chain.ts'
import { jamOf } from '../holders/jam.ts'
import { movedSince, shutMinutes } from '../reach/aged.ts'
import { awaitedChildren } from '../reach/children.ts'
import type { Inside } from '../reach/inside.ts'
import { anyAtWork, anyNear, isAtRest } from '../reach/rest.ts'
import { isAnsweredHere, sleepersInside } from '../reach/sleepers.ts'
import { stillMoves } from '../reach/stay.ts'
import { LONG_NS, type ShutLine, shutNsOf, VERY_LONG_NS } from '../reach/stillness.ts'
import { behind, headOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { findingKind, isLockKind, type WaitKind } from '../scene/waits.ts'
import { at, goroutine, goroutines, shortName, verb } from '../scene/words.ts'
import { nobodyWakes, waitsForSleeper } from './mutual.ts'

/** Findings about the lines of a lock that a living goroutine seems to hold; none where that one will come back by itself. */
export function heldFindings(scene: Scene, lines: readonly ShutLine[], inside: Inside): Finding[] {
  const [{ group, still }] = lines
  const { wait } = inside.place
  // The forms of a dump that hide states do not tell whether it waits at all.
  if (wait.kind === 'unknown') return []
  // A timer, or the processor itself, will bring it back; and one that was woken a moment ago is at work.
  const chain = chainOf(scene, inside, groupsOf(lines))
  const goesOn = isAtWork(scene, group, inside) || (chain.circle === 'none' && endComesBack(scene, lines, chain))
  if (goesOn && !(still.ns >= LONG_NS)) return []
  // Who has waited for minutes is stuck, though somebody inside goes on, and may let go at last.
  const comesBack = goesOn && (scene.trace !== undefined || !(still.ns >= VERY_LONG_NS))
  const itself = inside.how === 'self' || lines.some(each => isWaiter(each.group, inside))
  const cause = comesBack ? 'contention' : causeOf(itself, chain)
  // A loop that runs inside of a Once keeps others out for good, and means to; such a loop moves.
  const moves = !(still.ns >= VERY_LONG_NS) || movedSince(scene, inside.row, shutMinutes(scene, [group]))
  const loops = group.kind === 'once' && moves && !nobodyWakes(scene, chain.end.row, 'likely')
  const sure = (!loops && isSure(scene, lines, inside, chain)) || itself || chain.circle !== 'none'
  const id = scene.standing.id[inside.row]
  const about = [insideSentence(inside, id), ...chain.evidence]
  return lines.map(({ group: waiting, still: stays }) => ({
    kind: findingKind(waiting.kind),
    cause,
    certainty: sure && !comesBack ? 'likely' : 'possible',
    ...headOf(scene, waiting),
    holder: {
      state: wait.kind === 'none' ? 'running' : isWaiter(waiting, inside) ? 'self' : 'waiting',
      ...(Number.isNaN(id) ? {} : { goroutine: id }),
      function: inside.frame.function,
      ...(chain.text === '' ? {} : { waitsFor: chain.text }),
    },
    evidence: [
      ...stays.evidence,
      ...lines.filter(each => each.group !== waiting).map(each => behind(each.group)),
      ...about,
    ],
    advice: HELD_ADVICE[cause](shortName(inside.frame.function)),
  }))
}

function groupsOf(lines: readonly ShutLine[]): Group[] {
  return lines.map(({ group }) => group)
}

function causeOf(itself: boolean, chain: Chain): Finding['cause'] {
  if (itself) return 'self-deadlock'
  return chain.circle === 'here' ? 'lock-order-cycle' : 'holder-blocked'
}

/** Nobody hands the lock on: it was watched for long enough, or nobody is at work who could do so. */
function isSure(scene: Scene, lines: readonly ShutLine[], inside: Inside, chain: Chain): boolean {
  const { end, locks } = chain
  const [{ group, still }] = lines
  // A loop that reads looks like a call that takes long, and an answer may come.
  if (inside.how === 'call' && !nobodyWakes(scene, end.row, 'likely'))
    return still.ns >= (scene.trace && group.firstNs === 0 && !inside.others ? LONG_NS : VERY_LONG_NS)
  if (still.ns >= LONG_NS) return true
  // Answers come at all times: two dumps may well meet the same goroutines before two of them.
  const { kind } = end.place.wait
  if (!scene.trace && still.strong) return kind !== 'network' && end.place.site?.own !== false
  if (!scene.trace && !anyAtWork(scene)) return true
  // Others at work may wake one that waits on a channel, as far as is known of who could.
  const isStuck = isLockKind(kind) || kind === 'forever' || inside.how === 'mutual' || nobodyWakes(scene, end.row)
  return isStuck && isAtRest(scene, [...groupsOf(lines), ...locks])
}

const BACK: ReadonlySet<WaitKind> = new Set<WaitKind>(['none', 'sleep', 'syscall'])

/** Is the last one of the chain at work, or one of those that it waits for? */
function endComesBack(scene: Scene, lines: readonly ShutLine[], { end, locks }: Chain): boolean {
  const { standing } = scene
  const kindOf = (row: number) => standing.places[standing.place[row]].wait.kind
  const { kind } = end.place.wait
  const last = isLockKind(kind) ? locks.at(-1) : undefined
  if (last) {
    const jam = jamOf(scene, last)
    return sleepersInside(scene, jam, shutNsOf(scene, jam)).length > 0
  }
  if (kind === 'waitgroup' && anyNear(scene, groupsOf(lines))) return true
  if (
    (kind === 'network' || CALLS.test(end.place.site?.package ?? '')) &&
    isAnsweredHere(scene, shutMinutes(scene, groupsOf(lines)))
  )
    return true
  // One dump alone has many sleepers, and does not tell who slept before.
  if (!Number.isNaN(lines[0].still.ns) && waitsForSleeper(scene, end.row)) return true
  return BACK.has(kind) || awaitedChildren(scene, end.row).some(row => BACK.has(kindOf(row)))
}

/** Packages whose waits are for the answer of a remote. */
const CALLS = /^(net|net\/http|net\/rpc|google\.golang\.org\/grpc)$/

/** Does the holder itself wait for the lock of this line? One of a ring waits there for another one. */
function isWaiter(group: Group, { row, place, how }: Inside): boolean {
  if (how === 'ring') return false
  return group.rows.includes(row) || (group.lock !== '' && place.lock === group.lock && place.site === group.site)
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
  const who = goroutine(id)
  const where = at(inside.frame)
  const count = inside.others?.length ?? 0
  const others = count > 0 ? `; ${goroutines(count)} more ${verb(count, 'stand')} there as it does` : ''
  const isLock = isLockKind(inside.place.wait.kind)
  const sentence = {
    function: `${who} is alive in ${where}, behind the line that locks`,
    caller: `${who} is alive in ${where}, behind the call that locks`,
    value: `${who} is in ${where}, which works on the value that the lock belongs to; of all that do, only it ${isLock ? 'waits for another lock' : 'is blocked, and not idle'}`,
    call: `${who} is in ${where}, on the lock's own ${inside.sure ? 'value' : 'type'}, in a call that an answer would end; nobody else alive but those that wait works on that: it may have the lock`,
    kin: `${who} is in ${where}, code that belongs to this lock, and ${isLock ? 'waits for another lock in code of which a waiter here is part, too' : 'waits there for goroutines that it has started'}`,
    once: `${who} is in ${where}, which that Once calls`,
    mutual: `${who} is in ${where}; nobody is left to wake it but goroutines that wait for this lock: it has it, most likely`,
    ring: `${who} is in ${where}, and waits for another lock; of neither is anybody else alive seen to be inside, so these that wait have each other's locks, most likely`,
    self: `${who} waits for it itself, and is in ${where} further out on its stack, on the lock's own ${inside.sure ? 'value' : 'type'}; nobody else alive is seen to have it`,
  }[inside.how]
  return `${sentence}${others}`
}
