/** Tasks and regions against the pages of `go tool trace`, on a program's trace written now and on all recorded ones that have any. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { wholeScope } from '../src/spent/scope.ts'
import { bucketOf } from '../src/spent/tasks/buckets.ts'
import { taskLinks } from '../src/spent/tasks/links.ts'
import { regionRow } from '../src/spent/tasks/lists.ts'
import { spentIn } from '../src/spent/tasks/regions.ts'
import { regionEndNs, regionStartNs } from '../src/spent/tasks/spending.ts'
import { taskStory } from '../src/spent/tasks/story.ts'
import { sizeOf, taskRows, taskTypes } from '../src/spent/tasks/tasks.ts'
import type { Trace } from '../src/trace/tables.ts'
import { durationNs, viewTrace } from './go-tool-trace.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { requireTool } from './require-tool.ts'

const ENTITIES: { readonly [name: string]: string } = { '#34': '"', '#39': "'", amp: '&', lt: '<', gt: '>', quot: '"' }

/** The text of a cell of `html/template`. */
function unescaped(html: string): string {
  return html.replace(/&(#34|#39|amp|lt|gt|quot);|&#(\d+);|&#x([0-9a-fA-F]+);/g, (_, name, decimal, hex) =>
    name ? ENTITIES[name] : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
  )
}

type Page = (path: string) => Promise<string>

const home = mkdtempSync(join(tmpdir(), 'unhang-tasks-'))
after(() => rmSync(home, { recursive: true, force: true }))

/** A histogram of a page by number of bucket. */
function bucketsOf(html: string): Map<number, number> {
  const rows = html.matchAll(
    /<tr><td class="histoTime" align="right">(?:<a [^>]*>)?([^<]+)[\s\S]*?<div style="position:relative">(\d+)</g,
  )
  const found = new Map<number, number>()
  for (const [, border, count] of rows) {
    // Go prints the border cut to a nanosecond: a little more is within the bucket.
    if (Number(count) > 0) found.set(bucketOf(durationNs(border) * 1.001 + 1), Number(count))
  }
  return found
}

function addTo(sums: Map<number, number>, more: Iterable<readonly [number, number]>): void {
  for (const [bucket, count] of more) sums.set(bucket, (sums.get(bucket) ?? 0) + count)
}

const sorted = (map: Map<number, number>) => [...map].sort((a, b) => a[0] - b[0])

async function checkTaskTypes(trace: Trace, page: Page): Promise<void> {
  const html = await page('/usertasks')
  const theirs = new Map<string, { count: number; buckets: [number, number][] }>()
  for (const [
    ,
    name,
    count,
    rest,
  ] of html.matchAll(/<td>([^<]*)<\/td>\s*<td><a href="\/usertask\?type=[^"]*">(\d+)<\/a><\/td>\s*<td>([\s\S]*?)<\/td>\s*<\/tr>\s*(?=<tr>\s*<td>|<\/table>)/g)) // biome-ignore format: one row
    theirs.set(unescaped(name), { count: Number(count), buckets: sorted(bucketsOf(rest)) })
  const links = taskLinks(trace)
  // To Go the background is one more task, without a type.
  // … made by regions and logs, and, in what it converts of before 1.22, by the end of tasks without a parent.
  const isConverted = trace.version < 22 && trace.tasks.endNs.some((ns, row) => ns >= 0 && trace.tasks.parent[row] < 0)
  const own = sizeOf(links.regions.first, links.background) + sizeOf(links.logs.first, links.background)
  const background = own > 0 || isConverted
  const ours = new Map<string, { count: number; buckets: [number, number][] }>()
  if (background) ours.set('', { count: 1, buckets: [] })
  for (const { type, count, latency } of taskTypes(trace, taskRows(trace, wholeScope(trace))).types) {
    const full = (latency?.histogram ?? []).filter(bucket => bucket.count > 0)
    const buckets = full.map(({ fromNs, count }): [number, number] => [bucketOf(fromNs), count])
    ours.set(type, { count: count + (type === '' && background ? 1 : 0), buckets })
  }
  const byName = (map: typeof ours) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  assert.deepEqual(byName(ours), byName(theirs))
}

/** "task 26 30423041 incomplete: begin, region "reserve" begin, …", one for each task of a type. */
async function checkStories(trace: Trace, type: string, page: Page): Promise<number> {
  const html = await page(`/usertask?type=${encodeURIComponent(type)}`)
  const theirs = html.split('<tr class="first">').slice(1).map(readStory)
  const rows = Array.from(taskRows(trace, wholeScope(trace), { type }))
  if (type !== '') assert.equal(theirs.length, rows.length)
  for (const row of rows) {
    const story = taskStory(trace, row, { events: 1e6, parts: 1, subtasks: 0 })
    const other = theirs.find(({ id }) => id === story.id)
    assert.ok(other, `task ${story.id} is not on Go's page`)
    const complete = story.startNs !== null && story.endNs !== null
    assert.equal(other.complete, complete)
    assert.ok(Math.abs(other.tookNs - story.durationNs) <= Math.max(100, story.durationNs / 1000), `task ${story.id}: ${other.tookNs}, ${story.durationNs}`) // biome-ignore format: one line
    const told = story.events
      .filter(({ what }) => !what.startsWith('subtask'))
      .map(({ what, name, message }) => {
        if (what === 'log') return `log ${message}`
        return what.startsWith('region') ? `region ${name} ${what.slice(7)}` : what.replace('-', ' ')
      })
    // What happens at one nanosecond is ordered otherwise there.
    assert.deepEqual(told.sort(), other.events.sort(), `task ${story.id}`)
  }
  return rows.length
}

function readStory(html: string): { id: number; tookNs: number; complete: boolean; events: string[] } {
  const id = Number(/>Task (\d+)</.exec(html)?.[1])
  const tookNs = durationNs(/<td class="elapsed">([^<]*)</.exec(html)?.[1] ?? '')
  const events = [...html.matchAll(/<td class="goid">\d*<\/td>\s*<td>([\s\S]*?)<\/td>\s*<\/tr>/g)].map(([, text]) =>
    readEvent(unescaped(text)),
  )
  return { id, tookNs, complete: html.includes('(complete)'), events }
}

/** Go quotes names: "region \"load\" begin", "log (category: step): \"…\"" (with category and none the wrong way round). */
function readEvent(text: string): string {
  const quoted = /"(?:[^"\\]|\\.)*"/.exec(text)?.[0] ?? '""'
  const name = unquoted(quoted)
  if (text.startsWith('region')) return `region ${name} ${text.endsWith('begin') ? 'begin' : 'end'}`
  if (text.startsWith('log')) return `log ${name}`
  return text.endsWith('begin') ? 'task begin' : 'task end'
}

/** A string as Go's %q writes it. */
function unquoted(text: string): string {
  const plain = text
    .slice(1, -1)
    .replace(/\\x([0-9a-f]{2})|\\U([0-9a-f]{8})|\\([abfnrtv\\"])|\\u([0-9a-f]{4})/g, (_, byte, long, letter, short) => {
      if (letter) return { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }[letter as string] ?? letter
      const code = Number.parseInt(byte ?? long ?? short, 16)
      return byte && code >= 0x80 ? '\ufffd' : String.fromCodePoint(code)
    })
  return plain
}

async function checkRegionTypes(trace: Trace, page: Page): Promise<void> {
  const html = await page('/userregions')
  const theirs = new Map<string, { count: number; buckets: Map<number, number> }>()
  for (const [, quoted, count, rest] of html.matchAll(
    /<td><pre>([\s\S]*?)<br>[\s\S]*?<\/pre><\/td>\s*<td><a [^>]*>(\d+)<\/a><\/td>\s*<td>([\s\S]*?)<\/td>\s*<\/tr>\s*(?=<tr>\s*<td><pre>|<\/table>\s*<\/body>)/g,
  )) {
    // biome-ignore format: one row
    const name = unquoted(unescaped(quoted))
    const known = theirs.get(name) ?? { count: 0, buckets: new Map() }
    known.count += Number(count)
    addTo(known.buckets, bucketsOf(rest))
    theirs.set(name, known)
  }
  // Those that stand for a task inherited by a goroutine, and any of the program's that have no name, cannot be told apart.
  theirs.delete('')
  const ours = new Map<string, { count: number; buckets: Map<number, number> }>()
  for (let row = 0; row < trace.regions.length; row++) {
    const name = trace.strings.text(trace.regions.type[row])
    if (name === '') continue
    const known = ours.get(name) ?? { count: 0, buckets: new Map() }
    known.count++
    addTo(known.buckets, [[bucketOf(regionEndNs(trace, row) - regionStartNs(trace, row)), 1]])
    ours.set(name, known)
  }
  const shown = (map: typeof ours) =>
    [...map].map(([name, { count, buckets }]) => [name, count, sorted(buckets)]).sort()
  assert.deepEqual(shown(ours), shown(theirs))
}

/** Each region of a type, by goroutine and task: total, running, runnable, in syscalls, and each reason of its waits. */
async function checkSpent(trace: Trace, type: string, page: Page): Promise<number> {
  const html = await page(`/userregion?type=${encodeURIComponent(type)}`)
  const table = /<table class="details">([\s\S]*?)<\/table>/.exec(html)?.[1] ?? ''
  const columns = [...table.matchAll(/<th class="link"[^>]*>([^<]*)<\/th>/g)]
    .map(([, name]) => unescaped(name).trim())
    .slice(1)
  const theirs = table
    .split('<tr>')
    .slice(2)
    .map(row => {
      const cells = [...row.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell]) =>
        cell.replace(/<[^>]*>|&nbsp;/g, '').trim(),
      )
      const [goroutine, task, total, , ...values] = cells
      const spent = new Map(columns.map((name, i) => [name, durationNs(values[i])]))
      const waits = [...spent].filter(([name, ns]) => ns > 0 && /^Block time \((?!syscall\))/.test(name)).map(([name, ns]): [string, number] => [name.slice(12, -1), ns]) // biome-ignore format: one line
      const get = (name: string) => spent.get(name) ?? 0
      return { goroutine: Number(goroutine), task: Number(task || 0), totalNs: durationNs(total), runningNs: get('Execution time'), runnableNs: get('Sched wait time'), syscallNs: get('Syscall execution time') + get('Block time (syscall)'), waits } // biome-ignore format: one line
    })
  const rows = [...trace.regions.type.keys()].filter(row => trace.strings.text(trace.regions.type[row]) === type)
  assert.equal(theirs.length, rows.length)
  const ours = rows.map(row => ({ ...regionRow(trace, row), waits: spentIn(trace, Uint32Array.of(row)).waits }))
  const order = (a: { goroutine: number | null; task: number; runningNs: number }, b: typeof a) =>
    (a.goroutine ?? 0) - (b.goroutine ?? 0) || a.task - b.task || a.runningNs - b.runningNs
  ours.sort(order)
  theirs.sort(order)
  for (const [i, our] of ours.entries()) {
    const other = theirs[i]
    const near = (a: number, b: number, what: string) =>
      assert.ok(
        Math.abs(a - b) <= Math.max(100, b / 1000),
        `${type} of goroutine ${our.goroutine}: ${what} ${a}, Go has ${b}`,
      )
    assert.deepEqual([our.goroutine, our.task], [other.goroutine, other.task])
    near(our.durationNs, other.totalNs, 'total')
    near(our.runningNs, other.runningNs, 'running')
    near(our.runnableNs, other.runnableNs, 'runnable')
    near(our.syscallNs, other.syscallNs, 'syscall')
    const byName = (waits: [string, number][]) => waits.toSorted((a, b) => (a[0] < b[0] ? -1 : 1))
    const waits = byName(our.waits.map(({ reason, ns }): [string, number] => [reason === 'unknown' ? '' : reason, ns]))
    const others = byName(other.waits)
    assert.deepEqual(waits.map(([reason]) => reason), others.map(([reason]) => reason)) // biome-ignore format: one line
    for (const [at, [reason, ns]] of waits.entries()) near(ns, others[at][1], reason)
  }
  return rows.length
}

async function checkAll(go: string, file: string): Promise<number> {
  const trace = openTrace(readFileSync(file))
  const names = (rows: Int32Array) => [...new Set(Array.from(rows, row => trace.strings.text(row)))]
  const askable = (name: string) => !name.includes('\ufffd')
  const viewer = await viewTrace(go, file)
  const page = viewer.get
  try {
    let seen = 0
    await checkTaskTypes(trace, page)
    for (const type of names(trace.tasks.type).filter(askable)) seen += await checkStories(trace, type, page)
    await checkRegionTypes(trace, page)
    for (const type of names(trace.regions.type).filter(askable))
      if (type !== '') seen += await checkSpent(trace, type, page)
    return seen
  } finally {
    viewer.stop()
  }
}

for (const args of [[], ['-odd'], ['-requests', '100', '-logs', '5']])
  test(`a program's tasks and regions are those that go tool trace shows: ${args.join(' ') || 'plain'}`, async t => {
    const go = requireTool(t, 'go')
    if (!go) return
    const program = join(ROOT, 'testdata/tasks/main.go')
    const env = { ...process.env, GOWORK: 'off', GOFLAGS: '' }
    const file = join(home, `tasks${args.join('')}.trace`)
    writeFileSync(file, execFileSync(go, ['run', program, ...args], { env, maxBuffer: 1e9 }))
    assert.ok((await checkAll(go, file)) > 40)
  })

const FOLDERS = [join(ROOT, 'testdata/traces'), join(ROOT, '../shared/traces')].filter(existsSync)

test('so are those of recorded traces, from Go 1.11 on', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  let seen = 0
  for (const file of FOLDERS.flatMap(folder => readdirSync(folder).map(name => join(folder, name)))) {
    if (!file.endsWith('.trace')) continue
    const trace = openTrace(readFileSync(file))
    if (trace.tasks.length + trace.regions.length > 0) seen += await checkAll(go, file)
  }
  assert.ok(seen > 5, `${seen} tasks and regions were compared`)
})
