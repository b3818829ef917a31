/** A profile's call tree, and its flame graph: against drawings, and against a slow plain version. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StackInterner } from '../src/base/stacks.ts'
import { type Flame, layoutFlame, markFunctions } from '../src/spent/profile/flame.ts'
import { type CallTree, callTree, functionOf, nodeAt, pathOf, type Stacks } from '../src/spent/profile/tree.ts'
import { type DrawnStack, profileFrom, profileFromText } from './drawn-profile.ts'

const DRAWN = profileFromText(`
  lock:9 f:2 main    3 300
  lock:9 f:3 main    1 50
  send f:2 main      5 500
  send main          2 100
  main               1 40
`)

/** A line for each node, below its parent: its name, stays in all and its own, nanoseconds in all and its own. */
function drawn(stacks: Stacks, tree: CallTree): string[] {
  const lines: string[] = []
  const write = (node: number) => {
    const { depth, totalCount, selfCount, totalNs, selfNs, children } = tree
    const frame = tree.frame[node]
    const line = tree.granularity === 'lines' && frame >= 0 ? `:${stacks.frames.line[frame]}` : ''
    const name = node === 0 ? 'all' : stacks.strings.text(functionOf(stacks, tree, node)) || '?'
    const sums = `${totalCount[node]} ${selfCount[node]} ${totalNs[node]} ${selfNs[node]}`
    lines.push(`${'  '.repeat(depth[node])}${name}${line} ${sums}`)
    for (let i = children.first[node]; i < children.first[node + 1]; i++) write(children.row[i])
  }
  write(0)
  return lines
}

test('what stacks have in common from the root on is one path', () => {
  assert.deepEqual(drawn(DRAWN.stacks, callTree(DRAWN.stacks, DRAWN.sums)), [
    'all 12 0 990 0',
    '  main 12 1 990 40',
    '    f 9 0 850 0',
    '      lock 4 4 350 350',
    '      send 5 5 500 500',
    '    send 2 2 100 100',
  ])
})

test('by line, calls from different lines part', () => {
  assert.deepEqual(drawn(DRAWN.stacks, callTree(DRAWN.stacks, DRAWN.sums, { granularity: 'lines' })), [
    'all 12 0 990 0',
    '  main:1 12 1 990 40',
    '    f:2 8 0 800 0',
    '      lock:9 3 3 300 300',
    '      send:1 5 5 500 500',
    '    f:3 1 0 50 0',
    '      lock:9 1 1 50 50',
    '    send:1 2 2 100 100',
  ])
})

test('inverted, each function leads to its callers', () => {
  assert.deepEqual(drawn(DRAWN.stacks, callTree(DRAWN.stacks, DRAWN.sums, { isInverted: true })), [
    'all 12 0 990 0',
    '  lock 4 0 350 0',
    '    f 4 0 350 0',
    '      main 4 4 350 350',
    '  send 7 0 600 0',
    '    f 5 0 500 0',
    '      main 5 5 500 500',
    '    main 2 2 100 100',
    '  main 1 1 40 40',
  ])
})

test('what has no stack is a node of its own, and recursion goes down', () => {
  const { stacks, sums } = profileFrom([
    { frames: [], count: 2, ns: 7 },
    { frames: ['f', 'f', 'f'], count: 1, ns: 5 },
  ])
  assert.deepEqual(drawn(stacks, callTree(stacks, sums)), [
    'all 3 0 12 0',
    '  ? 2 2 7 7',
    '  f 1 0 5 0',
    '    f 1 0 5 0',
    '      f 1 1 5 5',
  ])
})

test('a stack that is deeper than a tree may be stands with its caller', () => {
  const frames = Array.from({ length: 5000 }, (_, i) => `f${i}`)
  const { stacks, sums } = profileFrom([{ frames, count: 1, ns: 5 }])
  const tree = callTree(stacks, sums)
  assert.equal(tree.isCut, true)
  assert.equal(tree.length, 1025)
  assert.equal(tree.selfNs[1024], 5)
  assert.equal(tree.totalNs[0], 5)
})

test('more nodes than a tree may have: nothing of the sums is lost', () => {
  const length = 1_000_050
  const interner = new StackInterner()
  const stack = Int32Array.from({ length }, (_, i) => interner.stack([interner.frameRow(1, 2, i)], 1))
  const stacks = { strings: DRAWN.stacks.strings, ...interner.freeze() }
  const sums = { length, stack, count: new Float64Array(length).fill(1), ns: new Float64Array(length).fill(2) }
  const tree = callTree(stacks, sums, { granularity: 'lines' })
  assert.equal(tree.isCut, true)
  assert.equal(tree.length, 1_000_000)
  assert.equal(tree.totalNs[0], 2 * length)
  assert.equal(layoutFlame(tree, { weight: 'time', node: 0, width: 1000, least: 0.5 }).length, 2)
})

const STACK = fc.record({
  frames: fc.array(fc.constantFrom('a:1', 'a:2', 'b', 'c', 'main', 'd:7'), { maxLength: 7 }),
  count: fc.integer({ min: 0, max: 5 }),
  ns: fc.integer({ min: 0, max: 1000 }),
})
const PROFILE = fc.array(STACK, { maxLength: 40 })

/** What stands at the end of a path, by asking each stack. */
function plainly(
  rows: readonly DrawnStack[],
  path: readonly string[],
  nameOf: (frame: string) => string,
  isInverted: boolean,
) {
  let [total, self] = [0, 0]
  for (const { frames, ns } of rows) {
    const names = (isInverted ? [...frames] : [...frames].reverse()).map(nameOf)
    if (!path.every((name, i) => names[i] === name)) continue
    total += ns
    if (names.length === path.length) self += ns
  }
  return [total, self]
}

test('each node has what the stacks on its path have, whichever way one looks', () => {
  fc.assert(
    fc.property(PROFILE, fc.boolean(), fc.boolean(), (rows, isInverted, byLine) => {
      const { stacks, sums } = profileFrom(rows)
      const tree = callTree(stacks, sums, { isInverted, granularity: byLine ? 'lines' : 'functions' })
      const nameOf = (frame: string) => (byLine ? (frame.includes(':') ? frame : `${frame}:1`) : frame.split(':')[0])
      const textOf = (key: number) =>
        byLine
          ? `${stacks.strings.text(stacks.frames.function[key])}:${stacks.frames.line[key]}`
          : stacks.strings.text(key)
      const known = rows.filter(({ frames }) => frames.length > 0)
      for (let node = 1; node < tree.length; node++) {
        if (tree.key[node] < 0) continue
        const path = pathOf(tree, node)
        assert.equal(nodeAt(tree, path), node)
        const expected = plainly(known, path.map(textOf), nameOf, isInverted)
        assert.deepEqual([tree.totalNs[node], tree.selfNs[node]], expected)
      }
      const all = rows.reduce((sum, { ns }) => sum + ns, 0)
      assert.equal(tree.totalNs[0], all)
      assert.equal(
        tree.selfNs.reduce((sum, ns) => sum + ns, 0),
        all,
      )
    }),
  )
})

function boxes(flame: Flame) {
  return Array.from({ length: flame.length }, (_, i) => ({
    node: flame.node[i],
    parent: flame.parent[i],
    depth: flame.depth[i],
    x: flame.x[i],
    width: flame.width[i],
    weight: flame.weight[i],
    merged: flame.merged[i],
  }))
}

test('a flame graph: children side by side within their parent, the widest first', () => {
  const { stacks, sums } = DRAWN
  const tree = callTree(stacks, sums)
  const nameOf = (node: number) => (node < 0 ? 'others' : stacks.strings.text(functionOf(stacks, tree, node)) || 'all')
  const asText = (flame: Flame) =>
    boxes(flame).map(({ node, depth, x, width, merged }) => `${depth} ${nameOf(node)} ${x} ${width} ${merged}`)
  assert.deepEqual(asText(layoutFlame(tree, { weight: 'time', node: 0, width: 990, least: 0.5 })), [
    '0 all 0 990 1',
    '1 main 0 990 1',
    '2 f 0 850 1',
    '2 send 850 100 1',
    '3 send 0 500 1',
    '3 lock 500 350 1',
  ])
  const f = nodeAt(tree, [...pathOf(tree, 2)])
  assert.deepEqual(asText(layoutFlame(tree, { weight: 'count', node: f, width: 900, least: 450 })), [
    '0 all 0 900 1',
    '1 main 0 900 1',
    '2 f 0 900 1',
    '3 send 0 500 1',
  ])
})

test('siblings too narrow to be seen are one box', () => {
  const rows = Array.from({ length: 1000 }, (_, i) => ({ frames: [`f${i}`, 'main'], count: 1, ns: i === 7 ? 1000 : 1 }))
  const { stacks, sums } = profileFrom(rows)
  const flame = layoutFlame(callTree(stacks, sums), { weight: 'time', node: 0, width: 500, least: 0.5 })
  assert.deepEqual(
    boxes(flame).map(({ node, merged, depth }) => [node < 0, merged, depth]),
    [
      [false, 1, 0],
      [false, 1, 1],
      [false, 1, 2],
      [true, 999, 2],
    ],
  )
  assert.equal(flame.width[2] + flame.width[3], 500)
})

test('boxes of any profile: within their parent, none over another, none narrower than asked, nothing drawn twice', () => {
  fc.assert(
    fc.property(
      PROFILE,
      fc.nat(),
      fc.integer({ min: 1, max: 2000 }),
      fc.constantFrom(0.1, 1, 30),
      (rows, pick, width, least) => {
        const { stacks, sums } = profileFrom(rows)
        const tree = callTree(stacks, sums)
        const node = pick % tree.length
        const flame = layoutFlame(tree, { weight: 'time', node, width, least })
        const all = boxes(flame)
        if (tree.totalNs[0] === 0 || tree.totalNs[node] === 0) return
        const at = new Map(all.filter(box => box.node >= 0).map(box => [box.node, box]))
        assert.equal(at.get(node)?.width, width)
        for (const box of all) {
          const parent = at.get(box.parent)
          if (box.depth > tree.depth[node]) {
            assert.ok(box.width >= least - 1e-9)
            assert.ok(parent && box.x >= parent.x - 1e-6 && box.x + box.width <= parent.x + parent.width + 1e-6)
          }
          const weight = box.node < 0 ? box.weight : tree.totalNs[box.node]
          assert.equal(box.weight, weight)
        }
        for (let i = 1; i < all.length; i++) {
          const [before, box] = [all[i - 1], all[i]]
          assert.ok(box.depth > before.depth || box.x >= before.x + before.width - 1e-6)
        }
        // Whoever is not drawn, and not in a box of several, had no room even with all of its likes.
        for (const box of all.filter(({ node: own, depth }) => own >= 0 && depth >= tree.depth[node])) {
          const drawnNs = all.filter(({ parent }) => parent === box.node).reduce((sum, { weight }) => sum + weight, 0)
          const leftNs = tree.totalNs[box.node] - tree.selfNs[box.node] - drawnNs
          assert.ok(leftNs * (width / tree.totalNs[node]) < least + 1e-6)
        }
      },
    ),
  )
})

test('marks: functions that hold a text, and what has one of them on its stack', () => {
  const { stacks, sums } = profileFromText(`
    Lock F main   1 10
    F F main      1 20
    send main     1 40
  `)
  const tree = callTree(stacks, sums)
  const { functions, ns, count, isMarked } = markFunctions(stacks, tree, 'f')
  assert.deepEqual([functions, ns, count, isMarked.reduce((a, b) => a + b, 0)], [1, 30, 2, 2])
  assert.deepEqual(markFunctions(stacks, tree, '').ns, 0)
  fc.assert(
    fc.property(PROFILE, fc.constantFrom('a', 'b', 'MAIN', 'x'), (rows, text) => {
      const profile = profileFrom(rows)
      const marked = markFunctions(profile.stacks, callTree(profile.stacks, profile.sums), text)
      const has = rows.filter(({ frames }) => frames.some(frame => frame.includes(text.toLowerCase())))
      assert.equal(
        marked.ns,
        has.reduce((sum, row) => sum + row.ns, 0),
      )
      assert.equal(
        marked.count,
        has.reduce((sum, row) => sum + row.count, 0),
      )
    }),
  )
})
