/** What is offered while a filter is typed: it fits in at the caret, and is a filter that finds something. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyFilter } from '../src/timeline/filter/apply.ts'
import { completeFilter } from '../src/timeline/filter/complete.ts'
import { parseFilter } from '../src/timeline/filter/parse.ts'
import { KEYS } from '../src/timeline/filter/spec.ts'
import type { Timeline } from '../src/timeline/model.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { FUNCTIONS, randomTrace } from './random-trace.ts'
import { timelineFromText } from './timeline.ts'

const TIMELINE = createTimeline(
  timelineFromText(
    `
    G41 main.work  RLLLRCR
    G42 main.work  RLRCCCR
    G7  main.idle  RRRRRRR`,
    {
      L: {
        reason: 'sync',
        stack: ['sync.(*Mutex).Lock mutex.go:1', 'main.(*store).Get main.go:7', 'main.work main.go:1'],
      },
      C: { reason: 'chan receive', stack: ['runtime.chanrecv1 chan.go:1', 'main.work main.go:1'] },
    },
  ),
  [2],
)

/** Texts with the caret as a bar; each completion put in, likewise. */
function completed(textWithCaret: string, timeline: Timeline = TIMELINE): string[] {
  const caret = textWithCaret.indexOf('|')
  const text = textWithCaret.replace('|', '')
  return completeFilter(timeline, text, caret).map(
    ({ from, to, insert }) => `${text.slice(0, from)}${insert}|${text.slice(to)}`,
  )
}

test('keys where a term begins, with what they do', () => {
  const all = completeFilter(TIMELINE, '', 0)
  assert.deepEqual(
    all.map(({ insert }) => insert),
    KEYS.map(([key]) => `${key}:`),
  )
  assert.ok(all.every(({ from, to, note }) => from === 0 && to === 0 && note.length > 10))
  assert.deepEqual(completed('fn:x | g:1').slice(0, 2), ['fn:x fn:| g:1', 'fn:x reason:| g:1'])
  assert.deepEqual(completed('-lo|')[0], '-longer:|')
  assert.deepEqual(completed('reas|on:mutex'), ['reason:|mutex'])
  assert.deepEqual(completed('RE|x is:new')[0], 'reason:| is:new')
})

test('a word is offered as a reason or function', () => {
  assert.deepEqual(completed('mut|'), ['reason:mutex|', 'fn:sync.(*Mutex).Lock|'])
  assert.deepEqual(completed('idl| g:1'), ['fn:main.idle| g:1'])
  assert.deepEqual(completed('"idl|'), [])
})

test('values that occur, the frequent ones first, in place of the one at the caret', () => {
  assert.deepEqual(completed('fn:main.|'), ['fn:main.work|', 'fn:main.(*store).Get|', 'fn:main.idle|'])
  assert.deepEqual(completed('fn:=get|,x is:new'), ['fn:=main.(*store).Get|,x is:new'])
  assert.deepEqual(completed('fn:wo|rk is:new')[0], 'fn:main.work| is:new')
  assert.deepEqual(completed('reason:|').slice(0, 2), ['reason:mutex|', 'reason:lock|'])
  assert.deepEqual(completed('reason:!ch|an,sync'), ['reason:!chan|,sync', 'reason:!"chan receive"|,sync'])
  assert.deepEqual(completed('reason:"chan r|'), ['reason:"chan receive"|'])
  assert.deepEqual(completed('reason:"chan r| is:new'), ['reason:"chan receive"| is:new'])
  assert.deepEqual(completed('reason:"chan r|x" is:new'), ['reason:"chan receive"| is:new'])
  assert.deepEqual(completed('state:wait|'), ['state:waiting|'])
  assert.deepEqual(completed('state:running,s|'), ['state:running,syscall|'])
  const lengths = ['10ns', '10us', '10ms', '10s', '10m'].map(length => `longer:${length}|`)
  assert.deepEqual(completed('longer:10|'), lengths, 'by length')
  assert.deepEqual(completed('longer:1|').includes('longer:1ms|'), true)
  assert.deepEqual(completed('is:st|'), ['is:stuck|'])
  assert.deepEqual(completed('during:s|'), ['during:stw|', 'during:sweep|'])
  assert.deepEqual(completed('nokey:|'), [])
  const [stuck] = completeFilter(TIMELINE, 'with:', 5)
  assert.deepEqual([stuck.insert, stuck.note], ['g7', 'stuck, main.idle'])
  assert.deepEqual(completed('with:g4|'), ['with:g41|', 'with:g42|'])
  assert.deepEqual(completed('g:|'), ['g:7|', 'g:41|', 'g:42|'])
  const [mutex] = completeFilter(TIMELINE, 'reason:mutex', 12)
  assert.equal(mutex.note, 'waits for a sync.Mutex, 2')
  assert.equal(completeFilter(TIMELINE, 'fn:work', 7)[0].note, '2 goroutines')
})

test('whatever the text and the caret, what is offered lies within it and is at most twenty', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom('"', '\\', ',', '-', '=', '!', ' ', 'g', '4', 'main', ...KEYS.map(([key]) => `${key}:`)),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 20 },
  )
  let offered = 0
  fc.assert(
    fc.property(pieces, fc.double(), fc.boolean(), (parts, anywhere, inside) => {
      const text = parts.join('')
      const caret = inside ? Math.floor(Math.abs(anywhere % 1 || 0) * (text.length + 1)) : anywhere
      const completions = completeFilter(TIMELINE, text, caret)
      assert.ok(completions.length <= 20)
      for (const { from, to } of completions) assert.ok(0 <= from && from <= to && to <= text.length)
      offered += completions.length
    }),
    { numRuns: 2000 },
  )
  assert.ok(offered > 1000)
  assert.deepEqual(completeFilter(TIMELINE, 'x'.repeat(200_000), 5), [])
})

test('every value offered is a filter that keeps somebody', () => {
  let tried = 0
  for (let seed = 0; seed < 60; seed++) {
    const timeline = createTimeline(randomTrace(seed), [0])
    for (const key of ['fn', 'fn:=', 'reason', 'g', 'with', 'task', 'region', 'label']) {
      const text = key.endsWith('=') ? key : `${key}:`
      for (const { from, to, insert } of completeFilter(timeline, text, text.length)) {
        const filter = `${text.slice(0, from)}${insert}${text.slice(to)}`
        const parsed = parseFilter(key === 'fn:=' ? `fn:=${insert.slice(1)}` : filter)
        assert.ok('filter' in parsed, filter)
        const { kept } = applyFilter(timeline, parsed.filter)
        // Nobody may have a part in a task that began before the trace.
        if (!filter.startsWith('task:')) assert.ok(kept > 0, `${filter}, seed ${seed}`)
        tried++
      }
    }
  }
  assert.ok(tried > 1000)
})

test('names of strangers: 100 kB of them, with quotes and line breaks, are cut and quoted', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  for (const name of [`${'😀"\n'.repeat(30_000)}`, FUNCTIONS[3]]) {
    const frame = builder.stacks.frameRow(builder.strings.internText(name), 0, 1)
    builder.ownStack(
      builder.goroutine(builder.goroutineCount + 1, Number.NaN, -1, -1),
      builder.stacks.stack([frame], 1),
    )
  }
  const timeline = createTimeline(builder.freeze(26, 1), [])
  const completions = completeFilter(timeline, 'fn:', 3)
  assert.equal(completions.length, 2)
  for (const { insert } of completions) {
    assert.ok(insert.length < 700)
    assert.ok(!insert.includes('\n'))
    const parsed = parseFilter(`fn:${insert}`)
    assert.ok('filter' in parsed)
    assert.equal(applyFilter(timeline, parsed.filter).kept, 1)
  }
})
