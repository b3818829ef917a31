/** A text that is cut shows a crowd at a lock, and not who has it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose, readDump } from '../src/index.ts'
import { stack } from './stranded-dumps.ts'

const waiter = (id: number) =>
  stack(
    id,
    'sync.Mutex.Lock',
    [
      'internal/sync.(*Mutex).lockSlow(0xc000123450) /go/src/internal/sync/mutex.go:149',
      'sync.(*Mutex).Lock(...) /go/src/sync/mutex.go:46',
      'main.(*table).get(0xc000123450, 0x1) 40',
    ],
    'main.main 80 by 1',
  )
const busy = '\ngoroutine 2 [runnable]:\nmain.tick()\n\t/src/app/work.go:60 +0x45\n'
const text = (waiters: number, ending = 'goroutine 9999 [sync.Mutex.Lo') =>
  [busy, ...Array.from({ length: waiters }, (_, i) => waiter(i + 10)), `\n${ending}`].join('').trimStart()

const COUNTS = `goroutine profile: total 1201
1200 @ 0x1 0x2 0x3
#	0x1	internal/sync.(*Mutex).lockSlow+0x15d	/go/src/internal/sync/mutex.go:149
#	0x2	main.(*table).get+0x77	/src/app/work.go:40

1 @ 0x4 0x5 0x6
#	0x4	internal/poll.runtime_pollWait+0x84	/go/src/runtime/netpoll.go:351
#	0x5	internal/poll.(*FD).Read+0x285	/go/src/internal/poll/fd_unix.go:165
#	0x6	main.(*table).load+0x99	/src/app/work.go:50

1 @ 0x7 0x8
#	0x8	main.rest+0x9	/src/app/work.go:70
`

const findings = (...texts: string[]) =>
  diagnose(
    texts.map((each, i) => ({ name: `${i}`, kind: 'dump' as const, dump: readDump(new TextEncoder().encode(each)) })),
  ).findings

const gist = (texts: string[]) =>
  findings(...texts).map(({ certainty, cause, waiters }) => [certainty, cause, waiters.count])

test('a crowd at a lock whose holder the cut text does not show: nobody is said to have left it locked', () => {
  assert.deepEqual(gist([text(1200)]), [['likely', 'unknown', 1200]])
  const [{ holder, evidence, advice }] = findings(text(1200))
  assert.equal(holder.state, 'unknown')
  assert.ok(evidence.some(sentence => /^the dump is cut/.test(sentence)))
  assert.match(advice, /debug=1/)
  // A few may be those of a moment.
  assert.deepEqual(gist([text(3)]), [['possible', 'unknown', 3]])
})

test('another form, which counts all, shows where those stand that the text has lost', () => {
  const [{ evidence, advice }] = findings(text(1200), COUNTS)
  const shown = evidence.filter(sentence => /^the other form/.test(sentence))
  assert.match(
    shown[0],
    /1 goroutine .* main\.\(\*table\)\.load \(app\/work\.go:50\): IO wait; it works on the lock's own/,
  )
  assert.match(shown[1], /main\.rest/)
  assert.equal(shown.length, 2)
  assert.doesNotMatch(advice, /debug=1/)
})

test('so many do not wait for a lock that moves, though others run: a whole dump is sure of it', () => {
  const main = 'goroutine 1 [select (no cases)]:\nmain.main()\n\t/src/app/main.go:90 +0x20\n'
  assert.deepEqual(gist([text(1200, main)]), [['likely', 'forgotten-unlock', 1200]])
  assert.deepEqual(gist([text(30, main)]), [['possible', 'forgotten-unlock', 30]])
})
