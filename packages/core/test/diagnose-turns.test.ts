/** A diagnosis in small pieces: how far it has come never goes back, a crowd is many pieces, and the answer is the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DiagnoseStep, diagnose, diagnosing } from '../src/analysis/diagnose.ts'
import { readDumps } from '../src/dump/read.ts'

/** Senders of 200 lines and waiters for 50 locks, each a goroutine of its own. */
function crowd(): Uint8Array {
  const texts: string[] = []
  for (let i = 0; i < 200; i++)
    texts.push(
      `goroutine ${i + 2} [chan send, 9 minutes]:\nmain.send${i}(0xc000${1000 + i}00)\n\t/src/a.go:${i + 1} +0x1\ncreated by main.main in goroutine 1\n\t/src/m.go:7 +0x1\n\n`,
    )
  for (let i = 0; i < 50; i++)
    texts.push(
      `goroutine ${i + 300} [sync.Mutex.Lock, 9 minutes]:\nsync.(*Mutex).Lock(...)\n\t/go/src/sync/mutex.go:46\nmain.lock${i}(0xc000${2000 + i}00)\n\t/src/b.go:${i + 1} +0x1\ncreated by main.main in goroutine 1\n\t/src/m.go:7 +0x1\n\n`,
    )
  return new TextEncoder().encode(texts.join(''))
}

test('many small pieces make the answer that one large one makes', () => {
  const inputs = readDumps(crowd()).map((dump, i) => ({ name: `${i}.txt`, kind: 'dump' as const, dump }))
  const steps = diagnosing(inputs)
  const seen: DiagnoseStep[] = []
  let last = steps.next()
  for (; !last.done; last = steps.next()) seen.push(last.value)
  assert.ok(seen.length > 300, `${seen.length} pieces`)
  assert.deepEqual([...new Set(seen.map(({ done }) => done))], [0, 1, 2, 3])
  assert.ok(seen.every(({ total }, i) => total === 4 && seen[i].done >= (seen[i - 1]?.done ?? 0)))
  assert.deepEqual(last.value, diagnose(inputs))
  assert.ok(last.value.findings.length > 0)
})
