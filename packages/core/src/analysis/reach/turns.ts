/**
 * Loops that went round and round while somebody waited, as the trace shows it. What a turn does for somebody shows: it
 * wakes him. A loop whose turns woke nobody looks after things of its own; one that works on other things than the waiter
 * wakes somebody else, if anybody.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Scene } from '../scene/scene.ts'
import type { WaitKind } from '../scene/waits.ts'
import { isServing } from './idle.ts'
import { haveTypeInCommon } from './kin.ts'
import type { Tie } from './partners.ts'
import { reachOf } from './reach.ts'
import { seriesIn } from './series.ts'

/** So many turns of a loop are no accident of its first one. */
const ROUNDS = 3
/** A loop that counts up to something, or looks for something to come, may do its work in one turn of several. */
const MANY_ROUNDS = 10
/** More spans than these are gone through for nobody: it goes no round. */
const MAX_SPANS = 4096
/** One that runs is in the middle of a turn. */
const ROUND: ReadonlySet<WaitKind> = new Set<WaitKind>(['sleep', 'chan receive', 'select', 'none'])

/** It has been started near the waiter, and nothing more is known. */
const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['sibling', 'child', 'around'])
/** It has to do with the waiter's things. */
const NEAR: ReadonlySet<Tie> = new Set<Tie>(['sibling', 'child', 'around', 'type', 'value'])

/** Does this row come round again and again while the other waits, and do nothing for that one? */
export function goesRoundBeside(scene: Scene, row: number, tie: Tie, waiter: number): boolean {
  const { trace, standing } = scene
  const g = standing.traceRow[row]
  const place = standing.places[standing.place[row]]
  if (!trace || g < 0 || !NEAR.has(tie)) return false
  const sinceNs = standing.sinceNs[waiter]
  // It has come since, as others before it, and those have gone.
  const bornNs = trace.goroutines.birthNs[g]
  if (tie !== 'child' && bornNs > sinceNs && seriesIn(scene)(row, sinceNs)) return true
  if (!ROUND.has(place.wait.kind)) return false
  const waiting = standing.places[standing.place[waiter]]
  const beside = LOOSE.has(tie) && !haveTypeInCommon(place, waiting)
  const { rounds, given, looksOut } = turnsOf(trace, g, sinceNs)
  if (rounds >= ROUNDS && ((beside && !given) || isPeerOfCreator(scene, row, tie, waiter))) return true
  // One that asks a remote again and again tells of it when there is an answer.
  if (looksOut || rounds < MANY_ROUNDS || !(lastWakes(trace)[g] < sinceNs)) return false
  // Whoever gives it work may give it the one piece that the waiter waits for; a sender has been passed by already.
  if (given && !beside && waiting.wait.kind !== 'chan send') return false
  // Who waits until all are done waits for a loop of the same things as long as that is wanted; so does a long poll.
  return beside || (waiting.wait.kind !== 'waitgroup' && !waiting.frames.some(isServing))
}

/** Does it do what somebody else does who has started the waiter, and lives? Then it has such ones of its own. */
function isPeerOfCreator(scene: Scene, row: number, tie: Tie, waiter: number): boolean {
  if (tie !== 'type' && tie !== 'around') return false
  const parent = reachOf(scene).creator(waiter)
  if (parent < 0 || parent === row) return false
  const start = scene.startedAt(parent)
  return start !== undefined && start === scene.startedAt(row)
}

type Turns = {
  /** How often it went on from where it waits now, or has waited last; at most MANY_ROUNDS. */
  readonly rounds: number
  /** In one of them somebody woke it there. */
  readonly given: boolean
  /** It waited for the network in between. */
  readonly looksOut: boolean
}

function turnsOf({ spans, spansOf, strings, reasons }: Trace, g: number, sinceNs: number): Turns {
  const first = spansOf.first[g]
  const last = spansOf.first[g + 1] - 1
  const waits = (at: number) => (spans.stateReason[spansOf.row[at]] & 3) === GoState.waiting
  let stack = waits(last) ? spans.stack[spansOf.row[last]] : -1
  let rounds = 0
  let given = false
  let looksOut = false
  for (let at = last - 1; at >= Math.max(first, last - MAX_SPANS) && rounds < MANY_ROUNDS; at--) {
    const span = spansOf.row[at]
    if (!(spans.startNs[span] >= sinceNs)) break
    if (!waits(at)) continue
    if (stack < 0) stack = spans.stack[span]
    looksOut ||= strings.text(reasons[spans.stateReason[span] >> 2]) === 'network'
    // Where a trace begins in the middle of a wait, nothing says where that is.
    if (spans.stack[span] !== stack && !(at === first && spans.stack[span] < 0)) continue
    const next = spansOf.row[at + 1]
    given ||= (spans.stateReason[next] & 3) === GoState.runnable && spans.place[next] >= 0
    rounds++
  }
  return { rounds, given, looksOut }
}

const wakes = new WeakMap<Trace, Float64Array>()

/** By goroutine: when it last woke, or started, another one; -1 never. */
function lastWakes(trace: Trace): Float64Array {
  let last = wakes.get(trace)
  if (!last) {
    last = new Float64Array(trace.goroutines.length).fill(-1)
    const { spans } = trace
    for (let row = 0; row < spans.length; row++)
      if ((spans.stateReason[row] & 3) === GoState.runnable && spans.place[row] >= 0)
        last[spans.place[row]] = spans.startNs[row]
    wakes.set(trace, last)
  }
  return last
}
