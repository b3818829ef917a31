/** A profile's call graph: against drawings, against counting stack by stack, and box by box against `go tool pprof`. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type CallGraph, callGraph, type GraphOptions } from '../src/spent/profile/graph.ts'
import { graphPicture, heatOf, nameLines, shareText } from '../src/spent/profile/picture.ts'
import { callTree, type Stacks } from '../src/spent/profile/tree.ts'
import { type DrawnStack, pprofOf, profileFrom, profileFromText, programByChance } from './drawn-profile.ts'
import { requireTool } from './require-tool.ts'

const ALL: GraphOptions = { nodes: 200, nodeFraction: 0, edgeFraction: 0, edges: 1e6 }

/** Boxes as "name self cumulative", arrows as "from → to weight", in no order; residual ones with "⇢". */
function drawn(stacks: Stacks, { nodes, edges, granularity }: CallGraph): { boxes: string[]; arrows: string[] } {
  const { frames, strings } = stacks
  const nameOf = (row: number) => {
    const frame = nodes.frame[row]
    return `${strings.text(frames.function[frame])}${granularity === 'lines' ? `:${frames.line[frame]}` : ''}`
  }
  const boxes = Array.from({ length: nodes.length }, (_, i) => `${nameOf(i)} ${nodes.self[i]} ${nodes.cumulative[i]}`)
  const arrows = Array.from({ length: edges.length }, (_, i) => {
    const arrow = edges.isResidual[i] ? '⇢' : '→'
    return `${nameOf(edges.from[i])} ${arrow} ${nameOf(edges.to[i])} ${edges.weight[i]}`
  })
  return { boxes: boxes.sort(), arrows: arrows.sort() }
}

function graphOf(text: string, options: GraphOptions): { boxes: string[]; arrows: string[] } {
  const { stacks, sums } = profileFromText(text)
  return drawn(stacks, callGraph(callTree(stacks, sums), 'count', options))
}

test('functions with what they spent themselves and in calls, and the calls between them', () => {
  const graph = graphOf(
    `lock f main   3 0
     send f main   5 0
     send main     2 0
     main          1 0`,
    ALL,
  )
  assert.deepEqual(graph.boxes, ['f 0 8', 'lock 3 3', 'main 1 11', 'send 7 7'])
  assert.deepEqual(graph.arrows, ['f → lock 3', 'f → send 5', 'main → f 8', 'main → send 2'])
})

test('in a recursion nothing counts twice, and nobody calls itself', () => {
  const graph = graphOf(
    `g f g f f main   4 0
     f main           1 0`,
    ALL,
  )
  assert.deepEqual(graph.boxes, ['f 1 5', 'g 4 4', 'main 0 5'])
  assert.deepEqual(graph.arrows, ['f → g 4', 'g → f 4', 'main → f 5'])
})

test('what is small goes, and an arrow over it is residual', () => {
  const graph = graphOf(
    `send small main   4 0
     send main         96 0`,
    { nodes: 80, nodeFraction: 0.05, edgeFraction: 0 },
  )
  assert.deepEqual(graph.boxes, ['main 0 100', 'send 100 100'])
  assert.deepEqual(graph.arrows, ['main ⇢ send 100'])
})

test('a residual arrow goes where a longer way tells the same', () => {
  const graph = graphOf(
    `send small main       4 0
     send f main           96 0`,
    { nodes: 80, nodeFraction: 0.05, edgeFraction: 0 },
  )
  assert.deepEqual(graph.arrows, ['f → send 96', 'main → f 96'])
})

const STACK = fc.record({
  frames: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'main'), { maxLength: 8 }),
  count: fc.integer({ min: 1, max: 9 }),
  ns: fc.constant(0),
})

test('without a limit: each stack once for each function in it, and for each call', () => {
  fc.assert(
    fc.property(fc.array(STACK, { maxLength: 30 }), rows => {
      const { stacks, sums } = profileFrom(rows)
      const graph = drawn(stacks, callGraph(callTree(stacks, sums), 'count', ALL))
      const expected = plainGraph(rows)
      assert.deepEqual(graph.boxes, expected.boxes)
      assert.deepEqual(graph.arrows, expected.arrows)
    }),
  )
})

function plainGraph(rows: readonly DrawnStack[]): { boxes: string[]; arrows: string[] } {
  const self = new Map<string, number>()
  const cumulative = new Map<string, number>()
  const calls = new Map<string, number>()
  const add = (sums: Map<string, number>, key: string, count: number) => sums.set(key, (sums.get(key) ?? 0) + count)
  for (const { frames, count } of rows) {
    if (frames.length > 0) add(self, frames[0], count)
    for (const name of new Set(frames)) add(cumulative, name, count)
    const pairs = frames.slice(1).map((caller, i) => `${caller} → ${frames[i]}`)
    for (const pair of new Set(pairs)) {
      const [from, to] = pair.split(' → ')
      if (from !== to) add(calls, pair, count)
    }
  }
  return {
    boxes: [...cumulative].map(([name, sum]) => `${name} ${self.get(name) ?? 0} ${sum}`).sort(),
    arrows: [...calls].map(([pair, sum]) => `${pair} ${sum}`).sort(),
  }
}

const folder = mkdtempSync(join(tmpdir(), 'unhang-graph-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** The picture of `go tool pprof -dot`, as `drawn` writes it. */
function dotOf(
  go: string,
  rows: readonly DrawnStack[],
  options: readonly string[],
): { boxes: string[]; arrows: string[] } {
  const file = join(folder, 'profile.pb')
  writeFileSync(file, pprofOf(rows))
  const command = ['tool', 'pprof', '-dot', '-unit=count', ...options, file]
  const dot = execFileSync(go, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const boxes = [...dot.matchAll(/^N\d+ \[label="(.*?)" id="node\d+".* tooltip="(\S+) \((\d+)\)"/gm)]
  const arrows = [...dot.matchAll(/^N\d+ -> N\d+ \[label=" (\d+)".* tooltip="(\S+) (->|\.\.\.) (\S+) \(\d+\)"/gm)]
  return {
    boxes: boxes.map(([, label, name, sum]) => `${name} ${/\\n(\d+)(?: \(|\b)/.exec(label)![1]} ${sum}`).sort(),
    arrows: arrows.map(([, sum, from, arrow, to]) => `${from} ${arrow === '->' ? '→' : '⇢'} ${to} ${sum}`).sort(),
  }
}

for (const seed of [1, 2, 3]) {
  test(`the picture of a program (${seed}) has the boxes and arrows that pprof draws`, t => {
    const go = requireTool(t, 'go')
    if (!go) return
    const rows = programByChance(seed)
    const { stacks, sums } = profileFrom(rows)
    const tree = callTree(stacks, sums)
    for (const [options, flags] of [
      [{}, []],
      [{ nodes: 20 }, ['-nodecount=20']],
      [
        { nodes: 40, nodeFraction: 0.05, edgeFraction: 0.02 },
        ['-nodecount=40', '-nodefraction=0.05', '-edgefraction=0.02'],
      ],
    ] as const) {
      const graph = drawn(stacks, callGraph(tree, 'count', { edges: 1e6, ...options }))
      const expected = dotOf(go, rows, flags)
      assert.ok(expected.boxes.length > 5 && expected.arrows.length > 5)
      assert.deepEqual(graph, expected)
    }
  })
}

test('of very many calls the heaviest are drawn, and with straight arrows', () => {
  const { stacks, sums } = profileFrom(programByChance(1))
  const tree = callTree(stacks, sums)
  const all = callGraph(tree, 'count', { edges: 1e6 })
  const drawnOnes = callGraph(tree, 'count')
  assert.ok(all.edges.length > 300)
  assert.deepEqual(drawnOnes.edges.weight, all.edges.weight.slice(0, 300))
  assert.equal(graphPicture(stacks, drawnOnes).graphAttributes.splines, 'line')
  assert.equal(graphPicture(stacks, callGraph(tree, 'count', { nodes: 10 })).graphAttributes.splines, undefined)
})

test('names are text: no command of Graphviz, no entity, no control character, no address', () => {
  const names = [
    '\\N\\G\\l',
    'a.&lt;b&gt;',
    '<script>alert(1)</script>',
    'javascript:alert(1)',
    'a"b\u0000\u202e',
    'x'.repeat(1e5),
  ]
  const { stacks, sums } = profileFrom(names.map((name, i) => ({ frames: [name, 'main.main'], count: i + 1, ns: 1 })))
  const picture = graphPicture(stacks, callGraph(callTree(stacks, sums), 'time', ALL), ['\\N of it'])
  const labels = new Map(picture.nodes.map(({ name, attributes }) => [name, String(attributes.label)]))
  assert.equal(labels.size, names.length + 1)
  for (const label of labels.values()) {
    assert.ok(label.length < 300)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    assert.doesNotMatch(label, /[\u0000-\u001f\u202e]/)
    for (const [, command] of label.matchAll(/\\(.)/g)) assert.ok(command === 'n' || command === '\\')
  }
  assert.ok([...labels.values()].some(label => label.startsWith('\\\\N\\\\G\\\\l\\n')))
  assert.ok([...labels.values()].some(label => label.startsWith('a\\n&amp;lt;b&amp;gt;\\n')))
  const used = new Set([...picture.nodes, ...picture.edges].flatMap(({ attributes }) => Object.keys(attributes)))
  for (const name of ['URL', 'href', 'target', 'image', 'tooltip', 'edgeURL']) assert.ok(!used.has(name))
  assert.equal(picture.graphAttributes.label, '\\\\N of it\\l')
})

test('a name in lines: package, receiver, function', () => {
  assert.deepEqual(nameLines('net/http.(*conn).serve'), ['http', '(*conn)', 'serve'])
  assert.deepEqual(nameLines('main.main'), ['main', 'main'])
  assert.deepEqual(nameLines('github.com/a/b.(*T[go.shape.struct { x/y.Z }]).F.func1'), ['b', '(*T[…])', 'F.func1'])
  assert.deepEqual(nameLines('golang.org/x/sync/errgroup.(*Group).Go.func1'), ['errgroup', '(*Group)', 'Go.func1'])
  assert.deepEqual(nameLines('_cgo'), ['_cgo'])
  assert.deepEqual(nameLines(''), [])
})

test('shares and heat', () => {
  const shares = [
    shareText(1, 3),
    shareText(3, 3),
    shareText(1, 30),
    shareText(1, 30000),
    shareText(0, 3),
    shareText(0, 0),
  ]
  assert.deepEqual(shares, ['33.3 %', '100 %', '3.3 %', '<0.01 %', '0 %', '0 %'])
  assert.deepEqual(
    [0, 0.01, 0.1, 0.3, 0.9, 1].map(share => heatOf(share, 1)),
    [0, 0, 1, 3, 5, 5],
  )
})
