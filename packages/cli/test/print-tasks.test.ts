/** What `unhang tasks` and `unhang regions` print, on a drawn trace; and that no name of a stranger's gets out of its line. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { regionsReport, type TaskFilter, type Trace, taskRowOf, taskStory, tasksReport, wholeScope } from '@unhang/core'
import pc from 'picocolors'
import { shopTrace } from '../../core/test/drawn-tasks.ts'
import { histogramLines, sparkText } from '../src/print/histogram.ts'
import { regionsText } from '../src/print/regions.ts'
import { storyText } from '../src/print/task-story.ts'
import { tasksText } from '../src/print/tasks.ts'

const PLAIN = pc.createColors(false)
const shop = shopTrace()

const tasks = (trace: Trace, filter: TaskFilter = {}) =>
  tasksText({ name: 'shop.trace', trace, report: tasksReport(trace, wholeScope(trace), filter), filter }, PLAIN)
const regions = (trace: Trace, filter: TaskFilter = {}) =>
  regionsText({ name: 'shop.trace', trace, report: regionsReport(trace, wholeScope(trace), filter), filter }, PLAIN)

test('types, then those that never ended with where their goroutines stand', () => {
  assert.equal(
    tasks(shop),
    `shop.trace   500 ms   5 tasks of 5 types, 2 of them never ended

types
  tasks  open     p50     p95     p99  longest  type              latencies
      1     1                                   checkout
      1     1                                   query
      1        150 ms  150 ms  150 ms   150 ms  request           100 ms █ 160 ms
      1        100 ms  100 ms  100 ms   100 ms  report            100 ms █ 160 ms
      1                                         (begin not seen)

never ended
  task 2  checkout  open for 450 ms, since 50.0 ms
    goroutine 2  main.work  waiting (chan receive) for 400 ms
      at main.reserve  shop/main.go:131
      in region reserve
    goroutine 1  main.work  running for 300 ms
      has acted for task 4 report since
    goroutine 4  main.reserve.func1  waiting (sync.Mutex.Lock) for 350 ms
      at main.take  shop/main.go:135
  … 1 more, parts of these among them: unhang tasks … --unended

The story of one: unhang tasks … --task ID

1 region and 1 log belong to no task: unhang tasks … --task 0
`,
  )
})

test('a filter lists the tasks that it leaves', () => {
  assert.equal(
    tasks(shop, { minNs: 120e6 }),
    `shop.trace   500 ms   4 tasks of 4 types, 2 of them never ended

types
  tasks  open     p50     p95     p99  longest  type              latencies
      1     1                                   checkout
      1     1                                   query
      1        150 ms  150 ms  150 ms   150 ms  request           100 ms █ 160 ms
      1                                         (begin not seen)

tasks   those that never ended first, then the longest
  task    begin    took          goroutines  regions  logs  part of  type
     2  50.0 ms  450 ms  so far           3        1     1           checkout
     3  87.5 ms  413 ms  so far           2        0     1        2  query
     1  50.0 ms  150 ms                   2        2     1           request
     9   before  150 ms                   0        0     0           (begin not seen)
`,
  )
  assert.match(tasks(shop, { minNs: 1e12 }), /0 tasks of 0 types\n\nNo task is left: ask for less/)
})

test('a text in a log lists the tasks that said it, each with the first log that does', () => {
  const list = (log: string) => tasks(shop, { log }).split('\n\n').slice(2).join('\n\n')
  assert.equal(
    list('E'),
    `tasks   those that never ended first, then the longest; the story of one: unhang tasks … --task ID
  task    took          type            at  log
     2  450 ms  so far  checkout  100.0 ms  note: beside it
     3  413 ms  so far  query     125.0 ms  stock: asks for one piece
     1  150 ms          request   190.0 ms  done
`,
  )
  assert.match(tasks(shop, { log: 'STOCK' }), /1 task of 1 type/)
  assert.match(
    tasks(shop, { log: 'no task' }),
    /0 tasks of 0 types\n\nNo task is left: .*\n\n1 log with that text belongs to no task: unhang tasks … --task 0\n$/,
  )
})

test('regions: what they took, and how that was spent', () => {
  assert.equal(
    regions(shop),
    `shop.trace   500 ms   4 regions of 4 kinds, 1 of them never closed

types
  regions  open     p50     p95     p99  longest  type          latencies
        1     1                                   reserve
        1        125 ms  125 ms  125 ms   125 ms  load          100 ms █ 160 ms
        1         50 ms   50 ms   50 ms    50 ms  parse         40 ms █ 63 ms
        1                                         since before

how that time was spent
   total  running  runnable  waiting  syscall  assist  type          begins at
  425 ms    5.9 %             94.1 %                   reserve       main.work  shop/main.go:18
  125 ms   70.0 %    30.0 %                            load          main.work  shop/main.go:18
   50 ms   50.0 %    50.0 %                            parse         main.work  shop/main.go:18
   25 ms  100.0 %                                      since before  (begin not seen)
  reserve waits for chan receive 400 ms
`,
  )
  assert.match(regions(shop, { type: 'load' }), /regions {3}those that were never closed first[\s\S]+62\.5 ms +125 ms/)
})

test('the story of a task that never ended', () => {
  assert.equal(
    storyText(shop.durationNs, taskStory(shop, taskRowOf(shop, 2)), PLAIN),
    `task 2  checkout   from 50.0 ms, never ended: open for 450 ms
  begun by goroutine 2 at main.work  shop/main.go:17
  1 region (1 never closed), 1 log, 1 sub-task, 3 goroutines

left of it when the trace ends
  goroutine 2  main.work  waiting (chan receive) for 400 ms
    at main.reserve  shop/main.go:131
    in region reserve
  goroutine 1  main.work  running for 300 ms
    has acted for task 4 report since
  goroutine 4  main.reserve.func1  waiting (sync.Mutex.Lock) for 350 ms
    at main.take  shop/main.go:135

story
   50.0 ms            g2  task begins
   75.0 ms    +25 ms  g2  region reserve begins (never closed)
   87.5 ms  +12.5 ms  g2  task 3 query begins (never ended)
  100.0 ms  +12.5 ms  g1  log note: beside it

goroutines   each from its first act for the task on
  goroutine  running  runnable  waiting  syscall  waits for               part           function
          2    50 ms             400 ms           chan receive 400 ms     began, region  main.work
          1   350 ms     50 ms                                            log            main.work
          4    25 ms             350 ms           sync.Mutex.Lock 350 ms  log            main.reserve.func1
`,
  )
})

test('the story of one that ended', () => {
  assert.equal(
    storyText(shop.durationNs, taskStory(shop, taskRowOf(shop, 1)), PLAIN),
    `task 1  request   from 50.0 ms to 200.0 ms: 150 ms
  begun by goroutine 1 at main.work  shop/main.go:17
  2 regions, 1 log, 0 sub-tasks, 2 goroutines

story
   50.0 ms            g1  task begins
   62.5 ms  +12.5 ms  g1  region load begins (125 ms)
  125.0 ms  +62.5 ms  g1    region parse begins (50 ms)
  175.0 ms    +50 ms  g1    region parse ends
  187.5 ms  +12.5 ms  g1  region load ends
  190.0 ms   +2.5 ms  g1  log done
  200.0 ms    +10 ms      task ends

goroutines   each from its first act for the task on
  goroutine  running  runnable  waiting  syscall  waits for    part                function
          1   100 ms     50 ms                                 began, region, log  main.work
          3    50 ms              50 ms           sleep 50 ms  inherits            main.load.func1
`,
  )
})

test('what belongs to no task, and a task whose begin was not seen', () => {
  assert.match(storyText(shop.durationNs, taskStory(shop, taskRowOf(shop, 0)), PLAIN), /^no task {3}1 region and 1 log belong to none\n[\s\S]+log tick: of no task\n$/) // biome-ignore format: one line
  assert.match(storyText(shop.durationNs, taskStory(shop, taskRowOf(shop, 9)), PLAIN), /^task 9 {2}\(type not seen\) {3}from before the trace to 150\.0 ms: at least 150 ms\n/) // biome-ignore format: one line
})

test('names and messages of strangers stay within their line, whatever they hold', () => {
  const odd = shopTrace('\u001b[2J\u202e\n<b>'.padEnd(100_000, 'x'))
  const texts = [tasks(odd), regions(odd), tasks(odd, { unended: true }), storyText(odd.durationNs, taskStory(odd, taskRowOf(odd, 2)), PLAIN)] // biome-ignore format: one line
  for (const text of texts) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/)
    assert.ok(Math.max(...text.split('\n').map(line => line.length)) < 400)
  }
})

test('histograms: a block for each bucket, a bar for each with its borders', () => {
  const bucket = (fromNs: number, toNs: number, count: number) => ({ fromNs, toNs, count })
  const three = [bucket(1e6, 1584893, 8), bucket(1584893, 2511886, 0), bucket(2511886, 3981071, 1)]
  assert.equal(sparkText(three), '1 ms █ ▁ 4 ms')
  assert.equal(sparkText([]), '')
  assert.deepEqual(histogramLines(three), [
    `    1 ms – 1.6 ms  ${'█'.repeat(40)}  8`,
    `  1.6 ms – 2.5 ms  ${' '.repeat(40)}  0`,
    `  2.5 ms – 4 ms    █████${' '.repeat(35)}  1`,
  ])
})
