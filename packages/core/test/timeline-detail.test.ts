/** What is said of one span: its stacks, its neighbours, who woke it and whom it woke. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { spanDetail } from '../src/timeline/detail/detail.ts'
import type { FrameText, SpanDetail, SpanLink, Timeline } from '../src/timeline/model.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { wakesOf } from '../src/timeline/wakes.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, placeOf, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const LOCK = { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:90', 'main.work main.go:20'] }
const CALL = { syscall: true, stack: ['syscall.read sys.go:1', 'main.work main.go:22'] }
const UNLOCK = { stack: ['sync.(*Mutex).Unlock sync/mutex.go:210', 'main.free main.go:30'] }

/** The span that the goroutine with this id is in during a tick. */
function spanIn(timeline: Timeline, id: number, tick: number): SpanDetail {
  const { trace } = timeline
  const g = trace.goroutines.id.indexOf(id)
  const { first, row } = trace.spansOf
  let found = -1
  for (let at = first[g]; at < first[g + 1]; at++) if (trace.spans.startNs[row[at]] <= tick * TICK_NS) found = row[at]
  const detail = spanDetail(timeline, found)
  assert.ok(detail)
  return detail
}

const where = (frames: readonly FrameText[]) => frames.map(frame => `${frame.function} ${frame.file}:${frame.line}`)
const who = (link: SpanLink | undefined) => link && `${link.id} ${link.name} at ${link.timeNs / TICK_NS}`

const STORY = `
  G7  main.waker   RRRRrRRR
  G9  main.worker  RLLL1RSSRR
`
const story = (stuck: readonly number[] = []) =>
  createTimeline(timelineFromText(STORY, { L: LOCK, S: CALL, '1': UNLOCK }), stuck)

test('a wait: where, how long, and who ended it from which span', () => {
  const timeline = story()
  const wait = spanIn(timeline, 9, 2)
  assert.equal(wait.state, 'waiting')
  assert.equal(wait.reason, 'sync.Mutex.Lock')
  assert.deepEqual([wait.startNs, wait.endNs], [TICK_NS, 4 * TICK_NS])
  assert.deepEqual(where(wait.stack), ['sync.(*Mutex).Lock sync/mutex.go:90', 'main.work main.go:20'])
  assert.equal(wait.stackIs, 'blocked at')
  assert.equal(who(wait.wokenBy), '7 main.waker at 4')
  assert.deepEqual(where(wait.wokenByStack), UNLOCK.stack)
  assert.equal(wait.wokenBy?.span, spanIn(timeline, 7, 0).span, 'the waker ran until it woke, not after')
  assert.equal(wait.lastRanNs, TICK_NS)
  assert.deepEqual([wait.openStart, wait.openEnd], [false, false])
})

test('who was woken has the same waker and stands where it waited', () => {
  const runnable = spanIn(story(), 9, 4)
  assert.equal(runnable.state, 'runnable')
  assert.equal(who(runnable.wokenBy), '7 main.waker at 4')
  assert.deepEqual(where(runnable.wokenByStack), UNLOCK.stack)
  assert.deepEqual(where(runnable.stack), LOCK.stack)
  assert.equal(runnable.stackIs, 'was blocked at')
})

test('a run: who had woken it, and where it stopped', () => {
  const run = spanIn(story(), 9, 5)
  assert.equal(run.state, 'running')
  assert.equal(who(run.wokenBy), '7 main.waker at 4')
  assert.deepEqual(where(run.stack), CALL.stack)
  assert.equal(run.stackIs, 'ran until')
  assert.equal(run.lastRanNs, run.startNs)
  const first = spanIn(story(), 9, 0)
  assert.equal(first.wokenBy, undefined)
  assert.deepEqual(where(first.stack), LOCK.stack)
  assert.ok(first.openStart)
})

test('a system call and what follows it', () => {
  const call = spanIn(story(), 9, 6)
  assert.equal(call.state, 'syscall')
  assert.equal(call.stackIs, 'called at')
  assert.deepEqual(where(call.stack), CALL.stack)
  assert.equal(call.wokenBy, undefined)
  const last = spanIn(story(), 9, 8)
  assert.ok(last.openEnd)
  assert.deepEqual(last.stack, [])
  assert.equal(last.next, -1)
  assert.equal(last.previous, call.span)
  assert.equal(call.next, last.span)
})

test('whom it woke belongs to the span in which it did', () => {
  const timeline = story()
  const first = spanIn(timeline, 7, 0)
  assert.deepEqual(first.woke.map(who), ['9 main.worker at 4'])
  assert.equal(first.woke[0].span, spanIn(timeline, 9, 4).span)
  assert.equal(first.wokeCount, 1)
  assert.deepEqual(spanIn(timeline, 7, 4).woke, [])
  assert.deepEqual(spanIn(timeline, 7, 5).woke, [])
})

test('only the last span of a stuck goroutine is stuck', () => {
  const timeline = story([1])
  assert.equal(spanIn(timeline, 9, 8).stuck, true)
  assert.equal(spanIn(timeline, 9, 2).stuck, false)
  assert.equal(spanIn(timeline, 7, 6).stuck, false)
})

test('a row that is no span has no detail', () => {
  const timeline = story()
  for (const row of [-1, timeline.trace.spans.length, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(spanDetail(timeline, row), undefined)
})

/** A boss creates `workers`, on proc 3 and thread 41, and is preempted; they run on proc 5 and thread 43, sampled. */
function bossTrace(workers: number): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = (text: string) => builder.strings.internText(text)
  const stack = (text: string, line: number) =>
    builder.stacks.stack([builder.stacks.frameRow(name(text), name('main.go'), line)], 1)
  const [p3, p5] = [builder.proc(3), builder.proc(5)]
  const [m41, m43] = [builder.thread(41), builder.thread(43)]
  const boss = builder.goroutine(1, Number.NaN, -1, -1)
  builder.ownStack(boss, stack('main.boss', 5))
  builder.span(0, boss, GoState.running, 0, placeOf(p3, m41), -1)
  const goStack = stack('main.boss', 12)
  for (let i = 0; i < workers; i++) {
    const g = builder.goroutine(10 + i, 100 + i, boss, goStack)
    builder.ownStack(g, stack('main.worker', 40))
    builder.goLabel(100 + i, g, name(`job ${i}`))
    builder.span(100 + i, g, GoState.runnable, 0, boss, goStack)
  }
  builder.span(5000, boss, GoState.runnable, builder.reason(name('preempted')), -1, stack('main.boss', 13))
  builder.span(6000, 1, GoState.running, 0, placeOf(p5, m43), -1)
  builder.sample(6100, 1, placeOf(p5, m43), -1)
  builder.sample(6200, boss, placeOf(p3, m41), -1)
  builder.sample(6300, 1, placeOf(p5, m43), -1)
  builder.die(7000, 1)
  return builder.freeze(26, 10_000)
}

test('creation, processor, thread, label and samples', () => {
  const trace = bossTrace(2)
  const timeline = createTimeline(trace, [])
  const worker = spanDetail(timeline, trace.spansOf.row[trace.spansOf.first[1] + 1])
  assert.ok(worker)
  assert.deepEqual([worker.id, worker.name, worker.label], [10, 'main.worker', 'job 0'])
  assert.deepEqual([worker.proc, worker.thread], [5, 43])
  assert.equal(worker.samples, 2)
  assert.equal(worker.endNs, 7000)
  assert.equal(worker.openEnd, false)
  assert.deepEqual(where(worker.creationStack), ['main.boss main.go:12'])
  assert.deepEqual(worker.creator, { span: 0, goroutine: 0, id: 1, name: 'main.boss', timeNs: 100 })
  const created = spanDetail(timeline, worker.previous)
  assert.ok(created)
  assert.deepEqual(created.wokenBy, worker.creator)
  assert.deepEqual([created.proc, created.thread], [-1, -1])
  assert.ok(Number.isNaN(created.lastRanNs))
  assert.deepEqual([created.stack, created.stackIs], [[], ''])
})

test('a preempted goroutine stands where it was preempted, woken by nobody', () => {
  const trace = bossTrace(1)
  const boss = spanDetail(createTimeline(trace, []), trace.spansOf.row[1])
  assert.ok(boss)
  assert.equal(boss.reason, 'preempted')
  assert.equal(boss.stackIs, 'preempted at')
  assert.deepEqual(where(boss.stack), ['main.boss main.go:13'])
  assert.equal(boss.wokenBy, undefined)
  assert.deepEqual(boss.wokenByStack, [])
  assert.deepEqual([boss.proc, boss.thread, boss.lastRanNs], [3, 41, 5000])
})

test('of very many that were woken the first hundred are named', () => {
  const trace = bossTrace(3000)
  const boss = spanDetail(createTimeline(trace, []), 0)
  assert.equal(boss?.wokeCount, 3000)
  assert.equal(boss?.woke.length, 100)
  assert.deepEqual(
    boss?.woke.map(link => link.id),
    Array.from({ length: 100 }, (_, i) => 10 + i),
  )
})

test('names without end are cut', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = builder.strings.internText(`main.${'😀'.repeat(50_000)}`)
  const g = builder.goroutine(1, Number.NaN, -1, -1)
  const stack = builder.stacks.stack([builder.stacks.frameRow(name, name, 1)], 1)
  builder.ownStack(g, stack)
  builder.span(0, g, GoState.waiting, builder.reason(name), -1, stack)
  const detail = spanDetail(createTimeline(builder.freeze(26, 1000), []), 0)
  assert.ok(detail)
  for (const text of [detail.name, detail.reason, detail.stack[0].function, detail.stack[0].file]) {
    assert.ok(text.length <= 2000 && text.endsWith('😀…'), `${text.length}`)
  }
})

const FOLDERS = ['testdata/traces', '../shared/traces'].map(folder => join(ROOT, folder)).filter(existsSync)

for (const folder of FOLDERS)
  for (const file of readdirSync(folder).filter(name => name.endsWith('.trace')))
    test(`${file}: wakes and details agree in both directions`, () =>
      checkBothWays(openTrace(readFileSync(join(folder, file)))))

function checkBothWays(trace: Trace): void {
  const timeline = createTimeline(trace, [])
  const { spans, spansOf } = trace
  const seen = new Set<number>()
  const wakes = wakesOf(timeline)
  for (let g = 0; g < trace.goroutines.length; g++)
    for (let at = wakes.first[g]; at < wakes.first[g + 1]; at++) {
      assert.equal(spans.place[wakes.row[at]], g)
      if (at > wakes.first[g]) assert.ok(spans.startNs[wakes.row[at - 1]] <= spans.startNs[wakes.row[at]])
      seen.add(wakes.row[at])
    }
  const wokeLinks = new Set<number>()
  for (let g = 0; g < trace.goroutines.length; g++)
    for (let at = spansOf.first[g]; at < spansOf.first[g + 1]; at++) {
      const detail = spanDetail(timeline, spansOf.row[at])
      assert.ok(detail)
      assert.deepEqual([detail.goroutine, detail.endNs], [g, spanEndNs(trace, g, at)])
      const { woke, wokenBy } = detail
      for (const link of woke) {
        assert.equal(spanDetail(timeline, link.span)?.wokenBy?.goroutine, g)
        wokeLinks.add(link.span)
      }
      assert.equal(detail.state === 'runnable' && wokenBy !== undefined, seen.has(detail.span))
      if (detail.state !== 'runnable' || !wokenBy) continue
      const waker = spanDetail(timeline, wokenBy.span)
      assert.ok(waker, 'a waker is somewhere when it wakes')
      if (waker.wokeCount <= 100) assert.ok(waker.woke.some(link => link.span === detail.span))
    }
  assert.ok(wokeLinks.size > 0)
}
