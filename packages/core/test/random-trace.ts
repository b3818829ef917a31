/** Small traces by chance, each from a number: everything that a filter can ask for occurs, often together. */
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, placeOf, RangeKind, type Trace } from '../src/trace/tables.ts'

/** What functions are called, as runtime, sync and programs do; some of them hard to write down. */
export const FUNCTIONS = [
  'main.worker',
  'main.(*server).AcquireLock',
  'main.F[go.shape.int,go.shape.string]',
  'main.with space "and" quotes\\',
  'net/http.(*conn).serve',
  'sync.(*Mutex).Lock',
  'internal/sync.(*Mutex).lockSlow',
  'sync.(*RWMutex).RLock',
  'sync.(*WaitGroup).Wait',
  'runtime.chanrecv1',
  'runtime.selectgo',
  'runtime.gopark',
  'runtime.main',
  'runtime.bgsweep',
]
const REASONS = ['', 'sync', 'chan receive', 'select', 'network', 'GC mark assist wait for work', 'forever', 'syscall']
export const TYPES = ['request', 'Request body', 'parse', '7', 'a,b']

/** The same numbers for the same seed (xorshift). */
export function chances(seed: number): (below: number) => number {
  let state = (seed | 0) ^ 0x9e3779b9 || 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

export function randomTrace(seed: number): Trace {
  const draft = new Draft(chances(seed))
  draft.begin()
  for (let i = draft.below(60) + 3; i > 0; i--) draft.event()
  return draft.end()
}

class Draft {
  readonly below: (below: number) => number
  private readonly builder = new TraceBuilder(new Uint8Array(0), 64)
  private readonly states: number[] = []
  private readonly dead = new Set<number>()
  private timeNs = 0
  private readonly open: number[] = []

  constructor(below: (below: number) => number) {
    this.below = below
  }

  begin(): void {
    for (const id of [0, 1, 7]) this.builder.proc(id)
    for (const id of [41, 1234567, 3]) this.builder.thread(id)
    for (let i = this.below(3) + 1; i > 0; i--) this.born(true)
    // Those that nothing was heard of yet: their first span has a late row and begins with the trace.
    for (let i = this.below(2); i > 0; i--) {
      this.states.push(-1)
      this.begun(this.builder.goroutine(60 + i, Number.NaN, -1, -1))
    }
  }

  event(): void {
    this.timeNs += this.below(4) * 3e6
    const kind = this.below(12)
    if (kind < 8) this.move()
    else if (kind === 8) this.born(false)
    else if (kind === 9) this.range()
    else this.note()
  }

  end(): Trace {
    return this.builder.freeze(26, this.timeNs + this.below(3) * 10e6)
  }

  private born(old: boolean): void {
    const count = this.builder.goroutineCount
    if (count > 8) return
    const creator = old || count === 0 ? -1 : this.below(count)
    const stack = this.below(2) === 0 ? this.stack() : -1
    const id = [1, 4, 41, 42, 50, 410, 411, 4100, 77][count]
    const g = this.builder.goroutine(id, old ? Number.NaN : this.timeNs, creator, stack)
    this.begun(g)
    if (old) this.builder.span(0, g, GoState.running, 0, placeOf(0, 0), -1)
    else this.builder.span(this.timeNs, g, GoState.runnable, 0, creator, this.below(2) === 0 ? this.stack() : -1)
    this.states[g] = old ? GoState.running : GoState.runnable
  }

  private begun(g: number): void {
    if (this.below(3) > 0) this.builder.ownStack(g, this.stack())
  }

  private move(): void {
    const g = this.below(this.builder.goroutineCount)
    if (this.dead.has(g)) return
    if (this.states[g] === -1) {
      this.states[g] = GoState.waiting
      return this.builder.span(0, g, GoState.waiting, this.reason(), -1, this.stackOrNone())
    }
    const state = this.below(4)
    if (this.below(15) === 0) {
      this.dead.add(g)
      return this.builder.die(this.timeNs, g)
    }
    const place = placeOf(this.below(4) - 1, this.below(4) - 1)
    if (state === GoState.running) this.builder.span(this.timeNs, g, state, 0, place, -1)
    else if (state === GoState.syscall) this.builder.span(this.timeNs, g, state, 0, place, this.stackOrNone())
    else if (state === GoState.waiting) this.builder.span(this.timeNs, g, state, this.reason(), -1, this.stackOrNone())
    else this.runnable(g)
    this.states[g] = state
  }

  private runnable(g: number): void {
    const waker = this.below(this.builder.goroutineCount + 1) - 1
    const preempted = waker < 0 && this.below(2) === 0 ? this.text('preempted') : -1
    const reason = preempted < 0 ? 0 : this.builder.reason(preempted)
    this.builder.span(this.timeNs, g, GoState.runnable, reason, waker, this.stackOrNone())
  }

  private range(): void {
    const open = this.open.pop()
    if (open !== undefined && this.below(2) === 0) return this.builder.endRange(this.timeNs, open)
    if (open !== undefined) this.open.push(open)
    const kind = [RangeKind.gcMark, RangeKind.gcSweep, RangeKind.markAssist, RangeKind.stopTheWorld][this.below(4)]
    const g = kind === RangeKind.markAssist ? this.below(this.builder.goroutineCount) : -1
    this.open.push(this.builder.rangeBegin(this.timeNs, kind, 0, g, -1, -1))
  }

  private note(): void {
    const g = this.below(this.builder.goroutineCount)
    const type = this.text(TYPES[this.below(TYPES.length)])
    const task = this.below(4)
    const kind = this.below(5)
    if (kind === 0) this.builder.taskBegin(this.timeNs, task + 6, 0, type, g, -1)
    else if (kind === 1) this.builder.regionBegin(this.timeNs, task === 0 ? 0 : task + 6, type, g, -1)
    else if (kind === 2) this.builder.log(this.timeNs, task === 0 ? 0 : task + 6, 0, 0, g, -1)
    else if (kind === 3) this.builder.goLabel(this.timeNs, g, type)
    else this.builder.sample(this.timeNs, g, -1, this.stackOrNone())
  }

  private stackOrNone(): number {
    return this.below(4) === 0 ? -1 : this.stack()
  }

  private stack(): number {
    const count = this.below(4) + 1
    const rows = Array.from({ length: count }, () => {
      const name = FUNCTIONS[this.below(FUNCTIONS.length)]
      return this.builder.stacks.frameRow(this.text(name), this.text('main.go'), 1)
    })
    return this.builder.stacks.stack(rows, rows.length)
  }

  private reason(): number {
    return this.builder.reason(this.text(REASONS[this.below(REASONS.length)]))
  }

  private text(text: string): number {
    return this.builder.strings.internText(text)
  }
}
