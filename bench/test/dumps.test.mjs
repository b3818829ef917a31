/** The made-up dumps of the bench: unhang reads of each form what was put into it; how they are judged. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { gunzipSync } from 'node:zlib'
import { dumpReport, readDump } from '@unhang/core'
import { judgeDump } from '../budgets.mjs'
import { countsOf, debug1Of, debug2Of, prefixed, protoOf, stacksOf } from '../dumps-made.mjs'
import { dumpMisses, dumpTable } from '../report.mjs'

const STACKS = stacksOf(1, 40)
const GOROUTINES = 500
const ALL = 1 << 30

test('each form has all goroutines, and the log has the text that it is made of', () => {
  const text = debug2Of(STACKS, GOROUTINES, ALL)
  const forms = [text, prefixed(text), debug1Of(STACKS, GOROUTINES), gunzipSync(protoOf(STACKS, GOROUTINES))]
  for (const bytes of forms) {
    const dump = readDump(bytes)
    assert.equal(dump.total, GOROUTINES)
    assert.deepEqual(dump.problems, [])
  }
  const groups = bytes => dumpReport([readDump(bytes)]).groups.map(({ count, goroutines }) => [count, goroutines])
  assert.deepEqual(groups(prefixed(text)), groups(text))
})

test('what is cut off the text is known by the counts of the other form', () => {
  const text = debug2Of(STACKS, GOROUTINES, ALL)
  const cut = readDump(text.subarray(0, text.length / 2))
  assert.equal(cut.problems.length, 1)
  const report = dumpReport([cut, readDump(debug1Of(STACKS, GOROUTINES))])
  assert.ok(report.complete)
  assert.equal(report.goroutines, GOROUTINES)
  const sums = counts => [...counts].sort((a, b) => a - b)
  assert.deepEqual(sums(report.groups.map(({ count }) => count)), sums(countsOf(STACKS, GOROUTINES)))
})

test('the same dump at each run', () => {
  assert.deepEqual(debug2Of(stacksOf(3, 20), 90, ALL), debug2Of(stacksOf(3, 20), 90, ALL))
})

test('text of debug=2 must be read at 64 MiB in half a second, other forms have no budget but memory', () => {
  const run = wallMs => ({ wallMs, cpuMs: wallMs, rssBytes: 150e6 })
  const text = judgeDump({
    kind: 'debug=2',
    fileBytes: 64 << 20,
    goroutines: 1,
    runs: [{ unhang: run(501), peer: run(1002) }],
  })
  assert.equal(text.timeMet, false)
  assert.equal(text.ratio, 0.5)
  assert.match(dumpMisses([text])[0], /^MISSED {2}dump, debug=2: 0\.50 s, budget 0\.50 s/)
  const log = judgeDump({ kind: 'debug=2, log', fileBytes: 1e6, goroutines: 1, runs: [{ unhang: run(9e3) }] })
  assert.ok(log.timeMet && !log.rssMet)
  assert.match(dumpTable([text, log], true), /debug=2, log.*MISSED/)
})
