/**
 * `node functions.mjs TRACE`: how long the sums of functions and of goroutines and the histograms take, of all of a trace
 * and of its middle half, as the page asks for them when a range is drawn. Prints JSON: for each the first time and the
 * best of five, on the clock and of the processor, and the most memory that the process had.
 */
import { readFileSync } from 'node:fs'
import {
  readTrace,
  scopeOf,
  spentFunctions,
  spentGoroutines,
  stayHistograms,
  wholeScope,
} from '../packages/core/dist/index.js'

const ROUNDS = 5

const trace = readTrace(new Uint8Array(readFileSync(process.argv[2])))
const openedBytes = process.memoryUsage.rss()
const { durationNs } = trace
const scopes = {
  whole: wholeScope(trace),
  half: scopeOf(trace, { range: { startNs: durationNs * 0.25, endNs: durationNs * 0.75 } }),
}
const questions = { functions: spentFunctions, goroutines: spentGoroutines, histograms: stayHistograms }

const figures = Object.entries(questions).flatMap(([what, ask]) =>
  Object.entries(scopes).map(([range, scope]) => ({ what, range, ...timesOf(() => ask(trace, scope)) })),
)
const peakBytes = process.resourceUsage().maxRSS * 1024
const { spans, goroutines } = trace
console.log(JSON.stringify({ spans: spans.length, goroutines: goroutines.length, openedBytes, peakBytes, figures }))

function timesOf(ask) {
  const runs = Array.from({ length: ROUNDS }, () => {
    const beganMs = performance.now()
    const before = process.cpuUsage()
    ask()
    const { user, system } = process.cpuUsage(before)
    return { ms: performance.now() - beganMs, cpuMs: (user + system) / 1000 }
  })
  const best = name => Math.min(...runs.map(run => run[name]))
  return { firstMs: runs[0].ms, bestMs: best('ms'), firstCpuMs: runs[0].cpuMs, bestCpuMs: best('cpuMs') }
}
