/**
 * Answers of the page "mmu". Curves are made in turns, and a newer question ends the one before: a large trace has
 * millions of changes, and a range that is drawn asks again and again.
 */
import {
  fittingWindow,
  gcWorkIn,
  type InTurns,
  type Mmu,
  type MmuCurve,
  minimumOf,
  mmuCurve,
  mmuIn,
  mmuWindows,
  ScopeError,
  scopeOf,
  type Trace,
  usualWindows,
  worstWindows,
} from '@unhang/core'
import type { MmuAsk, MmuRequests, MmuTold } from '../protocol/mmu.ts'
import type { Handlers, TraceAt } from './handlers.ts'
import type { Report } from './open.ts'

const MOST_WORST = 10
/** So long whoever asks something else waits. */
const TURN_MS = 40

type MmuHandlers = Handlers<Omit<MmuRequests, 'mmu'>> & {
  mmu(ask: MmuRequests['mmu']['ask'], report: Report): Promise<MmuTold>
}

export function mmuHandlers(traceAt: TraceAt): MmuHandlers {
  const newest = new Newest()
  /** Counts the curves that were asked for. */
  let turn = 0
  return {
    mmu: async ({ hasShares, ...ask }, report) => {
      const own = ++turn
      const trace = traceAt(ask.trace)
      const run: Run = {
        report: (done, total) => report({ stage: 'measuring', name: '', done, total }),
        isOver: () => own !== turn,
      }
      run.report(0, 0)
      const mmu = await newest.of(trace, ask, run)
      return typeof mmu === 'string' ? { missing: mmu } : told(trace, mmu, hasShares, run)
    },
    mmuStop: () => {
      turn++
      return undefined
    },
    mmuWorst: async ({ windowNs, ...ask }) => {
      const mmu = await newest.of(traceAt(ask.trace), ask, { report: () => {}, isOver: () => false })
      if (typeof mmu === 'string') return undefined
      const ns = Math.min(windowNs, mmu.toNs - mmu.fromNs)
      return { windowNs: ns, minimum: minimumOf(mmu.parts, ns), windows: worstWindows(mmu.parts, ns, MOST_WORST) }
    },
  }
}

/** Curve and worst windows are asked for one after the other, of the same. */
class Newest {
  private trace: Trace | undefined
  private key = ''
  private mmu: Mmu | string = ''

  /** A text: why there is none. */
  async of(trace: Trace, ask: MmuAsk, run: Run): Promise<Mmu | string> {
    const key = JSON.stringify(ask)
    if (trace === this.trace && key === this.key) return this.mmu
    const mmu = await made(trace, ask, run)
    this.mmu = mmu
    this.trace = trace
    this.key = key
    return mmu
  }
}

async function made(trace: Trace, { range, choice }: MmuAsk, run: Run): Promise<Mmu | string> {
  try {
    return await inTurns(mmuIn(trace, scopeOf(trace, range ? { range } : {}), choice), run)
  } catch (error) {
    if (error instanceof ScopeError) return `There is ${error.found}: ${error.remedy}.`
    throw error
  }
}

async function told(trace: Trace, mmu: Mmu, hasShares: boolean, run: Run): Promise<MmuTold> {
  const usual = usualWindows(mmu)
  // So that a length that people choose is one of the curve's.
  const lengths = [...new Set([...mmuWindows(mmu), ...usual])].sort((a, b) => a - b)
  const total = lengths.length + (hasShares ? 0 : usual.length)
  const curve = await inTurns(mmuCurve(mmu, lengths, hasShares, done => run.report(done, total)), run) // biome-ignore format: one line
  const more = (done: number) => run.report(lengths.length + done, total)
  return {
    missing: undefined,
    startNs: mmu.fromNs,
    endNs: mmu.toNs,
    work: gcWorkIn(trace, mmu),
    mean: mmu.mean,
    curve,
    usual: hasShares ? partOf(curve, usual) : await inTurns(mmuCurve(mmu, usual, true, more), run),
    windowNs: fittingWindow(mmu),
  }
}

/** What a curve says at some of its lengths. */
function partOf({ windowNs, minimum, shares, isSampled }: MmuCurve, lengths: readonly number[]): MmuCurve {
  const rows = lengths.map(ns => windowNs.indexOf(ns))
  const taken = (column: Float64Array) => Float64Array.from(rows, row => column[row])
  return {
    windowNs: taken(windowNs),
    minimum: taken(minimum),
    shares: shares.map(taken),
    isSampled: Uint8Array.from(rows, row => isSampled[row]),
  }
}

/** One question while it is worked at. */
type Run = {
  /** `total` 0: nobody knows how far it is. */
  report(done: number, total: number): void
  /** Another is asked. */
  isOver(): boolean
}

/** Throws where it is over. */
async function inTurns<T>(work: InTurns<T>, { isOver }: Run): Promise<T> {
  let beganMs = performance.now()
  for (;;) {
    const piece = work.next()
    if (piece.done) return piece.value
    if (performance.now() - beganMs < TURN_MS) continue
    await new Promise(resolve => setTimeout(resolve, 0))
    if (isOver()) throw new Error('something else is asked by now')
    beganMs = performance.now()
  }
}
