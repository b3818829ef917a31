/**
 * Asks a trace that is open all that the pages of numbers ask, in this process: `node --expose-gc read-analyses.mjs FILE
 * ROUNDS` prints for each analysis the first answer, the best of ROUNDS for parts of the trace, and what memory it took.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import {
  callTree,
  collectProfile,
  DEFAULT_MMU,
  diffScopes,
  layoutFlame,
  mmuCurve,
  mmuOf,
  mmuWindows,
  orderFunctions,
  orderGoroutines,
  PROFILE_KINDS,
  readTrace,
  regionRows,
  regionTypes,
  scopeOf,
  sortRegions,
  sortTasks,
  spentFunctions,
  spentGoroutines,
  stayHistograms,
  taskRows,
  taskTypes,
  topOf,
  traceDiff,
} from '../packages/core/dist/index.js'

/** Parts of the trace, around its middle. */
const SHARES = [0.1, 0.5, 0.9, 1]
/** As the page "MMU" asks. */
const MMU_POINTS = 100
/** A flame graph as wide as a window, and the narrowest box that the page draws. */
const FLAME = { weight: 'time', node: 0, width: 1280, least: 0.5 }
/** It reads as many traces; all others one. */
const TRACES_READ = { diff: 2 }
const CLEAR_REFS = '/proc/self/clear_refs'
const SETTLE_MS = 50

const [file, rounds] = process.argv.slice(2)
const trace = readTrace(new Uint8Array(readFileSync(file)))
const openedBytes = await beginPeak()
const { spans, goroutines, tasks, regions, samples } = trace
const analyses = analysesOf(trace)
const rows = []
for (const [analysis, answer] of Object.entries(analyses)) {
  const traces = TRACES_READ[analysis] ?? 1
  rows.push({ analysis, traces, ...(await figuresOf(answer)) })
}
const lengths = { spans: spans.length, goroutines: goroutines.length, tasks: tasks.length, regions: regions.length }
console.log(JSON.stringify({ ...lengths, samples: samples.length, openedBytes, rows }))

/** What the pages answer to a range, by name; without those of which the trace has nothing. */
function analysesOf(trace) {
  // The functions come first, and say whose goroutines there are most.
  let name
  const kinds = PROFILE_KINDS.filter(kind => kind !== 'cpu' || trace.samples.length > 0)
  return {
    functions: ask => {
      const table = spentFunctions(trace, scopeOf(trace, ask))
      name ??= largestFunction(trace, table)
      return orderFunctions(trace, table, 'total', true)
    },
    'goroutines of one': ask => {
      const table = spentGoroutines(trace, scopeOf(trace, { ...ask, function: name }))
      return orderGoroutines(trace, table, 'total', true)
    },
    histograms: ask => stayHistograms(trace, scopeOf(trace, ask)),
    ...Object.fromEntries(
      kinds.map(kind => [`top, ${kind}`, ask => topOf(trace, collectProfile(trace, kind, scopeOf(trace, ask)))]),
    ),
    'flame, block': ask => layoutFlame(callTree(trace, collectProfile(trace, 'block', scopeOf(trace, ask))), FLAME),
    mmu: ask => {
      const mmu = mmuOf(trace, scopeOf(trace, ask), DEFAULT_MMU)
      return whole(mmuCurve(mmu, mmuWindows(mmu, MMU_POINTS), false))
    },
    ...(trace.tasks.length > 0 && {
      tasks: ask => {
        const found = taskRows(trace, scopeOf(trace, ask))
        return [taskTypes(trace, found), sortTasks(trace, found, 'state')]
      },
    }),
    ...(trace.regions.length > 0 && {
      regions: ask => {
        const found = regionRows(trace, scopeOf(trace, ask))
        return [regionTypes(trace, found), sortRegions(trace, found, 'state')]
      },
    }),
    diff: ask => {
      const [before, after] = diffScopes(trace, trace, ask)
      return traceDiff({ name: 'before', trace, scope: before }, { name: 'after', trace, scope: after })
    },
  }
}

function largestFunction(trace, { length, entry, goroutines }) {
  let largest = 0
  for (let row = 1; row < length; row++) if (goroutines[row] > goroutines[largest]) largest = row
  return trace.strings.text(entry[largest])
}

/** What is made in turns, in one. */
function whole(turns) {
  for (;;) {
    const turn = turns.next()
    if (turn.done) return turn.value
  }
}

async function figuresOf(answer) {
  const begunBytes = await beginPeak()
  const first = timeOf(() => answer({}))
  const ranges = SHARES.map(share => {
    const half = (share * trace.durationNs) / 2
    const middle = trace.durationNs / 2
    const ask = share === 1 ? {} : { range: { startNs: middle - half, endNs: middle + half } }
    const runs = Array.from({ length: Number(rounds) }, () => timeOf(() => answer(ask)))
    return { share, ms: Math.min(...runs.map(run => run.ms)), cpuMs: Math.min(...runs.map(run => run.cpuMs)) }
  })
  const peakBytes = peak()
  const grewBytes = peakBytes === undefined ? undefined : Math.max(0, peakBytes - begunBytes)
  return { firstMs: first.ms, firstCpuMs: first.cpuMs, ranges, grewBytes }
}

function timeOf(ask) {
  const beganMs = performance.now()
  const before = process.cpuUsage()
  ask()
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - beganMs, cpuMs: (user + system) / 1000 }
}

/** What the process has now; from here on its peak is counted anew (proc(5): `clear_refs`). */
async function beginPeak() {
  globalThis.gc()
  // Buffers are given back by another thread.
  await new Promise(resolve => setTimeout(resolve, SETTLE_MS))
  globalThis.gc()
  if (existsSync(CLEAR_REFS)) writeFileSync(CLEAR_REFS, '5')
  return process.memoryUsage.rss()
}

/** The most that the process had since; undefined where the system does not tell. */
function peak() {
  if (!existsSync(CLEAR_REFS)) return undefined
  const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return kib === undefined ? undefined : Number(kib) * 1024
}
