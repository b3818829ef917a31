/**
 * Who takes what is sent at one line, as the trace saw it, and who therefore is not the one that a sender there waits for.
 * Of one channel never a sender and a receiver wait at once: a receiver that is at its line again has nothing to do with
 * whoever waits to send, and one that goes round and round beside it serves others.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Scene } from '../scene/scene.ts'
import type { Tie } from './partners.ts'
import { reachOf } from './reach.ts'

/** So many are no accident. */
export const MIN_TAKEN = 3
/** Whoever has not come back for so long goes no round. */
const MAX_SPANS = 4096
/** More takers of one line than this tell nothing new. */
const MAX_TAKERS = 64

/** What was sent at one line while the trace was taken. */
export class Taken {
  private count = 0
  /** By taker (row of the trace): where it had waited last. */
  private readonly stacks = new Map<number, number>()
  /** Each was taken by whoever had started the sender. */
  private byCreators = true
  private readonly back = new Map<number, boolean>()
  /** By taker: when the youngest senders were born whom it took from; -1: before the trace. */
  private readonly births = new Map<number, number[]>()

  add(trace: Trace, sender: number, taker: number, stack: number): void {
    const { creator, birthNs } = trace.goroutines
    this.count++
    if (!this.stacks.has(taker) && this.stacks.size === MAX_TAKERS) return
    this.stacks.set(taker, stack)
    if (creator[sender] !== taker) this.byCreators = false
    if (!this.byCreators) return
    const born = Number.isNaN(birthNs[sender]) ? -1 : birthNs[sender]
    const births = this.births.get(taker)
    if (!births) this.births.set(taker, [born])
    else if (births.length < MIN_TAKEN) births.push(born)
    else {
      const oldest = births.indexOf(Math.min(...births))
      births[oldest] = Math.max(births[oldest], born)
    }
  }

  /**
   * Are those who took something there, many times, back where they have waited then, or have they been there again and
   * again since? Whoever has ended takes nothing more, and who is stuck itself is asked after elsewhere.
   */
  comeBack(trace: Trace, sinceNs: number, isStuck: (g: number) => boolean): boolean {
    if (this.count < MIN_TAKEN || this.stacks.size >= MAX_TAKERS) return false
    let known = this.back.get(sinceNs)
    if (known === undefined) {
      const others = [...this.stacks.keys()].filter(g => !this.isBack(trace, g, sinceNs))
      const none = others.every(g => !Number.isNaN(trace.goroutines.deathNs[g]) || isStuck(g))
      known = none && others.length < this.stacks.size
      this.back.set(sinceNs, known)
    }
    return known
  }

  /** Has it taken what was sent there, and does so again and again from others than who sends since then? */
  isBack(trace: Trace, g: number, sinceNs: number): boolean {
    const stack = this.stacks.get(g)
    return stack !== undefined && (isAt(trace, g, stack) || rounds(trace, g, sinceNs, stack) >= MIN_TAKEN)
  }

  /** Where each sends to whoever started it: has this one taken from several since that were born after `ns`? */
  overtook(creator: number, ns: number): boolean {
    const births = this.births.get(creator)
    return this.byCreators && births?.length === MIN_TAKEN && births.every(born => born > ns)
  }
}

const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['creator', 'sibling', 'scope', 'around', 'type'])

/** Does `row` serve others than the waiter? `takenAt` is what was sent at the waiter's line; `waits`: may this row be stuck itself? */
export function servesOthersIn(
  scene: Scene,
  takenAt: (row: number) => Taken | undefined,
  waits: (row: number) => boolean,
): (row: number, tie: Tie, waiter: number) => boolean {
  const { trace, standing } = scene
  if (!trace) return () => false
  const reach = reachOf(scene)
  const isStuck = (g: number) => scene.rowOf[g] >= 0 && waits(scene.rowOf[g])
  return (row, tie, waiter) => {
    const g = standing.traceRow[row]
    if (g < 0) return false
    const taken = takenAt(waiter)
    const sinceNs = standing.sinceNs[waiter]
    if (taken?.comeBack(trace, sinceNs, isStuck)) {
      if (taken.isBack(trace, g, sinceNs)) return true
      return LOOSE.has(tie) && rounds(trace, g, sinceNs) >= MIN_TAKEN
    }
    if (!LOOSE.has(tie) || tie === 'creator' || !workOnDifferent(reach, row, waiter)) return false
    return rounds(trace, g, sinceNs) >= MIN_TAKEN
  }
}

function isAt({ spans, spansOf }: Trace, g: number, stack: number): boolean {
  const last = spansOf.row[spansOf.first[g + 1] - 1]
  return (spans.stateReason[last] & 3) === GoState.waiting && spans.stack[last] === stack
}

/** How often it has come to this stack, or to where it waited last, since then; three times tell as much as more. */
export function rounds({ spans, spansOf }: Trace, g: number, sinceNs: number, stack = -1): number {
  let there = stack
  let count = 0
  const last = spansOf.first[g + 1] - 1
  for (let at = last; at >= Math.max(spansOf.first[g], last - MAX_SPANS) && count < MIN_TAKEN; at--) {
    const span = spansOf.row[at]
    if (!(spans.startNs[span] >= sinceNs)) break
    if ((spans.stateReason[span] & 3) !== GoState.waiting || spans.stack[span] < 0) continue
    if (there < 0) there = spans.stack[span]
    if (spans.stack[span] === there) count++
  }
  return count
}

/** Are both in methods of one type, and each of another value? */
function workOnDifferent(reach: ReturnType<typeof reachOf>, a: number, b: number): boolean {
  const receivers = (row: number) => reach.pointers(row).filter(({ frame, receiver }) => receiver && frame.own)
  const ofA = receivers(a)
  const ofB = receivers(b)
  const types = new Set(ofA.map(({ frame }) => frame.receiver))
  const common = ofB.filter(({ frame }) => types.has(frame.receiver))
  const addresses = new Set(ofA.map(({ address }) => address))
  return common.length > 0 && !ofB.some(({ address }) => addresses.has(address))
}
