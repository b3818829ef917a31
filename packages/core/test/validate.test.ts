/** The validator finds what it is there to find: a sound trace is broken in one place at a time. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTrace } from '../src/trace/read.ts'
import { GoState, type Trace } from '../src/trace/tables.ts'
import { traceFromText } from '../src/trace/text.ts'
import { validate } from '../src/trace/validate.ts'
import { ROOT } from './oracle.ts'

function fixture(name: string): Trace {
  return readTrace(traceFromText(readFileSync(join(ROOT, 'testdata', 'text', `${name}.test`), 'utf8')))
}

/** The row of the only span with this state and start. */
function spanRow(trace: Trace, state: number, startNs: number): number {
  return trace.spans.startNs.findIndex(
    (start, row) => start === startNs && (trace.spans.stateReason[row] & 3) === state,
  )
}

test('a sound trace has nothing to say', () => {
  for (const name of ['goroutine-life', 'syscalls', 'gc', 'annotations', 'cpu-samples'])
    assert.deepEqual(validate(fixture(name)), [])
})

/** goroutine-life.tables.txt shows what is being broken. */
const FAULTS: [what: string, fixture: string, breakIt: (trace: Trace) => void, message: RegExp][] = [
  [
    'a stack row',
    'goroutine-life',
    t => t.spans.stack.fill(999, 3, 4),
    /spans\.stack\[3\] is 999, expected a row from -1 to/,
  ],
  ['a creator', 'goroutine-life', t => t.goroutines.creator.fill(99, 1, 2), /goroutines\.creator\[1\] is 99/],
  ['a reason', 'goroutine-life', t => t.spans.stateReason.fill(4000, 3, 4), /span 3 has reason 1000 of/],
  ['a waker', 'goroutine-life', t => t.spans.place.fill(77, 1, 2), /span 1 was woken by 77, which is no goroutine/],
  ['a place of a waiting span', 'goroutine-life', t => t.spans.place.fill(0, 3, 4), /span 3 waits and has the place 0/],
  ['a proc', 'goroutine-life', t => t.spans.place.fill(5 << 16, 0, 1), /span 0 is on proc 5 of 1/],
  ['a thread', 'goroutine-life', t => t.spans.place.fill(5, 0, 1), /span 0 is on thread 5 of 1/],
  [
    'a begin out of order',
    'goroutine-life',
    t => t.spans.startNs.fill(59, 3, 4),
    /span 3 starts at 59, behind one that starts at 60/,
  ],
  [
    'a begin behind the end',
    'goroutine-life',
    t => t.spans.startNs.fill(999, 16, 17),
    /span 16 starts at 999, outside/,
  ],
  [
    'a birth',
    'goroutine-life',
    t => t.goroutines.birthNs.fill(49, 1, 2),
    /goroutine 5 \(row 1\) has its first span at 50, expected 49/,
  ],
  [
    'a death',
    'goroutine-life',
    t => t.goroutines.deathNs.fill(165, 2, 3),
    /goroutine 6 \(row 2\): span 6 is from 170 to 165/,
  ],
  [
    'a statement',
    'goroutine-life',
    t => t.goroutines.statedNs.fill(60, 1, 2),
    /goroutine 5 \(row 1\) is said at 60 to have been there before, and was born at 50/,
  ],
  [
    'an id',
    'goroutine-life',
    t => t.goroutines.id.fill(5, 2, 3),
    /goroutine 5 \(row 2\) lives at the same time as row 1/,
  ],
  [
    'the index',
    'goroutine-life',
    t => t.spansOf.row.fill(1, 0, 1),
    /spansOf names span 1 under goroutine 0, not its own/,
  ],
  ['a range', 'gc', t => t.ranges.endNs.fill(55, 3, 4), /range 3 is from 56 to 55/],
  ['a metric', 'gc', t => t.metrics.timeNs.fill(34, 1, 2), /metric 1 is at 34, expected 35/],
  ['a task', 'annotations', t => t.tasks.parent.fill(9, 1, 2), /tasks\.parent\[1\] is 9/],
  ['a region', 'annotations', t => t.regions.endNs.fill(1e9, 0, 1), /region 0 has the time 1000000000, outside/],
  ['a sample', 'cpu-samples', t => t.samples.timeNs.fill(119, 2, 3), /sample 2 is at 119, expected 120/],
  ['a count', 'gc', t => t.eventCounts.fill(-1, 0, 1), /an event count is negative/],
]

for (const [what, name, breakIt, message] of FAULTS)
  test(`${what} that is wrong is found`, () => {
    const trace = fixture(name)
    breakIt(trace)
    assert.match(validate(trace).join('\n'), message)
  })

test('two goroutines on one proc, or on one thread, are found', () => {
  const trace = fixture('goroutine-life')
  // Goroutine 5 waits for a lock from 310 on; now it runs on, and goroutine 1 runs there too from 350.
  const row = spanRow(trace, GoState.waiting, 310)
  trace.spans.stateReason[row] = GoState.running
  trace.spans.place[row] = trace.spans.place[0]
  const messages = validate(trace).join('\n')
  assert.match(messages, /thread 0 has span \d+ from 350, and span \d+ to 370/)
  assert.match(messages, /proc 0 has span \d+ from 350, and span \d+ to 370/)
})

test('a thread in a syscall is taken, its proc is not', () => {
  const trace = fixture('syscalls')
  // Thread 9 waits in a syscall from 151 to 450, while its proc 1 runs goroutine 1 on thread 8.
  assert.deepEqual(validate(trace), [])
  const row = spanRow(trace, GoState.running, 330)
  trace.spans.place[row] = trace.spans.place[spanRow(trace, GoState.syscall, 151)]
  assert.match(validate(trace).join('\n'), /thread \d has span \d+ from 330, and span \d+ to 450/)
})

test('no more than twenty faults are told', () => {
  const trace = fixture('goroutine-life')
  trace.spans.startNs.reverse()
  const messages = validate(trace)
  assert.ok(messages.length > 0 && messages.length <= 20)
})
