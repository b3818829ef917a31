/** Answers of the page "mmu". Curves are made in turns: a large trace has millions of changes. */
import {
  fittingWindow,
  gcWorkIn,
  type InTurns,
  type Mmu,
  type MmuCurve,
  minimumOf,
  mmuCurve,
  mmuOf,
  mmuWindows,
  ScopeError,
  scopeOf,
  type Trace,
  usualWindows,
  worstWindows,
} from '@unhang/core'
import type { MmuAsk, MmuRequests, MmuTold } from '../protocol/mmu.ts'
import type { Handlers, TraceAt } from './handlers.ts'

const MOST_WORST = 10
/** So long whoever asks something else waits. */
const TURN_MS = 40

export function mmuHandlers(traceAt: TraceAt): Handlers<MmuRequests> {
  const newest = new Newest()
  return {
    mmu: async ({ hasShares, ...ask }) => {
      const trace = traceAt(ask.trace)
      const mmu = newest.of(trace, ask)
      return typeof mmu === 'string' ? { missing: mmu } : told(trace, mmu, hasShares)
    },
    mmuWorst: ({ windowNs, ...ask }) => {
      const mmu = newest.of(traceAt(ask.trace), ask)
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
  of(trace: Trace, ask: MmuAsk): Mmu | string {
    const key = JSON.stringify(ask)
    if (trace !== this.trace || key !== this.key) {
      this.mmu = made(trace, ask)
      this.trace = trace
      this.key = key
    }
    return this.mmu
  }
}

function made(trace: Trace, { range, choice }: MmuAsk): Mmu | string {
  try {
    return mmuOf(trace, scopeOf(trace, range ? { range } : {}), choice)
  } catch (error) {
    if (error instanceof ScopeError) return `There is ${error.found}: ${error.remedy}.`
    throw error
  }
}

async function told(trace: Trace, mmu: Mmu, hasShares: boolean): Promise<MmuTold> {
  const usual = usualWindows(mmu)
  // So that a length that people choose is one of the curve's.
  const lengths = [...new Set([...mmuWindows(mmu), ...usual])].sort((a, b) => a - b)
  const curve = await inTurns(mmuCurve(mmu, lengths, hasShares))
  return {
    missing: undefined,
    startNs: mmu.fromNs,
    endNs: mmu.toNs,
    work: gcWorkIn(trace, mmu),
    mean: mmu.mean,
    curve,
    usual: hasShares ? partOf(curve, usual) : await inTurns(mmuCurve(mmu, usual, true)),
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

async function inTurns<T>(work: InTurns<T>): Promise<T> {
  let beganMs = performance.now()
  for (;;) {
    const piece = work.next()
    if (piece.done) return piece.value
    if (performance.now() - beganMs < TURN_MS) continue
    await new Promise(resolve => setTimeout(resolve, 0))
    beganMs = performance.now()
  }
}
