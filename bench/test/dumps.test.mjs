/** How readings of dumps are judged, and what the report says of them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { judgeDump } from '../budgets.mjs'
import { dumpMisses, dumpTable } from '../report.mjs'

const MIB_64 = 64 * 2 ** 20
const process = (wallMs, rssBytes = 1e6) => ({ wallMs, cpuMs: 2 * wallMs, rssBytes })
const run = (readMs, goMs = 100, rssBytes = 1e6) => ({
  read: { readMs, cpuMs: readMs.map(ms => 0.9 * ms) },
  go: process(goMs),
  whole: process(1000, rssBytes),
})
const judged = (runs, sizes = {}) =>
  judgeDump({ kind: 'debug=2', fileBytes: MIB_64, textBytes: MIB_64, goroutines: 7, runs, ...sizes })

test('the first reading has half a second for 64 MiB, the best one 200 MB a second', () => {
  const met = judged([run([490, 330, 340])])
  assert.deepEqual([met.firstMs, met.firstMet, met.bestMs, met.rateMet], [490, true, 330, true])
  assert.deepEqual(dumpMisses({ kinds: [met] }), [])
  const slow = judged([run([600, 400, 420])])
  assert.deepEqual(dumpMisses({ kinds: [slow] }), [
    'MISSED  debug=2: first reading 0.60 s, budget 0.50 s: over by 20 %',
    'MISSED  debug=2: 168 MB/s, budget 200 MB/s: under by 19 % (CPU 0.36 s)',
  ])
})

test('a compressed dump is judged by its text, a longer one by its length', () => {
  assert.ok(judged([run([490, 330])], { fileBytes: 1e6 }).firstMet)
  const twice = judged([run([900, 600])], { fileBytes: 2 * MIB_64, textBytes: 2 * MIB_64 })
  assert.deepEqual([twice.firstBudgetMs, twice.firstMet, twice.rateMet], [1000, true, true])
})

test('times are medians over the pairs, the ratio is taken within each, memory is the greatest', () => {
  const row = judged([run([400, 300], 100), run([4000, 3000], 1000, 3.5 * MIB_64), run([500, 320], 160)])
  assert.deepEqual([row.firstMs, row.bestMs, row.ratio, row.rssMet], [500, 320, 3, false])
  assert.match(dumpMisses({ kinds: [row] }).at(-1), /^MISSED {2}debug=2: memory 235 MB, budget 201 MB: over by 17 %$/)
})

test('the table has a line a kind and one for the peer, and no budgets where nothing is judged', () => {
  const peer = { goroutines: 5000, fileBytes: 3e6, unhang: process(400), panicparse: process(4000) }
  const [head, line, last] = dumpTable({ kinds: [judged([run([490, 330])])], peer }, true).split('\n')
  assert.match(head, /^dump +file +goroutines +first reading +budget +warm/)
  assert.match(line, /^debug=2 +67 MB +7 +0\.49 s +≤ 0\.50 s met +203 MB\/s +≥ 200 MB\/s met/)
  assert.equal(
    last,
    "5,000 goroutines, 3 MB: unhang dump 0.40 s, panicparse 4.00 s; behind a log's prefixes it finds no goroutine",
  )
  assert.doesNotMatch(dumpTable({ kinds: [judged([run([490, 330])])], peer }, false), /budget|met/)
  assert.match(dumpTable({ kinds: [], peer: { ...peer, panicparse: undefined } }, true), /panicparse not done in 2 min/)
})
