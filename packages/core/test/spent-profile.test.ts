/** Stacks and what was spent in them: drawn traces, and every range of traces by chance against a slow plain version. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSystemEntry } from '../src/spent/entries.ts'
import {
  collectProfile,
  PROFILE_KINDS,
  type Profile,
  type ProfileKind,
  type ProfileOptions,
  SAMPLE_PERIOD_NS,
} from '../src/spent/profile/profile.ts'
import { type Scope, scopeOf, wholeScope } from '../src/spent/scope.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, lastSpanOf, placeOf, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { traceFromText } from '../src/trace/text.ts'
import { openTrace } from './open-trace.ts'
import { randomTrace } from './random-trace.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const LOCK = { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:90', 'main.work main.go:20'] }
const NET = { reason: 'network', stack: ['net.(*conn).Read net.go:7', 'main.work main.go:21'] }
const SLEEP = { reason: 'sleep', stack: ['time.Sleep sleep.go:3', 'main.work main.go:22'] }
const CALL = { syscall: true, stack: ['syscall.read sys.go:1', 'main.work main.go:23'] }
const UNLOCK = { stack: ['sync.(*Mutex).Unlock sync/mutex.go:210', 'main.free main.go:30'] }
const LEGEND = { L: LOCK, N: NET, S: SLEEP, C: CALL, '1': UNLOCK }

/** "function+function 2× 3 ticks", innermost first, for each row. */
function rowsOf(trace: Trace, profile: Profile): string[] {
  return Array.from(profile.stack, (stack, i) => {
    const names = []
    for (let at = trace.stacks.first[stack]; at < trace.stacks.first[stack + 1]; at++)
      names.push(trace.strings.text(trace.frames.function[trace.stacks.frame[at]]))
    return `${names.join('+')} ${profile.count[i]}× ${profile.ns[i] / TICK_NS}`
  }).sort()
}

function profileOf(text: string, kind: ProfileKind, options: ProfileOptions = {}): string[] {
  const trace = timelineFromText(text, LEGEND)
  return rowsOf(trace, collectProfile(trace, kind, wholeScope(trace), options))
}

const STORY = `
  G7  main.waker        RRRRRRRRRRRR
  G9  main.worker       RLLL1RNNRSSC
  G10 main.worker       RLL1RRRRLLLL
  G11 runtime.bgsweep   RLLLLL1RRRRR
`

test('each kind counts its own stays, by the stack where they began', () => {
  assert.deepEqual(profileOf(STORY, 'sync'), ['sync.(*Mutex).Lock+main.work 3× 10'])
  assert.deepEqual(profileOf(STORY, 'network'), ['net.(*conn).Read+main.work 1× 2'])
  assert.deepEqual(profileOf(STORY, 'sched'), ['sync.(*Mutex).Unlock+main.free 3× 3'])
  assert.deepEqual(profileOf(STORY, 'syscall'), [], 'the call goes on when the trace ends')
})

test('a block profile has every wait of the program, and none of the runtime', () => {
  assert.deepEqual(profileOf(STORY, 'block'), [
    'net.(*conn).Read+main.work 1× 2',
    'sync.(*Mutex).Lock+main.work 2× 5',
    'time.Sleep+main.work 1× 2',
  ])
})

test('what goes on when the trace ends is told of, and counted where that is asked for', () => {
  const trace = timelineFromText(STORY, LEGEND)
  const profile = collectProfile(trace, 'sync', wholeScope(trace))
  assert.deepEqual(rowsOf(trace, { ...profile, ...profile.unended.rows }), ['sync.(*Mutex).Lock+main.work 1× 4'])
  assert.equal(profile.unended.ns, 4 * TICK_NS)
  const all = collectProfile(trace, 'sync', wholeScope(trace), { unended: true })
  assert.deepEqual(rowsOf(trace, all), ['sync.(*Mutex).Lock+main.work 4× 14'])
  assert.deepEqual(all.unended, profile.unended)
})

test('what comes before the first run in the trace does not count, as with Go; where none ever comes it does', () => {
  const before = `
    G1 main.old   LLL1RRRR
    G2 main.new   ..rrRRRR
    G3 main.never LLLL1111
  `
  assert.deepEqual(profileOf(before, 'sync'), ['sync.(*Mutex).Lock+main.work 1× 4'])
  assert.deepEqual(profileOf(before, 'sched'), [], 'the first wait for a processor is none')
  assert.deepEqual(profileOf(before, 'block'), ['sync.(*Mutex).Lock+main.work 2× 7'])
})

/** Goroutine 2 is in a system call, says so after 520 ns, leaves it after 4100, and never runs. */
const STATED = `Trace Go1.23
EventBatch gen=1 m=18446744073709551615 time=1000
Frequency freq=1000000000
EventBatch gen=1 m=7 time=1000
ProcStatus dt=10 p=0 pstatus=1
GoStatus dt=10 g=1 m=7 gstatus=2
GoStop dt=5080 reason_string=1 stack=1
EventBatch gen=1 m=9 time=1000
GoStatusStack dt=520 g=2 m=9 gstatus=3 stack=1
GoSyscallEndBlocked dt=3580
EventBatch gen=1 m=18446744073709551615 time=1900
Stacks
Stack id=1 nframes=1
	pc=4194320 func=2 file=3 line=489
EventBatch gen=1 m=18446744073709551615 time=1900
Strings
String id=1
	data="preempted"
String id=2
	data="main.read"
String id=3
	data="main.go"
`

test('what was so before the trace counts from when the trace says so, as with Go', () => {
  const trace = openTrace(traceFromText(STATED))
  const sums = (range?: { startNs: number; endNs: number }) =>
    [...collectProfile(trace, 'syscall', scopeOf(trace, { range })).ns].map(ns => Math.round(ns / 10))
  assert.deepEqual(sums(), [358])
  assert.deepEqual(sums({ startNs: 0, endNs: 1000 }), [48])
  assert.deepEqual(sums({ startNs: 600, endNs: 1000 }), [40])
  assert.deepEqual(sums({ startNs: 0, endNs: 500 }), [])
})

test('a range has its part of each stay that is over some time', () => {
  const trace = timelineFromText(STORY, LEGEND)
  const sync = (startNs: number, endNs: number) =>
    rowsOf(trace, collectProfile(trace, 'sync', scopeOf(trace, { range: { startNs, endNs } })))
  assert.deepEqual(sync(2.5 * TICK_NS, 3.5 * TICK_NS), ['sync.(*Mutex).Lock+main.work 3× 2.5'])
  assert.deepEqual(sync(7 * TICK_NS, 12 * TICK_NS), [])
  const of9 = collectProfile(trace, 'sync', scopeOf(trace, { goroutines: [9] }))
  assert.deepEqual(rowsOf(trace, of9), ['sync.(*Mutex).Lock+main.work 1× 3'])
})

function sampled(): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const g = builder.goroutine(1, Number.NaN, -1, -1)
  builder.span(0, g, GoState.running, 0, placeOf(0, 0), -1)
  builder.proc(0)
  builder.thread(0)
  const name = builder.strings.internText('main.spin')
  const stack = builder.stacks.stack([builder.stacks.frameRow(name, 0, 5)], 1)
  for (const [atNs, of] of [
    [10, g],
    [20, -1],
    [30, g],
  ])
    builder.sample(atNs, of, placeOf(0, 0), stack)
  return builder.freeze(26, 30)
}

test('CPU samples count a period each, and follow range and goroutine', () => {
  const trace = sampled()
  const cpu = (ask: Parameters<typeof scopeOf>[1]) => [...collectProfile(trace, 'cpu', scopeOf(trace, ask)).count]
  assert.deepEqual(cpu({}), [3])
  assert.deepEqual([...collectProfile(trace, 'cpu', wholeScope(trace)).ns], [3 * SAMPLE_PERIOD_NS])
  assert.deepEqual(cpu({ range: { startNs: 10, endNs: 20 } }), [1], 'a range holds its begin and not its end')
  assert.deepEqual(cpu({ range: { startNs: 15, endNs: 99 } }), [2], 'the last moment of the trace is in its last range')
  assert.deepEqual(cpu({ goroutines: [1] }), [2])
})

/** The same by walking each goroutine's spans, as plainly as it can be said. */
function slowProfile(trace: Trace, kind: ProfileKind, scope: Scope, unended: boolean): Map<number, [number, number]> {
  const found = new Map<number, [number, number]>()
  const add = (stack: number, ns: number) => {
    const [count, sum] = found.get(Math.max(0, stack)) ?? [0, 0]
    found.set(Math.max(0, stack), [count + 1, sum + ns])
  }
  const { spans, spansOf, goroutines, strings, reasons } = trace
  for (let g = 0; g < goroutines.length; g++) {
    if (scope.keep?.[g] === 0 || (kind === 'block' && isSystemEntry(strings.text(goroutines.entry[g])))) continue
    const places = []
    for (let at = spansOf.first[g]; at < spansOf.first[g + 1]; at++) places.push(at)
    const firstRun = places.findIndex(at => (spans.stateReason[spansOf.row[at]] & 3) === GoState.running)
    for (const [i, at] of places.entries()) {
      const row = spansOf.row[at]
      const reason = strings.text(reasons[spans.stateReason[row] >>> 2])
      const state = spans.stateReason[row] & 3
      const isKind = {
        block: state === GoState.waiting,
        sync: state === GoState.waiting && /chan|sync|select/.test(reason),
        network: state === GoState.waiting && reason === 'network',
        syscall: state === GoState.syscall,
        sched: state === GoState.runnable,
        cpu: false,
      }[kind]
      if (!isKind || (kind !== 'block' && !scope.within && i < firstRun)) continue
      if (Number.isNaN(goroutines.deathNs[g]) && row === lastSpanOf(trace, g) && !unended) continue
      const ns = partOf(scope, g, spans.startNs[row], spanEndNs(trace, g, at))
      if (ns > 0) add(spans.stack[row], ns)
    }
  }
  return found
}

function partOf({ fromNs, toNs, within }: Scope, g: number, startNs: number, endNs: number): number {
  const from = Math.max(fromNs, startNs)
  const to = Math.min(toNs, endNs)
  if (!within) return to - from
  let ns = 0
  for (let i = within.first[g]; i < within.first[g + 1]; i++)
    ns += Math.max(0, Math.min(to, within.endNs[i]) - Math.max(from, within.startNs[i]))
  return ns
}

test('any scope of any trace has the sums of the slow version', () => {
  const seeds = fc.integer({ min: 0, max: 1e6 })
  const parts = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(seeds, parts, fc.boolean(), fc.boolean(), (seed, [a, b], unended, inRegion) => {
      const trace = randomTrace(seed)
      const range = { startNs: Math.min(a, b) * trace.durationNs, endNs: Math.max(a, b) * trace.durationNs }
      const type = inRegion && trace.regions.length > 0 ? trace.strings.text(trace.regions.type[0]) : undefined
      if (!(range.startNs < range.endNs)) return
      const scope = scopeOf(trace, { range, region: type })
      for (const kind of PROFILE_KINDS.filter(kind => kind !== 'cpu')) {
        const profile = collectProfile(trace, kind, scope, { unended })
        const slow = slowProfile(trace, kind, scope, unended)
        assert.deepEqual(
          [...profile.stack],
          [...slow.keys()].sort((x, y) => x - y),
          kind,
        )
        for (let i = 0; i < profile.length; i++) {
          const [count, ns] = slow.get(profile.stack[i])!
          assert.equal(profile.count[i], count, kind)
          assert.ok(Math.abs(profile.ns[i] - ns) <= 1e-6 * ns + 1e-3, `${kind}: ${profile.ns[i]} instead of ${ns}`)
        }
      }
    }),
    { numRuns: 500 },
  )
})
