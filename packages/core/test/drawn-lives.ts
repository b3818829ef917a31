/** What the tests of where the time went are tried on: lives drawn by hand, made-up traces, and every trace at hand. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Scope, scopeOf, wholeScope } from '../src/spent/scope.ts'
import type { Trace } from '../src/trace/tables.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { randomTrace } from './random-trace.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const LEGEND = {
  L: { reason: 'sync' },
  C: { reason: 'chan receive' },
  N: { reason: 'network' },
  Z: { reason: 'sleep' },
  S: { syscall: true },
  '?': { reason: '', stack: ['runtime.gopark proc.go:1', 'runtime.selectgo select.go:2', 'main.loop main.go:3'] },
  '-': { reason: '' },
}

const DRAWN = `
  G1 main.main    RRRRCCCC
  G2 main.worker  .rRRLLLL
  G3 main.worker  .rrRNNR.
  G4 main.idle    ????--ZZ
  G5 main.file    RSSSSSSS
`

export const drawnLives = (): Trace => timelineFromText(DRAWN, LEGEND)

export const ticks = (ns: number) => ns / TICK_NS

/** Sums of the same in another order. */
export const near = (a: number, b: number, what: string) =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.abs(b) + 1e-3, `${what}: ${a}, ${b}`)

type Check = (trace: Trace, scope: Scope) => void

/** All of a trace, and a part of it. */
function checkScopes(trace: Trace, startNs: number, endNs: number, check: Check): void {
  check(trace, wholeScope(trace))
  if (startNs < endNs) check(trace, scopeOf(trace, { range: { startNs, endNs } }))
}

export function checkItsScopes(trace: Trace, check: Check): void {
  checkScopes(trace, trace.durationNs * 0.2, trace.durationNs * 0.7, check)
}

/** Made-up traces, and any parts of them. */
export function checkRandomScopes(check: Check): void {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const property = fc.property(fc.integer(), share, share, (seed, a, b) => {
    const trace = randomTrace(seed)
    checkScopes(trace, Math.min(a, b) * trace.durationNs, Math.max(a, b) * trace.durationNs, check)
  })
  fc.assert(property, { numRuns: 300 })
}

const FOLDERS = ['testdata/traces', 'testdata/captures', '../shared/captures', '../shared/traces']

/** A test for each trace file that this machine has. */
export function testTraces(check: (trace: Trace) => void): void {
  for (const folder of FOLDERS) {
    const path = join(ROOT, folder)
    const files = existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : []
    const traces = files.filter(file => file.endsWith('.trace'))
    if (traces.length === 0) test(`traces in ${folder}`, t => t.skip(`there are no traces in ${folder}`))
    for (const file of traces) test(`${folder}/${file}`, () => check(openTrace(readFileSync(join(path, file)))))
  }
}
