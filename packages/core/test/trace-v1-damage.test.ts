/** Old traces that are cut, damaged or made up: what can be read is read, and what is lost is said. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FormatError } from '../src/base/errors.ts'
import type { Trace } from '../src/trace/tables.ts'
import { TimeHeap } from '../src/trace/v1/heap.ts'
import { IdTable } from '../src/trace/v1/ids.ts'
import { Ev } from '../src/trace/v1/spec.ts'
import { openTrace } from './open-trace.ts'
import { events, story, V1Writer, withFooter } from './trace-v1-writer.ts'

const SEED = 1122

function opened(bytes: Uint8Array): Trace | undefined {
  try {
    return openTrace(bytes)
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

const messages = (trace: Trace) => trace.problems.map(({ message }) => message)

/** Two goroutines that hand a turn to each other, on two procs and in several batches each. */
function pingPong(turns: number): V1Writer {
  const writer = new V1Writer().batch(0, 1e6)
  writer.event(Ev.goCreate, 0, 1, 0, 0).event(Ev.procStart, 0, 100).event(Ev.goStart, 0, 1, 1)
  writer.event(Ev.gomaxprocs, 0, 2, 0).event(Ev.goCreate, 10, 2, 3, 2)
  const sequence = [2, 1]
  for (let turn = 0; turn < turns; turn++) {
    const begin = 1e6 + 100 + turn * 1000
    if (turn > 0) writer.batch(0, begin).event(Ev.goStart, 0, 1, sequence[0] - 1)
    writer.event(Ev.goBlockRecv, 100, 2)
    writer.batch(1, begin + 300)
    if (turn === 0) writer.event(Ev.procStart, 0, 101)
    writer.event(Ev.goStart, 50, 2, sequence[1]).event(Ev.goUnblock, 50, 1, sequence[0], 1).event(Ev.goSched, 50, 1)
    sequence[0] += 2
    sequence[1] += 1
  }
  return withFooter(writer, 1e6 + turns * 1000 + 1000)
}

describe('a trace that is cut', () => {
  const whole = story().build()

  test('opens at every length, and says that it is cut', () => {
    for (let length = 0; length < whole.length; length++) {
      const trace = opened(whole.slice(0, length))
      if (!trace) assert.ok(length < 40, `nothing can be shown of ${length} bytes`)
      else assert.notDeepEqual(trace.problems, [], `${length} of ${whole.length} bytes seem whole`)
    }
  })

  test('keeps all events up to the cut', () => {
    const bytes = events().build()
    const trace = openTrace(bytes)
    assert.equal(trace.spans.length, openTrace(whole).spans.length)
    assert.match(messages(trace)[0], /expected the frequency of the clock at the end of the trace/)
    assert.equal(trace.problems[0].offset, bytes.length)
  })

  test('names the byte where it ends in the middle of an event', () => {
    const writer = new V1Writer().batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0)
    const at = writer.offset
    const [cut] = openTrace(writer.raw(Ev.heapAlloc | 64, 1).build()).problems
    assert.equal(cut.offset, at)
    assert.match(cut.message, /expected an event, found the end of the input in the middle of one/)
    assert.match(cut.lost, /^2 bytes are left out/)
  })

  test('shows what its listing had told, even without the end of the listing', () => {
    const writer = new V1Writer().batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.goCreate, 0, 2, 0, 0)
    const trace = openTrace(writer.event(Ev.goWaiting, 0, 2).build())
    assert.deepEqual([...trace.goroutines.id].sort(), [1, 2])
  })
})

describe('a trace whose middle is damaged', () => {
  const TURNS = 50
  const whole = pingPong(TURNS).build()
  const all = openTrace(whole)

  test('is whole before', () => {
    assert.deepEqual(all.problems, [])
    assert.equal(all.spans.length, TURNS * 5 + 1)
  })

  test('loses the rest of the damaged batch and no more', () => {
    const damaged = whole.slice()
    const at = damaged.indexOf(Ev.goBlockRecv | 64, whole.length / 3)
    damaged[at] = 0
    const trace = openTrace(damaged)
    assert.equal(trace.problems[0].offset, at)
    assert.match(trace.problems[0].message, /expected an event, found no event begins with byte 0/)
    assert.match(trace.problems[0].lost, /bytes are left out: up to the next batch at byte \d+/)
    assert.ok(trace.spans.length > all.spans.length - 8, `${trace.spans.length} of ${all.spans.length} spans are left`)
    assert.equal(trace.durationNs, all.durationNs)
  })

  test('is not led astray by text that looks like a batch', () => {
    const writer = pingPong(TURNS)
    writer.string(9, `${'A'.repeat(20)}A0!RRR`).raw(0)
    writer
      .string(8, 'A1"R!!R!!R!!R!!')
      .batch(1, 1e6 + 1e5)
      .event(Ev.heapAlloc, 1, 7)
    const trace = openTrace(writer.build())
    assert.equal(trace.durationNs, 100_002)
    assert.equal(trace.goroutines.length, 2)
  })

  test('finds its way where a number became huge', () => {
    const writer = new V1Writer()
      .batch(0, 1e6)
      .event(Ev.heapAlloc, 0, 1)
      .event(Ev.heapAlloc, 2 ** 50, 2)
    writer
      .event(Ev.heapAlloc, 10, 3)
      .batch(0, 1e6 + 500)
      .event(Ev.heapAlloc, 0, 4)
    const trace = openTrace(
      writer
        .batch(0, 1e6 + 600)
        .frequency(1e9)
        .build(),
    )
    assert.deepEqual([...trace.metrics.timeNs], [1, 2, 11, 501])
    assert.match(messages(trace)[0], /1 times that run backwards or far ahead, the first at byte \d+/)
  })

  test('mends what the lost events leave behind', () => {
    const writer = new V1Writer().batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.goCreate, 0, 2, 0, 0)
    writer.event(Ev.procStart, 0, 100).event(Ev.goStart, 0, 1, 1).event(Ev.gomaxprocs, 0, 1, 0)
    // Goroutine 1 never leaves the proc, 3 was never created, 2 ends twice.
    writer.event(Ev.goStart, 10, 2, 1).event(Ev.goEnd, 10).event(Ev.goStart, 10, 2, 2).event(Ev.goEnd, 10)
    writer.event(Ev.goStart, 10, 3, 7).event(Ev.goBlockRecv, 10, 2)
    const trace = openTrace(withFooter(writer, 1e6).build())
    assert.deepEqual([...trace.goroutines.id], [1, 2, 3])
    assert.match(messages(trace).join('\n'), /events that do not follow from those before them/)
    assert.match(messages(trace).join('\n'), /events of goroutines that cannot do that in their state/)
  })

  test('says that stacks are missing which events name', () => {
    const writer = new V1Writer().batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.goStart, 0, 1, 1)
    const trace = openTrace(writer.event(Ev.goBlockRecv, 1, 77).batch(0, 2000).frequency(1e9).build())
    assert.match(messages(trace)[0], /1 events whose stack is defined nowhere/)
  })

  test('doubts a clock that no machine has', () => {
    const writer = new V1Writer().batch(0, 1000).event(Ev.heapAlloc, 0, 1)
    assert.match(
      messages(openTrace(writer.frequency(3).build()))[0],
      /expected a clock of 50 kHz to 1 GHz, found one of 3/,
    )
  })
})

describe('bytes from strangers', () => {
  const seeds = [story().build(), story(11).build(), pingPong(20).build()]
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.oneof(fc.constantFrom(0, 1, 0x41, 0x7f, 0x80, 0xff), fc.nat(255)),
    remove: fc.oneof(fc.constant(0), fc.nat(40)),
    insert: fc.oneof(fc.constant(0), fc.nat(12)),
  })

  test('changed, removed and inserted: a sound trace or a FormatError comes out', () => {
    const property = fc.property(
      fc.nat(seeds.length - 1),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      (n, changes) => {
        let bytes = [...seeds[n]]
        for (const { at, byte, remove, insert } of changes) {
          const place = 16 + Math.floor(at * (bytes.length - 16))
          if (remove + insert === 0) bytes[place] = byte
          else bytes = [...bytes.slice(0, place), ...new Array(insert).fill(byte), ...bytes.slice(place + remove)]
        }
        opened(Uint8Array.from(bytes))
      },
    )
    fc.assert(property, { numRuns: 1500, seed: SEED })
  })

  test('events in any order: the tables hold together', () => {
    const value = fc.oneof(fc.nat(4), fc.constantFrom(7, 100, 2 ** 31, 2 ** 53))
    const event = fc.tuple(fc.integer({ min: 4, max: 49 }), fc.nat(30), fc.array(value, { minLength: 4, maxLength: 4 }))
    const batch = fc.tuple(fc.integer({ min: -1, max: 2 }), fc.nat(300), fc.array(event, { maxLength: 30 }))
    const property = fc.property(fc.constantFrom(11, 19, 21), fc.array(batch, { maxLength: 8 }), (version, batches) => {
      const writer = new V1Writer(version).batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.gomaxprocs, 0, 1, 0)
      for (const [pid, ticks, events] of batches) {
        writer.batch(pid, 1000 + ticks)
        for (const [type, delta, values] of events) write(writer, type, delta, values, version)
      }
      const trace = openTrace(withFooter(writer, 3000).build())
      assert.ok(!messages(trace).some(message => message.startsWith('expected an event')), messages(trace).join('\n'))
    })
    fc.assert(property, { numRuns: 1000, seed: SEED })
  })

  /** Writes an event with as many of the values as its type has. */
  function write(writer: V1Writer, type: number, delta: number, values: number[], version: number): void {
    if (type === Ev.string || type === Ev.timerGoroutine) return
    if (type === Ev.cpuSample && version < 19) return
    if (type === Ev.log) writer.log(delta, values[0], values[1], values[2] % 4, 'text')
    else writer.event(type, delta, ...values.slice(0, COUNTS.get(type) ?? 1))
  }

  test('many procs, none of which can go on, cost no more than their events', () => {
    const writer = new V1Writer().batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.gomaxprocs, 0, 1, 0)
    for (let pid = 1; pid < 3000; pid++) writer.batch(pid, 1000).event(Ev.goStart, 0, 7, 9).event(Ev.goStart, 0, 7, 9)
    for (let n = 0; n < 5000; n++) {
      if (n === 0) writer.batch(5000, 1000)
      writer.event(Ev.goCreate, 0, 7, 0, 0).event(Ev.goStartLocal, 0, 7).event(Ev.goSched, 0, 0)
    }
    assert.ok(openTrace(withFooter(writer, 2000).build()).spans.length > 0)
  })
})

/** How many values each type has behind its time: as `parser.go` lists them. */
const COUNTS = new Map<number, number>(
  [
    [0, [6, 8, 10, 15, 30, 36, 44]],
    [2, [4, 7, 12, 14, 39, 40, 46]],
    [3, [13, 21, 29, 41]],
    [4, [45, 47, 49]],
  ].flatMap(([count, types]) => (types as number[]).map(type => [type, count as number] as const)),
)

describe('what the reader is made of', () => {
  test('a heap gives its items in the order of time, and lets go of any', () => {
    const times = fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 60 })
    const property = fc.property(times, list => {
      const heap = new TimeHeap()
      list.forEach(([time], item) => {
        heap.push(item, time)
      })
      list.forEach(([, stays], item) => {
        if (!stays) heap.remove(item)
      })
      const left = list.filter(([, stays]) => stays).map(([time]) => time)
      const got: number[] = []
      while (heap.length > 0) {
        got.push(heap.first)
        heap.pop()
      }
      assert.deepEqual(
        got,
        left.sort((a, b) => a - b),
      )
    })
    fc.assert(property, { seed: SEED })
  })

  test('a table of ids gives each its index, also beyond 32 bits', () => {
    const id = fc.oneof(fc.nat(20), fc.maxSafeNat())
    const property = fc.property(fc.array(id, { maxLength: 300 }), ids => {
      const table = new IdTable()
      const known = new Map<number, number>()
      for (const each of ids) {
        const index = known.get(each) ?? known.size
        assert.equal(table.find(each), known.has(each) ? index : -1)
        assert.equal(table.add(each), index)
        known.set(each, index)
      }
    })
    fc.assert(property, { seed: SEED })
  })
})
