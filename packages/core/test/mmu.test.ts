/** What counts as the collector's work: small traces by hand, times in microseconds, two procs. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inOneGo } from '../src/base/turns.ts'
import { DEFAULT_MMU, MMU_WORK, type MmuChoice } from '../src/spent/mmu/choice.ts'
import { gcWorkIn, mmuCurve, mmuOf, mmuWindows, usualWindows } from '../src/spent/mmu/mmu.ts'
import { utilisationOf } from '../src/spent/mmu/utilisation.ts'
import { minimumOf } from '../src/spent/mmu/windows.ts'
import { ScopeError, wholeScope } from '../src/spent/scope.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, MetricKind, placeOf, RangeKind, type Trace } from '../src/trace/tables.ts'
import { Ev } from '../src/trace/v1/spec.ts'
import { validate } from '../src/trace/validate.ts'
import { openTrace } from './open-trace.ts'
import { V1Writer, withFooter } from './trace-v1-writer.ts'

const US = 1000
type Draw = {
  readonly builder: TraceBuilder
  /** A goroutine that runs on proc `proc` from …, waits from …, in turns. */
  run(...turns: readonly (readonly [fromUs: number, proc: number, untilUs: number])[]): number
  range(kind: RangeKind, name: string, fromUs: number, toUs: number, goroutine?: number, proc?: number): number
  procs(atUs: number, count: number): void
  label(atUs: number, goroutine: number, text: string): void
}

/** A trace of 1000 µs on two procs; spans and labels are put into order. */
function drawn(draw: (on: Draw) => void, procsAtUs: number | 'unknown' = 0): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  for (const id of [0, 1, 2, 3]) builder.proc(id)
  for (const id of [10, 11]) builder.thread(id)
  const spans: { us: number; g: number; proc: number }[] = []
  const labels: { us: number; g: number; text: string }[] = []
  const procs = (us: number, count: number) => builder.metric(us * US, MetricKind.gomaxprocs, count)
  if (procsAtUs !== 'unknown') procs(procsAtUs, 2)
  draw({
    builder,
    run: (...turns) => {
      const g = builder.goroutine(builder.goroutineCount + 1, Number.NaN, -1, -1)
      if (turns[0][0] > 0) spans.push({ us: 0, g, proc: -1 })
      for (const [us, proc, untilUs] of turns) spans.push({ us, g, proc }, { us: untilUs, g, proc: -1 })
      return g
    },
    range: (kind, name, fromUs, toUs, goroutine = -1, proc = -1) => {
      const row = builder.rangeBegin(fromUs * US, kind, builder.strings.internText(name), goroutine, proc, -1)
      builder.endRange(toUs * US, row)
      return row
    },
    procs,
    label: (us, g, text) => labels.push({ us, g, text }),
  })
  spans.sort((a, b) => a.us - b.us)
  for (const { us, g, proc } of spans)
    builder.span(us * US, g, proc < 0 ? GoState.waiting : GoState.running, 0, proc < 0 ? -1 : placeOf(proc, proc), -1)
  labels.sort((a, b) => a.us - b.us)
  for (const { us, g, text } of labels) builder.goLabel(us * US, g, builder.strings.internText(text))
  const trace = builder.freeze(26, 1000 * US)
  assert.deepEqual(validate(trace), [])
  return trace
}

/** "0:1 100:0.5 …": from which µs on how much; of several procs one after the other. */
function said(trace: Trace, work: MmuChoice['work'], more: Partial<MmuChoice> = {}): string {
  return utilisationOf(trace, { ...DEFAULT_MMU, ...more, work })
    .map(
      ({ timeNs, value, endNs }) => `${[...timeNs].map((ns, i) => `${ns / US}:${value[i]}`).join(' ')} -${endNs / US}`,
    )
    .join(' | ')
}

test('only what the collector stops the world for counts, and only where it is asked for', () => {
  const trace = drawn(({ range }) => {
    range(RangeKind.stopTheWorld, 'stop-the-world (GC sweep termination)', 100, 110)
    range(RangeKind.stopTheWorld, 'stop-the-world (start trace)', 200, 210)
    range(RangeKind.stopTheWorld, 'stop-the-world (GC mark termination)', 300, 310)
  })
  assert.equal(said(trace, ['stw']), '0:1 100:0 110:1 300:0 310:1 -1000')
  assert.equal(said(trace, ['background', 'assist', 'sweep']), '0:1 -1000')
  assert.equal(
    said(trace, ['stw'], { perProc: true }),
    '0:1 100:0 110:1 300:0 310:1 -1000 | 0:1 100:0 110:1 300:0 310:1 -1000',
  )
})

test('who assists takes a proc while running, wherever that is', () => {
  const trace = drawn(({ run, range }) => {
    const g = run([100, 0, 300], [400, 1, 600])
    range(RangeKind.markAssist, 'GC mark assist', 200, 500, g)
  })
  assert.equal(said(trace, ['assist']), '0:1 200:0.5 300:1 400:0.5 500:1 -1000')
  assert.equal(said(trace, ['assist'], { perProc: true }), '0:1 200:0 300:1 -1000 | 0:1 400:0 500:1 -1000')
})

test('a sweep takes the proc that it is on; two kinds of work on one proc take one proc', () => {
  const trace = drawn(({ run, range }) => {
    const g = run([100, 0, 600])
    range(RangeKind.gcSweep, 'GC incremental sweep', 150, 250, -1, 0)
    range(RangeKind.markAssist, 'GC mark assist', 200, 500, g)
  })
  assert.equal(said(trace, ['sweep']), '0:1 150:0.5 250:1 -1000')
  assert.equal(said(trace, ['sweep', 'assist']), '0:1 150:0.5 500:1 -1000')
})

const WORKER = (on: Draw) => {
  const g = on.run([100, 0, 200], [300, 1, 400], [500, 0, 600], [700, 1, 800])
  on.label(100, g, 'GC (dedicated)')
  on.label(300, g, 'GC (dedicated)')
  on.label(500, g, 'GC (idle)')
  on.label(700, g, 'GC (fractional)')
}

test('a worker takes its proc each time that it runs, but not when the proc is idle', () => {
  const trace = drawn(WORKER)
  assert.equal(said(trace, ['background']), '0:1 100:0.5 200:1 300:0.5 400:1 700:0.5 800:1 -1000')
  // A dedicated one holds nobody up that runs elsewhere.
  assert.equal(said(trace, ['background'], { perProc: true }), '0:1 -1000 | 0:1 700:0 800:1 -1000')
})

test('as Go has it a worker stays on a proc from its second start on, idle or not', () => {
  const trace = drawn(WORKER)
  assert.equal(said(trace, ['background'], { asGo: true }), '0:1 100:0.5 200:1 300:0.5 500:0 600:0.5 -1000.001')
})

test('as Go has it a trace that ends while the program has nothing ends sooner', () => {
  const trace = drawn(({ range }) => {
    range(RangeKind.stopTheWorld, 'stop-the-world (GC sweep termination)', 800, 1000)
  })
  assert.equal(said(trace, ['stw']), '0:1 800:0 1000:1 -1000')
  const cut = { ...trace, ranges: { ...trace.ranges, endNs: Float64Array.of(Number.NaN) } }
  assert.equal(said(cut, ['stw']), '0:1 800:0 -1000')
  assert.equal(said(cut, ['stw'], { asGo: true }), '0:1 -800')
})

test('a mark assist that was on when the trace began is charged to who runs it, and in Go to who says so', () => {
  const trace = drawn(({ run, range, builder }) => {
    run([0, 1, 900])
    const g = run([300, 0, 600])
    builder.stateRange(200 * US, range(RangeKind.markAssist, 'GC mark assist', 0, 500, g), 1)
  })
  assert.equal(said(trace, ['assist']), '0:1 300:0.5 500:1 -1000')
  assert.equal(said(trace, ['assist'], { asGo: true }), '0:0.5 300:0 500:0.5 -1000.001')
})

test('procs come and go, and the series begins when their number is known', () => {
  const trace = drawn(({ range, procs }) => {
    range(RangeKind.gcSweep, 'GC incremental sweep', 50, 300, -1, 1)
    procs(200, 4)
    procs(400, 1)
    procs(600, 2)
  }, 100)
  assert.equal(said(trace, ['sweep']), '100:0.5 200:0.75 300:1 -1000')
  assert.equal(
    said(trace, ['sweep'], { perProc: true }),
    '100:0 300:1 -400 | 200:1 -400 | 200:1 -400 | 100:1 -1000 | 600:1 -1000',
  )
})

test('a range is looked at alone', () => {
  const trace = drawn(({ range }) => {
    range(RangeKind.stopTheWorld, 'stop-the-world (GC sweep termination)', 100, 200)
    range(RangeKind.stopTheWorld, 'stop-the-world (GC sweep termination)', 800, 820)
  })
  const inRange = (fromUs: number, toUs: number) => mmuOf(trace, { fromNs: fromUs * US, toNs: toUs * US }, DEFAULT_MMU)
  assert.equal(minimumOf(inRange(0, 1000).parts, 100 * US), 0)
  assert.equal(minimumOf(inRange(150, 1000).parts, 100 * US), 0.5)
  assert.equal(minimumOf(inRange(200, 1000).parts, 100 * US), 0.8)
  assert.equal(inRange(100, 200).mean, 0)
  const { cycles, stops, stoppedNs, procs } = gcWorkIn(trace, { fromNs: 150 * US, toNs: 810 * US })
  assert.deepEqual([cycles, stops, stoppedNs, procs], [0, 2, 60 * US, [2, 2]])
})

test('what cannot be asked is said', () => {
  const none = drawn(() => {}, 'unknown')
  const late = drawn(() => {}, 500)
  const found = (trace: Trace, toNs: number) => {
    try {
      mmuOf(trace, { fromNs: 0, toNs }, DEFAULT_MMU)
      return ''
    } catch (error) {
      assert.ok(error instanceof ScopeError)
      return `${error.expected}; ${error.found}; ${error.remedy}`
    }
  }
  assert.match(found(none, 1000 * US), /how many procs there are; no GOMAXPROCS/)
  assert.match(found(late, 400 * US), /known from 0.0005 s to 0.001 s/)
  assert.equal(found(late, 600 * US), '')
})

test('lengths of windows are of one factor each, from a microsecond to the range', () => {
  const mmu = mmuOf(
    drawn(() => {}),
    { fromNs: 0, toNs: 1e6 },
    DEFAULT_MMU,
  )
  assert.deepEqual(mmuWindows(mmu, 4), [1e3, 1e4, 1e5, 1e6])
  assert.deepEqual(usualWindows(mmu), [1e3, 1e4, 1e5, 1e6])
  const short = mmuOf(
    drawn(() => {}),
    { fromNs: 5, toNs: 6 },
    DEFAULT_MMU,
  )
  assert.deepEqual(mmuWindows(short, 2), [1, 1])
  assert.deepEqual(usualWindows(short), [])
})

const folders = ['testdata/traces', '../shared/traces'].map(path =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url)),
)
for (const file of folders.filter(existsSync).flatMap(folder => readdirSync(folder).map(name => join(folder, name)))) {
  if (!file.endsWith('.trace')) continue
  test(`of each window a share between nothing and all: ${file.split('/').at(-1)}`, () => {
    const trace = openTrace(readFileSync(file))
    for (const perProc of [false, true]) {
      const choice = { work: MMU_WORK, perProc, asGo: false }
      if (utilisationOf(trace, choice).length === 0) continue
      const mmu = mmuOf(trace, wholeScope(trace), choice)
      const curve = inOneGo(mmuCurve(mmu, mmuWindows(mmu, 12), true))
      for (const i of curve.windowNs.keys()) {
        const rising = [0, curve.minimum[i], ...curve.shares.map(of => of[i]), 1]
        assert.ok(
          rising.every((value, k) => k === 0 || value >= rising[k - 1] - 1e-8),
          `${curve.windowNs[i]}: ${rising}`,
        )
      }
      // Work that is left out leaves no less to the program.
      const less = mmuOf(trace, wholeScope(trace), { ...choice, work: ['stw'] })
      for (const i of curve.windowNs.keys())
        assert.ok(minimumOf(less.parts, curve.windowNs[i]) >= curve.minimum[i] - 1e-8, `${curve.windowNs[i]} ns`)
    }
  })
}

test('a whole trace of an old Go in which nothing was collected is told to be that, and no other Go is asked for', () => {
  const writer = new V1Writer(19).batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.procStart, 0, 100)
  writer.event(Ev.goStart, 0, 1, 1).event(Ev.gomaxprocs, 0, 2, 0).event(Ev.heapAlloc, 100, 1)
  const trace = openTrace(withFooter(writer, 1e6).build())
  assert.deepEqual(trace.problems, [])
  assert.throws(
    () => mmuOf(trace, wholeScope(trace), DEFAULT_MMU),
    (error: ScopeError) => /no collection/.test(error.found) && /^trace for longer/.test(error.remedy),
  )
})
