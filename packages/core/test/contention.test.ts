/** A lock that is handed on is slow where that costs, in figures, and nothing at all where it does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const lock = (line: number) => ['sync.(*Mutex).Lock sync/mutex.go:46', `main.(*store).take m.go:${line}`]
const unlock = ['sync.(*Mutex).Unlock sync/mutex.go:65', 'main.(*store).take m.go:14']
const LEGEND: Legend = {
  L: { reason: 'sync', stack: lock(10) },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*store).take m.go:12'] },
}

/** `workers` take turns: each holds the lock for `held` ticks and comes back for it at once. */
function queue(workers: number, held: number, ticks: number) {
  const rows = [...Array(workers).keys()].map(i => {
    let row = ''
    for (let tick = 0; tick < ticks; tick++) {
      const turn = Math.floor(tick / held)
      const mine = turn % workers === i
      const first = tick % held === 0
      row += mine ? (first && tick > 0 ? String(((turn - 1) % workers) + 1) : 'Z') : 'L'
    }
    return `G${i + 1} main.work ${row}`
  })
  const wakers = Object.fromEntries([...Array(workers).keys()].map(i => [String(i + 1), { stack: unlock }]))
  const trace = timelineFromText(rows.join('\n'), { ...LEGEND, ...wakers })
  return diagnose([{ name: 't', kind: 'trace', trace }])
}

test('six that wait for each other a second at a time: slow', () => {
  const { verdict, findings } = queue(6, 4, 240)
  assert.equal(verdict, 'slow')
  const [{ cause, certainty, site, waiters, holder, evidence }] = findings
  assert.deepEqual([cause, certainty, site.line, waiters.count], ['contention', 'likely', 10, 5])
  assert.deepEqual(
    [holder.state, holder.function, holder.waitsFor],
    ['waiting', 'main.(*store).take', 'sleep in main.(*store).take (m.go:12)'],
  )
  assert.equal(evidence[0], '5 goroutines wait for that lock when the trace ends')
  assert.match(evidence[1], /^64 waits for the lock in main\.\(\*store\)\.take \(m\.go:10\) took \d+ ms on average/)
  assert.match(evidence[2], /^\d\.\d goroutines waited there at a time, over the 12\.0 s of the trace/)
  assert.match(evidence[3], /^it moves: 59 were let in, one every 203 ms/)
})

test('two that alternate, or a short queue: healthy', () => {
  assert.equal(queue(2, 4, 240).verdict, 'healthy')
  assert.equal(queue(3, 1, 240).verdict, 'healthy')
})
