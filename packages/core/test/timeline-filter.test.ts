/** Filters: what they keep and mark on random traces, against a reference that does it slowly; and on real captures. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { applyFilter } from '../src/timeline/filter/apply.ts'
import { parseFilter } from '../src/timeline/filter/parse.ts'
import type { Filter } from '../src/timeline/filter/spec.ts'
import type { Selection, Timeline } from '../src/timeline/model.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { validate } from '../src/trace/validate.ts'
import { applySlowly } from './filter-reference.ts'
import { openTrace } from './open-trace.ts'
import { chances, randomTrace } from './random-trace.ts'
import { timelineFromText } from './timeline.ts'

function filterOf(text: string): Filter {
  const parsed = parseFilter(text)
  if ('error' in parsed) throw new Error(`${text}: ${parsed.error.message}`)
  return parsed.filter
}

function randomTimeline(seed: number): Timeline {
  const trace = randomTrace(seed)
  const below = chances(seed + 1)
  const stuck = [...trace.goroutines.id.keys()].filter(() => below(3) === 0)
  return createTimeline(trace, stuck)
}

const keptOf = ({ keep }: Selection, count: number) =>
  new Set([...Array(count).keys()].filter(g => keep === undefined || keep[g] === 1))
const markedOf = ({ marks }: Selection) => new Set(marks ? [...marks.keys()].filter(row => marks[row] === 1) : [])

function compare(timeline: Timeline, text: string): { kept: number; marked: number } {
  const filter = filterOf(text)
  const selection = applyFilter(timeline, filter)
  const slow = applySlowly(timeline, filter)
  const kept = keptOf(selection, timeline.trace.goroutines.length)
  const marked = markedOf(selection)
  assert.deepEqual(kept, slow.kept, `kept by ${text}`)
  assert.deepEqual(marked, slow.marked, `marked by ${text}`)
  assert.equal(selection.kept, kept.size)
  assert.equal(selection.marked, marked.size)
  return { kept: kept.size, marked: marked.size }
}

const choice = (...texts: string[]) => fc.constantFrom(...texts)
const TERMS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  fn: choice(
    'fn:worker',
    'fn:=main.worker',
    'fn:LOCK',
    'fn:main,serve',
    'fn:"with space"',
    'fn:"int,go.shape"',
    'fn:nowhere',
  ),
  word: choice(
    'serve',
    'mutex',
    'chan',
    '41',
    'g41',
    '41,select',
    'sync',
    'lockslow',
    '=sync',
    '"preempted"',
    'syscall',
  ),
  reason: choice(
    'reason:mutex',
    'reason:rwmutex',
    'reason:lock,waitgroup',
    'reason:sync',
    'reason:=sync',
    'reason:=sync.Mutex.Lock',
    'reason:chan',
    'reason:select',
    'reason:network,forever',
    'reason:gc',
    'reason:syscall',
    'reason:preempted',
    'reason:semaphore',
    'reason:=unknown',
    'reason:!select,sync',
    'reason:!"chan receive"',
  ),
  state: choice('state:running', 'state:runnable', 'state:waiting', 'state:syscall', 'state:running,syscall'),
  length: choice('longer:3ms', 'longer:5.5ms', 'shorter:4ms', 'shorter:1ns', 'longer:0ns', 'longer:20ms'),
  place: choice('proc:0', 'proc:1,7', 'thread:41', 'thread:3-50', 'proc:9'),
  during: choice('during:gc', 'during:stw', 'during:assist', 'during:sweep', 'during:gc,assist', 'during:stw,sweep,gc'),
  g: choice('g:41', 'g:40-60', 'g:4,410,4100-5000', 'g:99'),
  with: choice('with:g41', 'with:1~2', 'with:g42~3', 'with:1,g410~2', 'with:g9'),
  is: choice('is:stuck', 'is:alive', 'is:ended', 'is:new', 'is:old', 'is:system', 'is:stuck,new'),
  user: choice(
    'task:request',
    'task:7',
    'task:"7"',
    'task:=request,8',
    'region:parse',
    'region:=7',
    'region:"a,b"',
    'label:req',
  ),
}

test('a span of no length where one range ends and the next begins is in neither, nor in both together', () => {
  compare(randomTimeline(-641900293), 'during:stw,sweep,gc')
})

/** Each kind of term has to be seen keeping some and dropping some, marking and not: else its test says nothing. */
for (const [name, values] of Object.entries(TERMS)) {
  test(`${name}, alone, negated and beside others, fits what the reference says`, () => {
    const seen = { some: 0, none: 0, marks: 0 }
    const others = fc.array(fc.tuple(fc.boolean(), fc.oneof(...Object.values(TERMS))), { maxLength: 3 })
    fc.assert(
      fc.property(fc.integer(), values, fc.boolean(), others, (seed, value, negated, beside) => {
        const timeline = randomTimeline(seed)
        const written = (isNegated: boolean, term: string) => (isNegated ? `-${term}` : term)
        const alone = compare(timeline, written(negated, value))
        compare(timeline, [[negated, value] as const, ...beside].map(([not, term]) => written(not, term)).join(' '))
        if (alone.kept > 0) seen.some++
        if (alone.kept < timeline.trace.goroutines.length) seen.none++
        if (alone.marked > 0) seen.marks++
      }),
      { numRuns: 400 },
    )
    assert.ok(seen.some > 20 && seen.none > 20, JSON.stringify(seen))
    const aboutSpans = ['fn', 'word', 'reason', 'state', 'length', 'place', 'during'].includes(name)
    assert.ok(aboutSpans ? seen.marks > 10 : seen.marks === 0 || name === 'word', JSON.stringify(seen))
  })
}

test('the random traces are such as readers make, but that two goroutines may be on one processor', () => {
  for (let seed = 0; seed < 200; seed++) {
    const faults = validate(randomTrace(seed)).filter(fault => !/^(thread|proc) \d+ has span/.test(fault))
    assert.deepEqual(faults, [])
  }
})

const CAPTURES = fileURLToPath(new URL('../../../testdata/captures', import.meta.url))

function captured(name: string): Timeline {
  const trace = openTrace(new Uint8Array(readFileSync(`${CAPTURES}/${name}`)))
  return createTimeline(trace, [])
}

for (const version of ['go1.19.8', 'go1.26.8']) {
  test(`the ten that wait for the lock are found by function, by kind of lock and by length (${version})`, () => {
    const timeline = captured(`${version}/server-caught/server.trace`)
    const { goroutines, spans } = timeline.trace
    const selection = applyFilter(timeline, filterOf('fn:AcquireLock reason:mutex longer:10ms'))
    assert.equal(selection.kept, 10)
    assert.equal(selection.marked, 10)
    const ids = [...keptOf(selection, goroutines.length)].map(g => goroutines.id[g])
    for (const id of ids) {
      const one = applyFilter(timeline, filterOf(`g${id} -is:ended reason:mutex`))
      assert.equal(one.kept, 1)
    }
    // The reason that the trace itself gives is "sync": the mutex is found by its stack.
    for (const row of markedOf(selection))
      assert.equal(timeline.trace.strings.text(timeline.trace.reasons[spans.stateReason[row] >> 2]), 'sync')
    assert.equal(applyFilter(timeline, filterOf('reason:=sync.Mutex.Lock longer:10ms')).kept, 10)
    assert.equal(applyFilter(timeline, filterOf('fn:AcquireLock reason:!mutex longer:10ms')).kept, 0)
    compare(timeline, 'fn:main. state:running -reason:select longer:10us')
    compare(timeline, `with:g${ids[0]}~2 -is:system`)
  })
}

const STACKS = {
  L: {
    reason: 'sync',
    stack: ['sync.(*Mutex).Lock mutex.go:1', 'main.(*store).Lock main.go:7', 'main.work main.go:1'],
  },
  S: { reason: 'select', stack: ['runtime.selectgo select.go:1', 'main.loop main.go:3', 'main.work main.go:1'] },
} as const

test('terms about spans hold for one and the same span, negated ones for the whole goroutine', () => {
  const trace = timelineFromText(
    `
    G1 main.work  RLLLRSR
    G2 main.work  RLRSSSR
    G3 main.idle  RRRRRRR`,
    STACKS,
  )
  const timeline = createTimeline(trace, [])
  const ids = (text: string) => [...keptOf(applyFilter(timeline, filterOf(text)), 3)].map(g => trace.goroutines.id[g])
  assert.deepEqual(ids('reason:mutex longer:100ms'), [1])
  assert.deepEqual(ids('reason:select longer:100ms'), [2])
  assert.deepEqual(ids('longer:100ms'), [1, 2, 3])
  assert.deepEqual(ids('reason:mutex -longer:100ms'), [])
  assert.deepEqual(ids('-reason:mutex'), [3])
  assert.deepEqual(ids('reason:!mutex longer:100ms'), [2])
  assert.deepEqual(ids('fn:loop reason:mutex'), [])
  assert.deepEqual(ids('fn:work state:running'), [1, 2])
  // Next to a wait in the loop it runs there; so said of its first run too, which ended in the lock: no.
  const running = applyFilter(timeline, filterOf('fn:loop state:running g:1'))
  assert.deepEqual(
    [...markedOf(running)].map(row => trace.spans.startNs[row]),
    [200e6, 300e6],
  )
  assert.equal(applyFilter(timeline, filterOf('fn:work')).marked, 4)
})

test('a filter without terms keeps all, one about goroutines marks nothing', () => {
  const timeline = createTimeline(timelineFromText('G1 main.work RLR', STACKS), [])
  assert.deepEqual(applyFilter(timeline, filterOf('  ')), { keep: undefined, kept: 1, marks: undefined, marked: 0 })
  assert.equal(applyFilter(timeline, filterOf('is:alive')).marks, undefined)
  assert.equal(applyFilter(timeline, filterOf('-state:syscall')).marks, undefined)
  const none = applyFilter(timeline, filterOf('state:syscall'))
  assert.deepEqual([none.kept, none.marked, none.marks?.length], [0, 0, 3])
})

test('thousands of ids, and a chain of creations as long as steps go, cost no more than a look at each goroutine', () => {
  // The first ten wake each other in turn, the others come by themselves.
  const rows = Array.from(
    { length: 300 },
    (_, i) => `G${i + 1} main.work ${'.'.repeat(i)}${i === 0 || i > 9 ? 'r' : i}R`,
  )
  const timeline = createTimeline(timelineFromText(rows.join('\n'), {}), [])
  const ids = Array.from({ length: 9000 }, (_, i) => i * 2 + 1).join(',')
  assert.equal(applyFilter(timeline, filterOf(`g:${ids}`)).kept, 150)
  assert.equal(applyFilter(timeline, filterOf('with:g1~99')).kept, 10)
  assert.equal(applyFilter(timeline, filterOf('with:g10~3')).kept, 4)
  // Reached from the tenth with two steps left, the ninth goes further than as a center of its own.
  assert.equal(applyFilter(timeline, filterOf('with:g9,g10~3')).kept, 4)
  assert.equal(applyFilter(timeline, filterOf('with:g10~3,g9')).kept, 4)
})
