/** Traces made up by chance, for properties: any states in any order, births, deaths, late first sightings. */
import fc from 'fast-check'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, placeOf, type Trace } from '../src/trace/tables.ts'

export const PROCS = 2
export const THREADS = 3

type Step = {
  readonly afterNs: number
  readonly goroutine: number
  readonly state: GoState
  readonly reason: number
  readonly place: number
  readonly dies: boolean
}
export type Story = {
  readonly steps: readonly Step[]
  /** By goroutine: began before the trace. */
  readonly isOld: readonly boolean[]
  /** By goroutine: a finding is about it. */
  readonly isStuck: readonly boolean[]
  readonly restNs: number
}

const GOROUTINES = 5

export function stories(maxSteps: number): fc.Arbitrary<Story> {
  const step = fc.record({
    // Many short stays and a few long ones.
    afterNs: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }) }, fc.integer({ min: 1, max: 20_000 })),
    // The first goroutine is busy, so that one row gets crowded.
    goroutine: fc.oneof(fc.constant(0), fc.nat(GOROUTINES - 1)),
    state: fc.constantFrom<GoState>(GoState.running, GoState.runnable, GoState.waiting, GoState.syscall),
    reason: fc.nat(2),
    place: fc.nat(PROCS * THREADS - 1),
    dies: fc.integer({ min: 0, max: 200 }).map(n => n === 0),
  })
  const flags = fc.array(fc.boolean(), { minLength: GOROUTINES, maxLength: GOROUTINES })
  return fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: maxSteps, size: 'max' }),
    isOld: flags,
    isStuck: flags,
    restNs: fc.nat(1000),
  })
}

/** What a story tells, as a trace. A proc or thread is entered only when it is free, but for a syscall's proc. */
export function traceOf({ steps, isOld, restNs }: Story): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const text = (words: string) => builder.strings.internText(words)
  const reasons = [0, builder.reason(text('chan receive')), builder.reason(text('sync.Mutex.Lock'))]
  for (let p = 0; p < PROCS; p++) builder.proc(p)
  for (let m = 0; m < THREADS; m++) builder.thread(m)
  const rows = new Map<number, number>()
  const inState = new Map<number, { state: GoState; proc: number; thread: number }>()
  let timeNs = 0
  let nextId = 1
  for (const { afterNs, goroutine, state, reason, place, dies } of steps) {
    timeNs += afterNs
    let g = rows.get(goroutine)
    if (g === undefined) {
      // A second life of the same part is born within the trace.
      const old = isOld[goroutine] && !rows.has(-1 - goroutine)
      rows.set(-1 - goroutine, 0)
      g = builder.goroutine(nextId++, old ? Number.NaN : timeNs, -1, -1)
      rows.set(goroutine, g)
      if (old) builder.span(0, g, GoState.waiting, reasons[reason], -1, -1)
    }
    const now = { state, proc: place % PROCS, thread: Math.floor(place / PROCS) }
    const isActive = state === GoState.running || state === GoState.syscall
    const isTaken = [...inState].some(
      ([other, there]) =>
        other !== g && ((there.state === GoState.running && there.proc === now.proc) || there.thread === now.thread),
    )
    inState.delete(g)
    if (isActive && !isTaken) {
      inState.set(g, now)
      builder.span(timeNs, g, state, 0, placeOf(now.proc, now.thread), -1)
    } else if (state === GoState.runnable) builder.span(timeNs, g, GoState.runnable, 0, -1, -1)
    else builder.span(timeNs, g, GoState.waiting, reasons[reason], -1, -1)
    if (!dies) continue
    timeNs += 1
    builder.die(timeNs, g)
    inState.delete(g)
    rows.delete(goroutine)
  }
  return builder.freeze(26, timeNs + restNs)
}
