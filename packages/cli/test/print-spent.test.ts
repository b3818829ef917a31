/** `unhang functions` and `unhang goroutines` on a terminal: one screen of 80 columns, of 120 all columns. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  type FunctionsReport,
  functionsReport,
  lifeHistogram,
  orderFunctions,
  orderGoroutines,
  readTrace,
  scopeOf,
  spentFunctions,
  spentGoroutines,
  stayHistograms,
  type Trace,
} from '@unhang/core'
import pc from 'picocolors'
import { TICK_NS, timelineFromText } from '../../core/test/timeline.ts'
import { functionsText } from '../src/print/functions.ts'
import { goroutinesText } from '../src/print/goroutines.ts'
import { createOutput } from '../src/print/output.ts'
import { jsonPieces, writePieces } from '../src/print/pieces.ts'
import { apportioned } from '../src/print/spent.ts'

const DRAWN = timelineFromText(
  `
  G1 main.main    RRRRCCCCCC
  G2 main.worker  .rRRLLLLLL
  G3 main.worker  .rrRNNR...
  G4 main.idle    ZZZZZZZZZZ
  G5 main.file    RSSSSSSSSS
`,
  { L: { reason: 'sync' }, C: { reason: 'chan receive' }, N: { reason: 'network' }, Z: { reason: 'sleep' }, S: { syscall: true } }, // biome-ignore format: one line
)

type View = { readonly columns?: number; readonly limit?: number; readonly colored?: boolean }

function functions(trace: Trace, view: View = {}, scope = {}): string {
  const spent = spentFunctions(trace, scopeOf(trace, scope))
  const order = orderFunctions(trace, spent, 'total')
  const colors = pc.createColors(view.colored ?? false)
  return functionsText('a.trace', trace, spent, order, { colors, columns: view.columns, limit: view.limit ?? 25 })
}

function goroutines(trace: Trace, name: string | undefined, view: View = {}, scope = {}): string {
  const spent = spentGoroutines(trace, scopeOf(trace, { ...scope, ...(name === undefined ? {} : { function: name }) }))
  const histograms = [...stayHistograms(trace, spent.scope), lifeHistogram(trace, spent)]
  const shown = { colors: pc.createColors(view.colored ?? false), columns: view.columns, limit: view.limit ?? 25 }
  const order = orderGoroutines(trace, spent, 'total')
  return goroutinesText('a.trace', trace, spent, order, histograms, { ...shown, function: name })
}

const widest = (text: string) => Math.max(...text.split('\n').map(line => [...line].length))

test('functions, the biggest first, each with a bar of where its time went', () => {
  assert.equal(
    functions(DRAWN),
    `a.trace   500 ms   5 goroutines of 4 functions

  count   total  running  runnable  where it went  function
      2  750 ms   200 ms    150 ms  ███▒▒▒──────   main.worker
      1  500 ms    50 ms         –  █▓▓▓▓▓▓▓▓▓▓▓   main.file
      1  500 ms        –         –  ────────────   main.idle
      1  500 ms   200 ms         –  █████───────   main.main

  █ running  ▓ syscall  ▒ runnable  ─ waiting
`,
  )
})

test('where there is room all columns are shown, and of a part its length', () => {
  assert.equal(
    functions(DRAWN, { columns: 120, limit: 2 }, { range: { startNs: 0, endNs: 5 * TICK_NS } }),
    `a.trace   0s-0.25s (250 ms)   5 goroutines of 4 functions

  count   total  running  runnable  syscall  waiting  where it went         waits for  function
      2  400 ms   150 ms    150 ms        –   100 ms  ████████▒▒▒▒▒▒▒─────  sync 13 %  main.worker
      1  250 ms    50 ms         –   200 ms        –  ████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓             main.file
  … 2 more functions (--limit 4 or --json has all)

  █ running  ▓ syscall  ▒ runnable  ─ waiting
`,
  )
})

test("each goroutine's life along time, and how long stays were", () => {
  assert.equal(
    goroutines(DRAWN, 'main.worker'),
    `a.trace   500 ms   2 goroutines of main.worker

  goroutine   total  running  runnable  0                     500 ms  at the end
          2  450 ms   100 ms     50 ms    ▒▒▒▒█████▂────────────────  sync
          3  300 ms   100 ms    100 ms    ▒▒▒▒▒▒▅██▂────▂██▅          ended

  █ running  ▓ syscall  ▒ runnable  ─ waiting  ▁ runs for a moment

how long single stays and lives were
                     count  50 ms  half ≤  99 % ≤   longest
  running                3  █▄     100 ms  100 ms    100 ms
  scheduler latency      2  ██     100 ms  100 ms    100 ms
  waits: sync            1    █    300 ms  300 ms  ≥ 300 ms
  waits: network         1   █     100 ms  100 ms    100 ms
  lives                  2    █    450 ms  450 ms  ≥ 450 ms
`,
  )
})

test('nothing is wider than the screen, nor does a name do anything to it', () => {
  const trace = readTrace(
    readFileSync(fileURLToPath(new URL('../../../testdata/traces/go1.26.trace', import.meta.url))),
  )
  for (const columns of [80, 100, 110, 120]) {
    assert.ok(widest(functions(trace, { columns })) <= columns, `functions in ${columns}`)
    assert.ok(widest(goroutines(trace, undefined, { columns })) <= columns, `goroutines in ${columns}`)
    assert.ok(widest(goroutines(trace, 'main.main', { columns })) <= columns, `of main.main in ${columns}`)
  }
  const evil = timelineFromText(`\n  G1 \u001b[2J${'x'.repeat(500)} RRR`, {})
  assert.ok(!functions(evil).includes('\u001b'))
  assert.ok(!goroutines(evil, undefined).includes('\u001b'))
  assert.ok(widest(functions(evil)) <= 80)
})

test('colours change nothing but colours', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  const bare = (text: string) => text.replace(/\u001b\[\d+m/g, '')
  assert.notEqual(functions(DRAWN, { colored: true }), functions(DRAWN))
  assert.equal(bare(functions(DRAWN, { colored: true })), functions(DRAWN))
  assert.equal(bare(goroutines(DRAWN, 'main.worker', { colored: true })), goroutines(DRAWN, 'main.worker'))
})

test('a range in which none of them was says so in its first line alone', () => {
  const range = { startNs: 9 * TICK_NS, endNs: 10 * TICK_NS }
  const lone = timelineFromText('\n  G1 main.a RR........\n  G2 main.b RRRRRRRRRR', {})
  assert.equal(goroutines(lone, 'main.a', {}, { range }), 'a.trace   0.45s-0.5s (50 ms)   0 goroutines of main.a\n')
})

test('shares fill the bar, and none of nothing', () => {
  assert.deepEqual(apportioned([1, 1, 1], 10), [4, 3, 3])
  assert.deepEqual(apportioned([0, 0], 10), [0, 0])
  assert.deepEqual(apportioned([1, 999], 10), [0, 10])
})

test('JSON in pieces is that of the whole', () => {
  const spent = spentFunctions(DRAWN, scopeOf(DRAWN, {}))
  const report = functionsReport(DRAWN, spent, orderFunctions(DRAWN, spent, 'name'))
  let text = ''
  const stream = { write: (piece: string) => (text += piece) }
  const { functions: rows, ...head } = report
  writePieces(jsonPieces(head, 'functions', rows), createOutput({ quiet: false, color: 'never' }, stream, stream, {}))
  assert.equal(text, `${JSON.stringify(report, undefined, 1)}\n`)
  const [, , , worker] = (JSON.parse(text) as FunctionsReport).functions
  assert.deepEqual(worker, {
    function: 'main.worker',
    goroutines: 2,
    totalNs: 15 * TICK_NS,
    runningNs: 4 * TICK_NS,
    runnableNs: 3 * TICK_NS,
    syscallNs: 0,
    waitingTotalNs: 8 * TICK_NS,
    waitingByKindNs: { sync: 6 * TICK_NS, select: 0, channel: 0, network: 2 * TICK_NS, sleep: 0, gc: 0, other: 0, unknown: 0 }, // biome-ignore format: one line
    waitingNs: { sync: 6 * TICK_NS, network: 2 * TICK_NS },
    assistNs: 0,
    sweepNs: 0,
    stwNs: 0,
  })
})
