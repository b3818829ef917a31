/** What `/` finds, in what order, and that the filter of a hit finds what the hit says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyFilter } from '../src/timeline/filter/apply.ts'
import { parseFilter } from '../src/timeline/filter/parse.ts'
import { searchTimeline } from '../src/timeline/filter/search.ts'
import { stepMarked } from '../src/timeline/filter/step.ts'
import type { SearchHit, Selection, Timeline } from '../src/timeline/model.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { lastSpanOf } from '../src/trace/tables.ts'
import { randomTrace } from './random-trace.ts'
import { timelineFromText } from './timeline.ts'

const TIMELINE = createTimeline(
  timelineFromText(
    `
    G41  main.work       RLLLRCR
    G4   main.work       RLRCCCR
    G410 main.idle4      RRRRRRR
    G411 net/http.serve  RRLLRRR`,
    {
      L: {
        reason: 'sync',
        stack: ['sync.(*Mutex).Lock mutex.go:1', 'main.(*store).Lock main.go:7', 'main.work main.go:1'],
      },
      C: { reason: 'chan receive', stack: ['runtime.chanrecv1 chan.go:1', 'main.workLater main.go:1'] },
    },
  ),
  [],
)

function selectionOf(timeline: Timeline, text: string): Selection {
  const parsed = parseFilter(text)
  assert.ok('filter' in parsed, `${text} is no filter`)
  return applyFilter(timeline, parsed.filter)
}

const found = (text: string, limit = 20) => searchTimeline(TIMELINE, text, limit).hits.map(({ filter }) => filter)

test('goroutines by their id, functions, and reasons; whole names before beginnings before the rest', () => {
  assert.deepEqual(found('41'), ['g:41', 'g:410', 'g:411'])
  assert.deepEqual(found('g41'), ['g:41', 'g:410', 'g:411'])
  assert.deepEqual(found('4'), ['g:4', 'g:41', 'g:410', 'g:411', 'fn:=main.idle4'])
  assert.deepEqual(found('work'), ['fn:=main.work', 'fn:=main.workLater'])
  assert.deepEqual(found('lock'), ['reason:=sync.Mutex.Lock', 'fn:=sync.(*Mutex).Lock', 'fn:=main.(*store).Lock'])
  assert.deepEqual(found('CHAN'), ['reason:="chan receive"', 'fn:=runtime.chanrecv1'])
  assert.deepEqual(found('sync'), ['reason:=sync', 'reason:=sync.Mutex.Lock', 'fn:=sync.(*Mutex).Lock'])
  assert.deepEqual(found('http.s'), ['fn:=net/http.serve'])
  assert.deepEqual(found('041'), [])
  assert.deepEqual(found('nothing at all'), [])
  assert.deepEqual(found('0'), [])
})

test('a package is the first part of a name: its functions come before others that are called so', () => {
  const text = `
    G1 runtime.main   RRRRRRR
    G2 runtime.main   RRRRRRR
    G3 main.contender RRRRRRR
    G4 main.main      RRRRRRR
    G5 a.com/x/main.f RRRRRRR
    G6 store.domain   RRRRRRR`
  const { hits } = searchTimeline(createTimeline(timelineFromText(text, {}), []), 'main', 9)
  assert.deepEqual(
    hits.map(({ text: name }) => name),
    ['main.main', 'main.contender', 'runtime.main', 'a.com/x/main.f', 'store.domain'],
  )
})

test('notes say what it is', () => {
  const notes = (text: string) => searchTimeline(TIMELINE, text, 3).hits.map(({ note }) => note)
  assert.deepEqual(notes('41'), ['main.work', 'main.idle4', 'net/http.serve'])
  assert.deepEqual(notes('main.work'), ['3 goroutines, 2 began in it', '2 goroutines'])
  assert.deepEqual(notes('main.idle4'), ['1 goroutine, began in it'])
  assert.deepEqual(notes('chan rec'), ['2 times'])
})

test('no text, no hits; a limit cuts the hits and not the total', () => {
  assert.deepEqual(searchTimeline(TIMELINE, '', 20), { hits: [], total: 0 })
  assert.deepEqual(searchTimeline(TIMELINE, ' \n', 20), { hits: [], total: 0 })
  const { hits, total } = searchTimeline(TIMELINE, '4', 4)
  assert.equal(total, 5)
  // Of what is left, half is for names.
  assert.deepEqual(
    hits.map(({ filter }) => filter),
    ['g:4', 'g:41', 'g:410', 'fn:=main.idle4'],
  )
  assert.deepEqual(searchTimeline(TIMELINE, '4', 0), { hits: [], total: 5 })
  assert.equal(searchTimeline(TIMELINE, '4', Number.NaN).hits.length, 0)
})

function agrees(timeline: Timeline, { kind, note, filter }: SearchHit): void {
  const selection = selectionOf(timeline, filter)
  const count = Number((/^[\d,]+/.exec(note)?.[0] ?? '').replaceAll(',', ''))
  if (kind === 'goroutine') assert.ok(selection.kept >= 1, filter)
  else if (kind === 'reason') assert.equal(selection.marked, note === 'once' ? 1 : count, `${filter}: ${note}`)
  else assert.equal(selection.kept, count, `${filter}: ${note}`)
}

test("each hit's filter finds exactly what the hit tells of", () => {
  const seen = { goroutine: 0, function: 0, reason: 0 }
  const query = fc.oneof(
    fc.constantFrom('main', 'sync', 'a', '4', '41', 'lock', 'r', '"', '.', 'g', 'chan', ' '),
    fc.string({ maxLength: 2 }),
  )
  fc.assert(
    fc.property(fc.integer(), query, (seed, text) => {
      const timeline = createTimeline(randomTrace(seed), [])
      const { hits, total } = searchTimeline(timeline, text, 1000)
      assert.equal(hits.length, total)
      assert.equal(new Set(hits.map(({ kind, text }) => `${kind} ${text}`)).size, total)
      for (const hit of hits) {
        agrees(timeline, hit)
        seen[hit.kind]++
      }
    }),
    { numRuns: 500 },
  )
  assert.ok(seen.goroutine > 50 && seen.function > 50 && seen.reason > 50, JSON.stringify(seen))
})

test('any text is searched for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const { hits, total } = searchTimeline(TIMELINE, text, 5)
      assert.ok(hits.length <= total)
    }),
  )
  assert.equal(searchTimeline(TIMELINE, 'm'.repeat(1_000_000), 5).total, 0)
  assert.equal(searchTimeline(TIMELINE, '9'.repeat(30), 5).total, 0)
})

test('a function called 100 kB of quotes and line breaks is found and looked for by its beginning', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  const frame = builder.stacks.frameRow(builder.strings.internText('main."\n<script>'.repeat(8_000)), 0, 1)
  builder.ownStack(builder.goroutine(1, Number.NaN, -1, -1), builder.stacks.stack([frame], 1))
  const timeline = createTimeline(builder.freeze(26, 1), [])
  const [hit] = searchTimeline(timeline, '<script>', 5).hits
  assert.ok(hit.text.length <= 2000 && hit.filter.length < 1500)
  assert.equal(selectionOf(timeline, hit.filter).kept, 1)
})

/** All marked rows in the order in which they are stepped through. */
function walk(timeline: Timeline, selection: Selection, direction: 1 | -1): number[] {
  const rows: number[] = []
  for (let row = stepMarked(timeline, selection, -1, direction); row >= 0; ) {
    rows.push(row)
    assert.ok(rows.length <= timeline.trace.spans.length, 'it goes round and round')
    row = stepMarked(timeline, selection, row, direction)
  }
  return rows
}

test('steps lead through all that is marked in order of time, and back', () => {
  let early = 0
  for (let seed = 0; seed < 300; seed++) {
    const trace = randomTrace(seed)
    const timeline = createTimeline(trace, [])
    for (const filter of ['state:waiting', 'reason:mutex', 'state:running,waiting -is:new', 'fn:main']) {
      const selection = selectionOf(timeline, filter)
      const { marks } = selection
      if (!marks || selection.marked === 0) continue
      const { startNs } = trace.spans
      const expected = [...marks.keys()].filter(row => marks[row] === 1)
      expected.sort((a, b) => startNs[a] - startNs[b] || a - b)
      assert.deepEqual(walk(timeline, selection, 1), expected, `${filter}, seed ${seed}`)
      assert.deepEqual(walk(timeline, selection, -1), expected.toReversed(), `${filter}, seed ${seed}, backwards`)
      if (expected.some((row, i) => i > 0 && row < expected[i - 1])) early++
    }
  }
  // Spans that began with the trace and have a late row.
  assert.ok(early > 10)
})

test('from a span that is not marked it goes to the nearest in time; where none is, nowhere', () => {
  const selection = selectionOf(TIMELINE, 'reason:chan')
  const rows = walk(TIMELINE, selection, 1)
  assert.equal(rows.length, 2)
  const { spans } = TIMELINE.trace
  for (let from = 0; from < spans.length; from++) {
    assert.equal(stepMarked(TIMELINE, selection, from, 1), rows.find(row => row > from) ?? -1)
    assert.equal(stepMarked(TIMELINE, selection, from, -1), rows.findLast(row => row < from) ?? -1)
  }
  for (const nowhere of [spans.length, -2, 0.5, Number.NaN])
    assert.equal(stepMarked(TIMELINE, selection, nowhere, 1), -1)
})

test('where nothing is marked it steps through the goroutines that are kept, to the last span of each', () => {
  const last = (g: number) => lastSpanOf(TIMELINE.trace, g)
  assert.deepEqual(walk(TIMELINE, selectionOf(TIMELINE, 'g:41,410,411'), 1), [0, 2, 3].map(last))
  assert.deepEqual(walk(TIMELINE, selectionOf(TIMELINE, 'g:41,410,411'), -1), [3, 2, 0].map(last))
  assert.deepEqual(walk(TIMELINE, selectionOf(TIMELINE, ''), 1), [0, 1, 2, 3].map(last))
  assert.deepEqual(walk(TIMELINE, selectionOf(TIMELINE, 'g:5'), 1), [])
  assert.deepEqual(walk(TIMELINE, selectionOf(TIMELINE, 'state:syscall'), 1), [])
})
