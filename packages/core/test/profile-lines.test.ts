/** A profile by line: against drawings, against adding up stack by stack, and against `go tool pprof -lines`. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { foldedText, speedscopeText } from '../src/spent/profile/files.ts'
import { callGraph } from '../src/spent/profile/graph.ts'
import { graphPicture } from '../src/spent/profile/picture.ts'
import { type Neighbour, peekAt, type Top, topOf } from '../src/spent/profile/top.ts'
import { callTree, type Stacks } from '../src/spent/profile/tree.ts'
import { type DrawnStack, pprofOf, profileFrom, profileFromText, programByChance } from './drawn-profile.ts'
import { requireTool } from './require-tool.ts'

const LINES = { granularity: 'lines' } as const

const LINED = profileFromText(`
  lock:7 f:10 main:3          2 200
  lock:7 f:11 main:3          1 100
  lock:8 f:11 f:10 main:4     4 30
  f:11                        1 7
`)

/** "f:11 self cumulative" in counts, as sorted. */
function rowsOf({ strings }: Stacks, top: Top): string[] {
  return Array.from(
    top.name,
    (name, i) => `${strings.text(name)}:${top.line[i]} ${top.selfCount[i]} ${top.cumulativeCount[i]}`,
  )
}

const around = (rows: readonly Neighbour[]) => rows.map(({ name, line, count, ns }) => `${name}:${line} ${count} ${ns}`)

test('each line of a function has its own sums', () => {
  assert.deepEqual(rowsOf(LINED.stacks, topOf(LINED.stacks, LINED.sums, LINES)), [
    'lock:7 3 3',
    'lock:8 4 4',
    'f:11 1 6',
    'main:3 0 3',
    'f:10 0 6',
    'main:4 0 4',
  ])
})

test('and its own callers and callees; a call from another line of the same function is one', () => {
  const { stacks, sums } = LINED
  const line = peekAt(stacks, sums, 'f', { ...LINES, at: { file: 'a.go', line: 11 } })!
  assert.deepEqual([line.self, line.cumulative], [{ count: 1, ns: 7 }, { count: 6, ns: 137 }]) // biome-ignore format: one line
  assert.deepEqual(around(line.callers), ['main:3 1 100', 'f:10 4 30'])
  assert.deepEqual(around(line.callees), ['lock:7 1 100', 'lock:8 4 30'])
  const all = peekAt(stacks, sums, 'f', LINES)!
  assert.deepEqual(around(all.callers), ['main:3 3 300', 'main:4 4 30'], 'of the function no call to itself')
  assert.deepEqual(all.callers[0], { name: 'main', file: 'a.go', line: 3, count: 3, ns: 300 })
  const byFunction = peekAt(stacks, sums, 'f', { at: { file: 'a.go', line: 11 } })!
  assert.deepEqual(byFunction.callers, [{ name: 'main', count: 1, ns: 100 }, { name: 'f', count: 4, ns: 30 }]) // biome-ignore format: one line
  assert.equal(peekAt(stacks, sums, 'f', { at: { file: 'a.go', line: 12 } }), undefined)
  assert.equal(peekAt(stacks, sums, 'f', { at: { file: 'b.go', line: 11 } }), undefined)
})

test('files for other tools have frames with lines', () => {
  const { stacks, sums } = LINED
  assert.deepEqual([...foldedText(stacks, sums, 'time', 'lines')].join('').split('\n').slice(0, 2), [
    'main a.go:3;f a.go:10;lock a.go:7 200',
    'main a.go:3;f a.go:11;lock a.go:7 100',
  ])
  const file = JSON.parse([...speedscopeText(stacks, sums, 'a', 'time', 'lines')].join(''))
  assert.deepEqual(file.shared.frames[1], { name: 'f a.go:10', file: 'a.go', line: 10 })
  assert.equal(file.shared.frames.length, 6 + 1)
})

test('boxes of the call graph say their line', () => {
  const { stacks, sums } = LINED
  const graph = callGraph(callTree(stacks, sums, LINES), 'count')
  const labels = graphPicture(stacks, graph).nodes.map(({ attributes }) => String(attributes.label))
  assert.ok(labels.includes('f\\na.go:11\\n1 (12.5 %)\\nof 6 (75.0 %)'), labels.join('  '))
})

const FRAME = fc.record({ name: fc.constantFrom('a', 'b', 'main'), line: fc.integer({ min: 1, max: 3 }) })
const STACK = fc.record({
  frames: fc.array(
    FRAME.map(({ name, line }) => `${name}:${line}`),
    { maxLength: 7 },
  ),
  count: fc.integer({ min: 1, max: 9 }),
  ns: fc.integer({ min: 0, max: 99 }),
})

test('whatever the stacks, a line counts once in each, and what is around it too', () => {
  fc.assert(
    fc.property(fc.array(STACK, { maxLength: 20 }), FRAME, (rows, { name, line }) => {
      const { stacks, sums } = profileFrom(rows)
      assert.deepEqual(rowsOf(stacks, topOf(stacks, sums, LINES)).sort(), plainRows(rows))
      const peek = peekAt(stacks, sums, name, { ...LINES, at: { file: 'a.go', line } })
      const wanted = `${name}:${line}`
      assert.equal(peek?.cumulative.count ?? 0, sumOf(rows.filter(({ frames }) => frames.includes(wanted))))
      for (const [side, step] of [['callers', 1], ['callees', -1]] as const) // biome-ignore format: one line
        assert.deepEqual(
          (peek?.[side] ?? []).map(row => `${row.name}:${row.line} ${row.count}`).sort(),
          plainAround(rows, wanted, step),
        )
    }),
  )
})

const sumOf = (rows: readonly DrawnStack[]) => rows.reduce((sum, { count }) => sum + count, 0)

function plainRows(rows: readonly DrawnStack[]): string[] {
  const frames = new Set(rows.flatMap(row => row.frames))
  return Array.from(frames, frame => {
    const self = sumOf(rows.filter(row => row.frames[0] === frame))
    return `${frame} ${self} ${sumOf(rows.filter(row => row.frames.includes(frame)))}`
  }).sort()
}

function plainAround(rows: readonly DrawnStack[], wanted: string, step: number): string[] {
  const sums = new Map<string, number>()
  for (const { frames, count } of rows) {
    const beside = frames.flatMap((frame, i) => (frame === wanted ? (frames[i + step] ?? []) : []))
    for (const other of new Set(beside)) if (other !== wanted) sums.set(other, (sums.get(other) ?? 0) + count)
  }
  return Array.from(sums, ([frame, count]) => `${frame} ${count}`).sort()
}

const folder = mkdtempSync(join(tmpdir(), 'unhang-lines-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** What `go tool pprof -lines` says of it, with nothing left out. */
function said(go: string, rows: readonly DrawnStack[], ...options: readonly string[]): string {
  const file = join(folder, 'p.pb')
  writeFileSync(file, pprofOf(rows))
  const all = ['-lines', '-unit=count', '-nodefraction=0', '-edgefraction=0', '-nodecount=100000']
  const args = ['tool', 'pprof', ...options, ...all, file]
  return execFileSync(go, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 })
}

for (const seed of [1, 2, 3]) {
  test(`the table of a program (${seed}) has the numbers of go tool pprof -top -lines`, t => {
    const go = requireTool(t, 'go')
    if (!go) return
    const rows = programByChance(seed, 4)
    const { stacks, sums } = profileFrom(rows)
    const text = said(go, rows, '-top')
    const theirs = [...text.matchAll(/^\s*(\d+)\s+\S+%\s+\S+%\s+(\d+)\s+\S+%\s+(\S+) a\.go:(\d+)$/gm)]
    assert.ok(theirs.length > 200, text)
    assert.deepEqual(
      rowsOf(stacks, topOf(stacks, sums, LINES)).sort(),
      theirs.map(([, self, cumulative, name, line]) => `${name}:${line} ${self} ${cumulative}`).sort(),
    )
  })

  test(`callers and callees of lines in a program (${seed}) are those of go tool pprof -peek -lines`, t => {
    const go = requireTool(t, 'go')
    if (!go) return
    const rows = programByChance(seed, 4)
    const { stacks, sums } = profileFrom(rows)
    const sections = said(go, rows, '-peek=^p\\.f[0-9] ').split(/-{10,}\+-{10,}\n/)
    let compared = 0
    for (const section of sections) {
      // Callers, the line itself between bars, callees.
      const lines = section.split('\n').filter(row => row.includes('a.go:'))
      const at = lines.findIndex(row => / \| \S/.test(row))
      if (at < 0) continue
      const [, name, line] = /(\S+) a\.go:(\d+)\s*$/.exec(lines[at])!
      const peek = peekAt(stacks, sums, name, { ...LINES, at: { file: 'a.go', line: Number(line) } })!
      const told = (part: readonly string[]) =>
        part.map(row => row.replace(/^\s*(\d+)\s.*\|\s+(\S+) a\.go:(\d+).*$/, '$2:$3 $1')).sort()
      const ours = (part: readonly Neighbour[]) => part.map(row => `${row.name}:${row.line} ${row.count}`).sort()
      assert.deepEqual(ours(peek.callers), told(lines.slice(0, at)), `callers of ${name}:${line}`)
      assert.deepEqual(ours(peek.callees), told(lines.slice(at + 1)), `callees of ${name}:${line}`)
      compared++
    }
    assert.ok(compared > 10, `${compared} lines`)
  })

  test(`the call graph by line of a program (${seed}) has the arrows of go tool pprof -dot -lines`, t => {
    const go = requireTool(t, 'go')
    if (!go) return
    const rows = programByChance(seed, 4)
    const { stacks, sums } = profileFrom(rows)
    const dot = execFileSync(
      go,
      ['tool', 'pprof', '-dot', '-lines', '-unit=count', '-nodecount=40', writePprof(rows)],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const { nodes, edges } = callGraph(callTree(stacks, sums, LINES), 'count', { nodes: 40, edges: 1e6 })
    const nameOf = (node: number) => {
      const frame = nodes.frame[node]
      return `${stacks.strings.text(stacks.frames.function[frame])}:${stacks.frames.line[frame]}`
    }
    const tooltip = /^N\d+ -> N\d+ \[label=" (\d+)".* tooltip="(\S+) a\.go:(\d+) (?:->|\.\.\.) (\S+) a\.go:(\d+) /gm
    const theirs = [...dot.matchAll(tooltip)].map(([, sum, from, line, to, toLine]) => `${from}:${line} ${to}:${toLine} ${sum}`) // biome-ignore format: one line
    assert.ok(theirs.length > 20, dot)
    assert.deepEqual(
      Array.from(edges.weight, (sum, i) => `${nameOf(edges.from[i])} ${nameOf(edges.to[i])} ${sum}`).sort(),
      theirs.sort(),
    )
  })
}

function writePprof(rows: readonly DrawnStack[]): string {
  const file = join(folder, 'dot.pb')
  writeFileSync(file, pprofOf(rows))
  return file
}
