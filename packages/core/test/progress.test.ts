/** What is told of the progress while something is opened: it only grows, moves often, not too often, and ends at the end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { gunzip } from '../src/base/gunzip.ts'
import { Meter } from '../src/base/progress.ts'
import { readDump } from '../src/dump/read.ts'
import { openCapture } from '../src/open.ts'
import { readTrace } from '../src/trace/read.ts'
import { traceFromText } from '../src/trace/text.ts'
import { Ev } from '../src/trace/v1/spec.ts'
import { V1Writer, withFooter } from './trace-v1-writer.ts'

const LIMIT = 100_000_000

type Call = readonly [done: number, total: number]

/** Checks what holds for every kind of work, and returns how many calls there were and the longest step as a part of the whole. */
function check(calls: readonly Call[], size: number): { count: number; longest: number } {
  assert.deepEqual(calls[0], [0, size])
  assert.deepEqual(calls.at(-1), [size, size])
  let longest = 0
  for (let i = 1; i < calls.length; i++) {
    assert.ok(calls[i][0] > calls[i - 1][0], `call ${i}: ${calls[i - 1][0]}, then ${calls[i][0]}`)
    assert.equal(calls[i][1], size)
    longest = Math.max(longest, calls[i][0] - calls[i - 1][0])
  }
  assert.ok(calls.length <= 200, `${calls.length} calls`)
  return { count: calls.length, longest: longest / size }
}

/** One generation, in which one goroutine of one thread blocks and is woken in `batches` batches, and as many strings. */
function traceOfBatches(batches: number): Uint8Array {
  const lines = ['Trace Go1.22', 'EventBatch gen=1 m=18446744073709551615 time=1000', 'Frequency freq=1000000000']
  for (let i = 0; i < batches; i++) {
    lines.push(`EventBatch gen=1 m=7 time=${1000 + i * 200}`)
    if (i === 0) lines.push('ProcStatus dt=1 p=0 pstatus=1', 'GoStatus dt=1 g=1 m=7 gstatus=2')
    for (let n = 0; n < 50; n++)
      lines.push('GoStop dt=2 reason_string=1 stack=0', `GoStart dt=2 g=1 g_seq=${i * 50 + n + 1}`)
  }
  for (let i = 0; i < batches; i++)
    lines.push(
      'EventBatch gen=1 m=18446744073709551615 time=1900',
      'Strings',
      `String id=${i + 1}`,
      `\tdata="${'x'.repeat(300)}"`,
    )
  return traceFromText(`${lines.join('\n')}\n`)
}

test('a trace of one single generation moves on with its batches of events and of strings', () => {
  const bytes = traceOfBatches(400)
  const calls: Call[] = []
  const trace = readTrace(bytes, (done, total) => calls.push([done, total]))
  assert.equal(trace.spans.length, 400 * 100 + 1)
  assert.deepEqual(trace.problems, [])
  const { count, longest } = check(calls, bytes.length)
  assert.ok(count >= 100, `${count} calls`)
  assert.ok(longest < 0.05, `a step of ${longest}`)
})

test('a small trace says begin and end', () => {
  const bytes = traceOfBatches(1)
  const calls: Call[] = []
  readTrace(bytes, (done, total) => calls.push([done, total]))
  check(calls, bytes.length)
})

test('an old trace moves on while it is scanned and while it is merged', () => {
  const writer = new V1Writer(21)
  writer.batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.procStart, 5, 100).event(Ev.goStart, 1, 1, 1)
  for (let i = 0; i < 400; i++) {
    writer.batch(0, 2000 + i * 100)
    for (let n = 0; n < 10; n++) writer.event(Ev.goSched, 1, 1).event(Ev.goStartLocal, 1, 1)
  }
  const bytes = withFooter(writer, 50_000).build()
  const calls: Call[] = []
  const trace = readTrace(bytes, (done, total) => calls.push([done, total]))
  assert.ok(trace.spans.length >= 8000)
  const { count, longest } = check(calls, bytes.length)
  assert.ok(count >= 100, `${count} calls`)
  assert.ok(longest < 0.02, `a step of ${longest}`)
})

function debug2(goroutines: number): string {
  const one = (id: number) =>
    `goroutine ${id} [chan receive]:\nmain.work${id % 7}(0x1)\n\t/src/main.go:${10 + (id % 9)} +0x1d\n`
  return Array.from({ length: goroutines }, (_, i) => one(i + 1)).join('\n')
}

function debug1(groups: number): string {
  const one = (i: number) => `1 @ 0x43a10e\n#\t0x43a10e\tmain.f${i}+0x5d\t/src/main.go:${i + 1}\n`
  return `goroutine profile: total ${groups}\n${Array.from({ length: groups }, (_, i) => one(i)).join('\n')}`
}

for (const [form, text] of [
  ['debug=2', debug2(2000)],
  ['debug=1', debug1(2000)],
] as const) {
  test(`a dump with ${form} moves on with its lines`, () => {
    const bytes = new TextEncoder().encode(text)
    const calls: Call[] = []
    readDump(bytes, (done, total) => calls.push([done, total]))
    const { count, longest } = check(calls, bytes.length)
    assert.ok(count >= 100, `${count} calls`)
    assert.ok(longest < 0.02, `a step of ${longest}`)
  })
}

/** Bytes that hardly compress. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0, seed = 7; i < length; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    bytes[i] = seed >> 16
  }
  return bytes
}

test('unpacking moves on, also where damage makes it read a part again', async () => {
  const whole = new Uint8Array(gzipSync(noise(4_000_000)))
  const damaged = whole.slice()
  damaged.fill(0xff, 2_000_000, 2_000_100)
  for (const zipped of [whole, damaged]) {
    const calls: Call[] = []
    await gunzip(zipped, LIMIT, (done, total) => calls.push([done, total]))
    const { count } = check(calls, zipped.length)
    assert.ok(count >= 20, `${count} calls`)
  }
})

test('a gzipped capture is unpacked, then read', async () => {
  const plain = new TextEncoder().encode(debug2(2000))
  const zipped = new Uint8Array(gzipSync(plain))
  const stages: { [stage: string]: Call[] } = {}
  const capture = await openCapture(zipped, LIMIT, (stage, done, total) => {
    stages[stage] ??= []
    stages[stage].push([done, total])
  })
  assert.equal(capture.kind, 'dump')
  assert.deepEqual(Object.keys(stages), ['unpacking', 'reading'])
  check(stages.unpacking, zipped.length)
  check(stages.reading, plain.length)
})

test('what nobody wants to know costs no call, and what is read is the same', async () => {
  const bytes = traceOfBatches(20)
  const told = await openCapture(bytes, LIMIT, () => {})
  const untold = await openCapture(bytes, LIMIT)
  assert.deepEqual(told.kind === 'trace' && told.trace.spans, untold.kind === 'trace' && untold.trace.spans)
  assert.equal(new Meter(1000, undefined).next, Number.POSITIVE_INFINITY)
})

test('a meter of two passes counts the bytes, not the passes', () => {
  const calls: Call[] = []
  const meter = new Meter(100, (done, total) => calls.push([done, total]), 2)
  for (const bytes of [100, 60, 150, 200, 500]) meter.to(bytes)
  meter.end()
  assert.deepEqual(calls, [
    [0, 100],
    [50, 100],
    [75, 100],
    [100, 100],
  ])
})
