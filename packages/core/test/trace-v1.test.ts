/** What becomes of each kind of event of the old formats: the same transitions as in Go's own conversion. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FormatError } from '../src/base/errors.ts'
import {
  EVENT_KINDS,
  GO_STATE_NAMES,
  GoState,
  METRIC_NAMES,
  procOf,
  spanEndNs,
  type Trace,
  threadOf,
} from '../src/trace/tables.ts'
import { Ev } from '../src/trace/v1/spec.ts'
import { openTrace } from './open-trace.ts'
import { story, V1Writer, withFooter } from './trace-v1-writer.ts'

const rowOf = (trace: Trace, id: number) => trace.goroutines.id.indexOf(id)
const functionOf = (trace: Trace, stack: number) =>
  stack <= 0 ? '' : trace.strings.text(trace.frames.function[trace.stacks.frame[trace.stacks.first[stack]]])

function whereOf(trace: Trace, row: number): string {
  const { place, stateReason } = trace.spans
  const state = stateReason[row] & 3
  if (state === GoState.waiting) return ''
  if (state === GoState.runnable) return place[row] < 0 ? '' : ` by ${trace.goroutines.id[place[row]]}`
  const proc = procOf(place[row])
  const thread = threadOf(place[row])
  return ` on ${proc < 0 ? '-' : trace.procs.id[proc]}/${thread < 0 ? '-' : trace.threads.id[thread]}`
}

/** One line a span: "0-310 waiting", "310-400 running on 1/101", "… waiting sync @ sync.(*Mutex).Lock". */
function spansOf(trace: Trace, id: number): string[] {
  const g = rowOf(trace, id)
  const lines: string[] = []
  for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
    const row = trace.spansOf.row[at]
    const reason = trace.strings.text(trace.reasons[trace.spans.stateReason[row] >> 2])
    const site = functionOf(trace, trace.spans.stack[row])
    const times = `${trace.spans.startNs[row]}-${spanEndNs(trace, g, at)}`
    const state = GO_STATE_NAMES[trace.spans.stateReason[row] & 3]
    lines.push(`${times} ${state}${whereOf(trace, row)}${reason && ` ${reason}`}${site && ` @ ${site}`}`)
  }
  return lines
}

const countsOf = (trace: Trace) =>
  Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, trace.eventCounts[i]]).filter(([, count]) => count !== 0))

/** The states that goroutine 1 goes through; the listing of it and the footer stand around `events`. */
function life(events: (writer: V1Writer) => void, version = 21): Trace {
  const writer = new V1Writer(version)
  writer.batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.procStart, 0, 100).event(Ev.goStart, 0, 1, 1)
  writer.event(Ev.gomaxprocs, 0, 1, 0)
  events(writer)
  return openTrace(withFooter(writer, 1e6).build())
}

describe('a story on two procs', () => {
  const trace = openTrace(story().build())

  test('is whole', () => {
    assert.deepEqual(trace.problems, [])
    assert.equal(trace.version, 21)
    assert.equal(trace.durationNs, 1001)
    assert.equal(trace.clock, undefined)
    assert.deepEqual([...trace.generationNs], [0])
  })

  test('goroutines that existed are in their state since the trace began', () => {
    assert.deepEqual(spansOf(trace, 3), ['0-1001 syscall on -/-'])
    assert.deepEqual(spansOf(trace, 4), ['0-1001 runnable'])
    for (const id of [1, 2, 3, 4]) assert.ok(Number.isNaN(trace.goroutines.birthNs[rowOf(trace, id)]))
  })

  test('a goroutine blocks, is woken on another proc, and runs there', () => {
    assert.deepEqual(spansOf(trace, 2), [
      '0-51 waiting',
      '51-311 runnable by 1 @ main.main',
      '311-401 running on 1/101',
      '401-1001 waiting sync @ sync.(*Mutex).Lock',
    ])
  })

  test('a system call that returns at once lasts 1 ns; one that blocks ends at its true time', () => {
    assert.deepEqual(spansOf(trace, 1), [
      '0-61 running on 0/100',
      '61-62 syscall on 0/100 @ main.main',
      '62-291 running on 0/100',
      '291-651 syscall on 0/100 @ main.main',
      '651-911 runnable',
      '911-1001 running on 1/101',
      '1001-1001 waiting forever @ main.main',
    ])
  })

  test('a goroutine is born, preempted and dies', () => {
    assert.deepEqual(spansOf(trace, 5), [
      '41-411 runnable by 1 @ main.main',
      '411-501 running on 1/101',
      '501-511 runnable preempted @ sync.(*Mutex).Lock',
      '511-601 running on 1/101',
    ])
    const g = rowOf(trace, 5)
    assert.equal(trace.goroutines.birthNs[g], 41)
    assert.equal(trace.goroutines.deathNs[g], 601)
    assert.equal(trace.goroutines.creator[g], rowOf(trace, 1))
    assert.equal(functionOf(trace, trace.goroutines.creationStack[g]), 'main.main')
    assert.equal(trace.strings.text(trace.goroutines.entry[g]), 'main.worker')
    assert.equal(trace.strings.text(trace.goroutines.label[g]), 'label or name')
  })

  test('ranges, metrics and annotations', () => {
    const ranges = Array.from(trace.ranges.name, (name, i) => {
      const { startNs, endNs, goroutine, proc } = trace.ranges
      return [trace.strings.text(name), startNs[i], endNs[i], goroutine[i], proc[i]]
    })
    const g = rowOf(trace, 1)
    assert.deepEqual(ranges, [
      ['GC concurrent mark phase', 211, 281, -1, -1],
      ['stop-the-world (GC mark termination)', 221, 231, g, -1],
      ['GC incremental sweep', 241, 251, -1, 0],
      ['GC mark assist', 261, 271, g, -1],
    ])
    assert.equal(METRIC_NAMES[trace.metrics.kind[0]], '/memory/classes/heap/objects:bytes')
    assert.deepEqual([trace.metrics.length, trace.metrics.timeNs[0], trace.metrics.value[0]], [1, 31, 4096])
    assert.deepEqual([trace.tasks.id[0], trace.tasks.startNs[0], trace.tasks.endNs[0]], [7, 71, 111])
    assert.deepEqual([trace.regions.task[0], trace.regions.startNs[0], trace.regions.endNs[0]], [0, 81, 101])
    assert.equal(trace.strings.text(trace.logs.message[0]), 'a message')
    assert.deepEqual([trace.logs.timeNs[0], trace.logs.task[0], trace.logs.goroutine[0]], [91, 0, g])
    assert.deepEqual([trace.labels.timeNs[0], trace.labels.goroutine[0]], [412, rowOf(trace, 5)])
    assert.deepEqual([trace.samples.timeNs[0], trace.samples.goroutine[0]], [321, rowOf(trace, 2)])
    assert.deepEqual([procOf(trace.samples.place[0]), threadOf(trace.samples.place[0])], [1, -1])
  })

  test('counts what Go’s reader would surface', () => {
    assert.deepEqual(countsOf(trace), {
      goroutine: 18,
      proc: 3,
      sync: 2,
      metric: 1,
      label: 1,
      stacksample: 1,
      rangebegin: 4,
      rangeend: 4,
      taskbegin: 1,
      taskend: 1,
      regionbegin: 1,
      regionend: 1,
      log: 1,
    })
  })
})

describe('rules of the conversion', () => {
  test('every kind of wait has Go’s word for it', () => {
    const words = [
      [Ev.goSleep, 'sleep'],
      [Ev.goBlock, ''],
      [Ev.goBlockSend, 'chan send'],
      [Ev.goBlockRecv, 'chan receive'],
      [Ev.goBlockSelect, 'select'],
      [Ev.goBlockSync, 'sync'],
      [Ev.goBlockCond, 'sync.(*Cond).Wait'],
      [Ev.goBlockNet, 'network'],
      [Ev.goBlockGC, 'GC mark assist wait for work'],
      [Ev.goStop, 'forever'],
    ] as const
    for (const [type, word] of words) {
      const trace = life(writer => writer.event(type, 10, 2))
      assert.deepEqual(spansOf(trace, 1)[1], `11-11 waiting${word && ` ${word}`} @ main.main`)
    }
    const yielded = life(writer => writer.event(Ev.goSched, 10, 2))
    assert.deepEqual(spansOf(yielded, 1)[1], '11-11 runnable runtime.Gosched @ main.main')
  })

  test('a CPU sample hides that a system call blocks, as it does from Go', () => {
    const trace = life(writer => {
      writer.event(Ev.goSysCall, 10, 2).event(Ev.goSysBlock, 50).event(Ev.procStop, 0)
      writer.batch(0, 1070).event(Ev.cpuSample, 0, 1020, 0, 1, 2)
    })
    // It seems to run on, but not on a proc that others may have by now.
    assert.deepEqual(spansOf(trace, 1).slice(1), ['11-12 syscall on 0/100 @ main.main', '12-61 running on -/100'])
  })

  test('a thread that takes its proc back from a second system call brings itself along', () => {
    const trace = life(writer => {
      writer.event(Ev.goCreate, 10, 2, 3, 2).event(Ev.goSysCall, 10, 2).event(Ev.goSysBlock, 10).event(Ev.procStop, 0)
      writer.event(Ev.procStart, 10, 200).event(Ev.goStart, 0, 2, 1).event(Ev.goSysCall, 10, 3)
      writer.event(Ev.goSysBlock, 10).event(Ev.goSysExit, 0, 1, 2, 0).event(Ev.goStart, 0, 1, 3)
    })
    assert.deepEqual(spansOf(trace, 1).at(-1), '62-62 running on 0/100')
    assert.deepEqual(spansOf(trace, 2).at(-1), '51-62 syscall on 0/200 @ main.worker')
  })

  test('a goroutine made for a C thread counts as in its system call all along', () => {
    const trace = life(writer => writer.event(Ev.goCreate, 10, 9, 0, 2).event(Ev.goInSyscall, 1, 9))
    assert.deepEqual(spansOf(trace, 9), ['0-12 syscall on -/-'])
    assert.equal(countsOf(trace).goroutine, 3)
  })

  test('a mark assist and a region may have begun before the trace', () => {
    const trace = life(writer => writer.event(Ev.assistDone, 10).event(Ev.region, 10, 3, 1, 5, 2))
    assert.deepEqual([trace.ranges.startNs[0], trace.ranges.endNs[0]], [0, 11])
    assert.deepEqual([trace.regions.startNs[0], trace.regions.endNs[0]], [Number.NaN, 21])
    assert.deepEqual([trace.tasks.id[0], trace.tasks.startNs[0]], [3, Number.NaN])
    assert.deepEqual([countsOf(trace).rangebegin, countsOf(trace).regionbegin], [undefined, undefined])
  })

  test('regions nest, and end with the innermost of their name', () => {
    const trace = life(writer => {
      writer.event(Ev.region, 10, 0, 0, 5, 2).event(Ev.region, 10, 0, 0, 1, 2)
      writer.event(Ev.region, 10, 0, 1, 1, 2).event(Ev.region, 10, 0, 1, 5, 2)
    })
    assert.deepEqual([...trace.regions.startNs], [11, 21])
    assert.deepEqual([...trace.regions.endNs], [41, 31])
    assert.deepEqual(trace.problems, [])
  })

  test('why the world stops is told by a number that each version counts in its own way', () => {
    const name = (version: number, kind: number) => {
      const trace = life(writer => writer.event(Ev.stwStart, 10, kind).event(Ev.stwDone, 10), version)
      return trace.strings.text(trace.ranges.name[0])
    }
    assert.equal(name(11, 0), 'stop-the-world (GC mark termination)')
    assert.equal(name(19, 1), 'stop-the-world (GC sweep termination)')
    assert.equal(name(19, 2), 'stop-the-world ()')
    assert.equal(name(21, 10), 'stop-the-world (start trace)')
    assert.equal(name(21, 17), 'stop-the-world ()')
  })

  test('events at one tick get times of their own', () => {
    const trace = life(writer => writer.event(Ev.heapAlloc, 0, 1).event(Ev.heapAlloc, 0, 2).event(Ev.heapAlloc, 0, 3))
    assert.deepEqual([...trace.metrics.timeNs], [3, 4, 5])
  })

  test('the first setting of GOMAXPROCS ends the listing, later ones are metrics', () => {
    const trace = life(writer => writer.event(Ev.gomaxprocs, 10, 8, 2))
    assert.deepEqual([...trace.metrics.value], [8])
  })

  test('ticks are scaled by the clock’s frequency', () => {
    const writer = new V1Writer().batch(0, 5000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.procStart, 0, 1)
    writer.event(Ev.goStart, 0, 1, 1).event(Ev.gomaxprocs, 0, 1, 0).event(Ev.heapAlloc, 100, 1)
    assert.equal(openTrace(writer.batch(0, 6000).frequency(4e7).build()).metrics.timeNs[0], 2501)
  })
})

describe('the order of procs', () => {
  test('what was caused comes after its cause, where the file has it first and the clock cannot tell', () => {
    const writer = new V1Writer().batch(1, 1100).event(Ev.procStart, 0, 101).event(Ev.goStart, 0, 2, 1)
    writer.batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.procStart, 0, 100).event(Ev.goStart, 0, 1, 1)
    writer.event(Ev.gomaxprocs, 0, 2, 0).event(Ev.goCreate, 100, 2, 3, 2)
    const trace = openTrace(withFooter(writer, 2000).build())
    assert.deepEqual(trace.problems, [])
    assert.deepEqual(spansOf(trace, 2), ['102-103 runnable by 1 @ main.main', '103-103 running on 1/101'])
  })

  test('clocks that disagree a little do not turn cause and effect around', () => {
    const writer = new V1Writer().batch(1, 1060).event(Ev.procStart, 0, 101).event(Ev.goStart, 0, 2, 1)
    writer.batch(0, 1000).event(Ev.goCreate, 0, 1, 0, 0).event(Ev.procStart, 0, 100).event(Ev.goStart, 0, 1, 1)
    writer.event(Ev.gomaxprocs, 0, 2, 0).event(Ev.goCreate, 100, 2, 3, 2)
    const trace = openTrace(withFooter(writer, 2000).build())
    assert.match(trace.problems[0].message, /^1 times that run backwards/)
    assert.deepEqual(spansOf(trace, 2), ['101-102 runnable by 1 @ main.main', '102-102 running on 1/101'])
  })

  test('garbage collections are numbered', () => {
    const writer = new V1Writer().batch(1, 1050).event(Ev.gcStart, 0, 1, 0).event(Ev.gcDone, 10)
    writer.batch(0, 1000).event(Ev.gcStart, 50, 0, 0).event(Ev.gcDone, 0)
    assert.deepEqual(openTrace(withFooter(writer, 2000).build()).ranges.startNs.length, 2)
  })
})

describe('what is no trace', () => {
  test('a header and nothing else', () => {
    assert.throws(
      () => openTrace(new V1Writer().build()),
      error => {
        assert.ok(error instanceof FormatError)
        assert.equal(error.offset, 16)
        assert.match(error.message, /no event that can be read: at byte 16, it ends behind its header/)
        return true
      },
    )
  })

  test('a footer alone is an empty trace', () => {
    const trace = openTrace(withFooter(new V1Writer(), 1000).build())
    assert.deepEqual([trace.durationNs, trace.goroutines.length, countsOf(trace)], [0, 0, { sync: 1 }])
  })

  test('CPU samples in a version that had none are damage', () => {
    const writer = story(11).batch(0, 2600).event(Ev.cpuSample, 0, 1320, 1, 2, 1)
    const { problems } = openTrace(writer.build())
    assert.match(problems[0].message, /expected an event, found no event begins with byte 241/)
  })
})
