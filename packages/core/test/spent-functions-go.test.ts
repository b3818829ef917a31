/**
 * The numbers of functions and goroutines against those that `go tool trace` serves at /goroutines and /goroutine?name=…,
 * goroutine by goroutine and reason by reason. Where ours differ on purpose `SpentColumns` says why.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { StayCode } from '../src/spent/functions/kinds.ts'
import { type ReportGoroutine, reportGoroutine } from '../src/spent/functions/report.ts'
import { spentFunctions, spentGoroutines } from '../src/spent/functions/tables.ts'
import { scopeOf, wholeScope } from '../src/spent/scope.ts'
import type { Trace } from '../src/trace/tables.ts'
import { durationNs, tablesOf, type Viewer, viewTrace } from './go-tool-trace.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { requireTool } from './require-tool.ts'

const NO_NAME = '(Inactive, no stack trace sampled)'
/** Go's fields of one goroutine: "Total", "Execution time", "Block time (sync)", "GC mark assist" … */
type Fields = ReadonlyMap<string, number>

/** Within 0.1 %, as all numbers that are Go's too. */
function near(ours: number, go: number | undefined, what: string): void {
  assert.ok(
    Math.abs(ours - (go ?? 0)) <= Math.max(1, Math.abs(go ?? 0) * 1e-3),
    `${what}: ours ${ours}, Go's ${go ?? 0}`,
  )
}

/** By id, of both tables of the page. */
async function goroutinesOf(viewer: Viewer, name: string): Promise<Map<number, Fields>> {
  const html = await viewer.get(`/goroutine?name=${encodeURIComponent(name)}`)
  const found = new Map<number, Map<string, number>>()
  for (const [head, ...rows] of tablesOf(html)) {
    if (head[0] !== 'Goroutine') continue
    for (const row of rows) {
      const id = Number(row[0])
      const fields = found.get(id) ?? new Map<string, number>()
      head.forEach((title, i) => {
        if (i > 0 && title !== '') fields.set(title, durationNs(row[i]))
      })
      found.set(id, fields)
    }
  }
  return found
}

function checkGoroutine(ours: ReportGoroutine, go: Fields): void {
  const what = (field: string) => `goroutine ${ours.id} (${ours.function}), ${field}`
  const isInSyscall = ours.deathNs === null && ours.lastSpan.state === 'syscall'
  near(ours.runningNs, go.get('Execution time'), what('running'))
  // Of a call that is not over when the trace ends, and has no P, Go counts the time twice: here, and as waiting for one.
  if (!isInSyscall) near(ours.runnableNs, go.get('Sched wait time'), what('runnable'))
  near(ours.syscallNs, (go.get('Syscall execution time') ?? 0) + (go.get('Block time (syscall)') ?? 0), what('syscall'))
  for (const [reason, ns] of Object.entries(ours.waitingNs))
    if (reason !== 'forever') near(ns, go.get(`Block time (${reason})`), what(reason))
  const goWaits = [...go].filter(
    ([title, ns]) => /^Block time/.test(title) && title !== 'Block time (syscall)' && ns > 0,
  )
  for (const [title, ns] of goWaits) near(ours.waitingNs[title.slice(12, -1)] ?? 0, ns, what(title))
  // Who waits forever is dead to Go.
  if (!('forever' in ours.waitingNs)) near(ours.totalNs, go.get('Total'), what('total'))
  near(ours.assistNs, go.get('GC mark assist'), what('assist'))
  near(ours.sweepNs, go.get('GC incremental sweep'), what('sweep'))
  const stops = [...go].filter(([title]) => title.startsWith('stop-the-world'))
  near(
    ours.stwNs,
    stops.reduce((sum, [, ns]) => sum + ns, 0),
    what('stop the world'),
  )
}

async function compare(trace: Trace, viewer: Viewer): Promise<number> {
  const functions = spentFunctions(trace, wholeScope(trace))
  const [[, ...groups]] = tablesOf(await viewer.get('/goroutines'))
  assert.equal(groups.length, functions.length, 'as many functions')
  const goGroups = new Map(groups.map(([name, count, ns]) => [name === NO_NAME ? '' : name, { count, ns }]))
  let compared = 0
  for (let row = 0; row < functions.length; row++) {
    const name = trace.strings.text(functions.entry[row])
    const group = goGroups.get(name)
    assert.equal(functions.goroutines[row], Number(group?.count), `goroutines of ${name}`)
    near(functions.kindNs[StayCode.running][row], durationNs(group?.ns ?? ''), `running of ${name}`)
    const table = spentGoroutines(trace, scopeOf(trace, { function: name }))
    const goroutines = await goroutinesOf(viewer, name)
    for (let i = 0; i < table.length; i++) {
      const ours = reportGoroutine(trace, table, i)
      checkGoroutine(ours, goroutines.get(ours.id) ?? new Map())
      compared++
    }
  }
  return compared
}

const TRACES = [
  'testdata/traces/go1.19.trace',
  'testdata/traces/go1.21.trace',
  'testdata/traces/go1.22.trace',
  'testdata/traces/go1.23.trace',
  'testdata/traces/go1.25.trace',
  'testdata/traces/go1.26.trace',
  'testdata/captures/go1.26.8/server-caught/server.trace',
  '../shared/traces/mandelbrot-1.11.trace',
  '../shared/traces/cercat-1.11.trace',
  '../shared/traces/fgprof-1.21.trace',
  '../shared/traces/encoding-json-1.25.trace',
  '../shared/traces/snapshot-1.25.trace',
]

for (const name of TRACES)
  test(`as go tool trace: ${name}`, async t => {
    const file = join(ROOT, name)
    if (!existsSync(file)) return t.skip('the trace is not on this machine')
    const go = requireTool(t, 'go')
    if (!go) return
    const trace = openTrace(readFileSync(file))
    const viewer = await viewTrace(go, file)
    try {
      const compared = await compare(trace, viewer)
      assert.ok(compared > 5, `${compared} goroutines`)
      t.diagnostic(`${compared} goroutines are equal`)
    } finally {
      viewer.stop()
    }
  })
