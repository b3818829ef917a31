/** How runs become a judgement, and what the report says of a missed budget. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { judge, median } from '../budgets.mjs'
import { misses, table } from '../report.mjs'

const run = (wallMs, rssBytes) => ({ wallMs, cpuMs: 2 * wallMs, rssBytes })
const pair = (unhangMs, goMs, rssBytes = 1e6) => ({ unhang: run(unhangMs, rssBytes), go: run(goMs, 5e6) })

test('the median of an even number is the middle of the two in the middle', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 3]), 2.5)
})

test('the ratio is taken within each pair, so that a slow moment of the machine cancels out', () => {
  const judged = judge({
    kind: 'rich',
    fileBytes: 50e6,
    events: 7,
    pairs: [pair(30, 100), pair(300, 1000), pair(45, 100)],
  })
  assert.equal(judged.ratio, 0.3)
  assert.ok(judged.ratioMet)
  assert.equal(judged.unhangMs, 45)
  assert.deepEqual(misses([judged]), [])
})

test('memory is judged by the greatest peak, against 6 × the file + 120 MB', () => {
  const within = judge({ kind: 'dry', fileBytes: 10e6, events: 7, pairs: [pair(1, 1, 180e6), pair(1, 1, 90e6)] })
  assert.ok(within.rssMet)
  const over = judge({ kind: 'dry', fileBytes: 10e6, events: 7, pairs: [pair(1, 1, 90e6), pair(1, 1, 198e6)] })
  assert.deepEqual(misses([over]), ['MISSED  dry: memory 198 MB, budget 180 MB: over by 10 %'])
})

test('a missed time is told with how far and with every pair', () => {
  const over = judge({ kind: 'client', fileBytes: 10e6, events: 7, pairs: [pair(50, 100), pair(70, 100)] })
  assert.deepEqual(misses([over]), [
    "MISSED  client: time 0.60 of the Go reader's, budget 0.4: over by 50 % (pairs: 0.50 0.70)",
  ])
})

test('the table has a line a kind, and no budgets where nothing is judged', () => {
  const row = judge({ kind: 'dry', fileBytes: 73e6, events: 12_500_000, pairs: [pair(1500, 1800)] })
  const [head, line, ...rest] = table([{ ...row, goToolTrace: run(38_800, 7.3e9) }], true).split('\n')
  assert.match(head, /^kind +file +events +unhang +x\/exp\/trace +ratio +budget/)
  assert.match(line, /^dry +73 MB +12,500,000 +1\.50 s +1\.80 s +0\.83 +≤ 1\.0 met .* 38\.80 s, 7300 MB$/)
  assert.deepEqual(rest, [])
  assert.doesNotMatch(table([row], false), /budget|met/)
})
