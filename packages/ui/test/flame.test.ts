/** A flame graph under the pointer and the keys, and the worker of call graphs from the page's side. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GraphPicture } from '@unhang/core'
import type { WorkerLike } from '../src/client.ts'
import { boxAt, neighbour, pathTo, rowStarts } from '../src/pages/flame-picture.ts'
import { GraphLayout } from '../src/pages/graph-layout.ts'
import type { ToGraph } from '../src/protocol/graph.ts'
import type { FlameAnswer } from '../src/protocol/profiles.ts'

/**
 *   0 |----------------- all (0) ----------------|
 *   1 |------- f (1) -------||-- g (2) --|| 3 (3)|        3: several together
 *   2 |--- h (4) ---|         |- h (5) -|
 */
const FLAME: FlameAnswer = {
  head: {
    total: { count: 1, ns: 100 },
    stacks: 1,
    stackless: { count: 0, ns: 0 },
    all: { count: 1, ns: 100 },
    unended: { count: 0, ns: 0 },
    reasonless: { count: 0, ns: 0 },
    hasStacks: true,
    cpuSamples: 0,
  },
  length: 6,
  rows: 3,
  key: Int32Array.of(-1, 10, 11, 0, 12, 12),
  caller: Int32Array.of(-1, 0, 0, 0, 1, 2),
  depth: Uint16Array.of(0, 1, 1, 1, 2, 2),
  x: Float64Array.of(0, 0, 50, 90, 0, 52),
  width: Float64Array.of(100, 50, 40, 10, 30, 20),
  total: Float64Array.of(100, 50, 40, 10, 30, 20),
  self: Float64Array.of(0, 20, 20, 0, 30, 20),
  merged: Uint32Array.of(0, 0, 0, 3, 0, 0),
  name: Uint32Array.of(0, 1, 2, 0, 3, 3),
  file: new Uint32Array(6),
  line: new Uint32Array(6),
  tone: Uint8Array.of(0, 1, 2, 0, 3, 3),
  isMarked: new Uint8Array(6),
  names: ['all', 'f', 'g', 'h'],
  path: [],
  found: { functions: 0, weight: 0 },
  isCut: false,
}
const FIRST = rowStarts(FLAME)

test('the box at a point, and none beside', () => {
  assert.deepEqual([...FIRST], [0, 1, 4, 6])
  const at = (x: number, row: number) => boxAt(FLAME, FIRST, x, row)
  assert.deepEqual([at(0, 0), at(99, 0), at(0, 1), at(49.9, 1), at(50, 1), at(95, 1)], [0, 0, 1, 1, 2, 3])
  assert.deepEqual([at(29, 2), at(30, 2), at(51, 2), at(52, 2), at(72, 2)], [4, -1, -1, 5, -1])
  assert.deepEqual([at(5, -1), at(5, 3), at(-1, 1), at(100, 1)], [-1, -1, -1, -1])
})

test('arrows lead to callers, to what is called, and to neighbours; at an edge they stay', () => {
  const to = (box: number, key: string) => neighbour(FLAME, FIRST, box, key)
  assert.deepEqual(
    ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home'].map(key => to(2, key)),
    [0, 5, 1, 3, 0],
  )
  assert.deepEqual(
    ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].map(key => to(0, key)),
    [0, 1, 0, 0],
  )
  assert.deepEqual(
    ['ArrowDown', 'ArrowRight', 'ArrowLeft'].map(key => to(5, key)),
    [5, 5, 4],
  )
  assert.deepEqual(
    ['ArrowDown', 'ArrowRight'].map(key => to(3, key)),
    [3, 3],
  )
})

test('the way to a box is its keys from the root', () => {
  assert.deepEqual(
    [0, 1, 5].map(box => pathTo(FLAME, box)),
    [[], [10], [11, 12]],
  )
})

/** Answers when it is told to. */
class FakeWorker implements WorkerLike {
  onmessage: ((event: MessageEvent) => void) | null = null
  onerror: ((event: ErrorEvent) => void) | null = null
  onmessageerror: ((event: MessageEvent) => void) | null = null
  readonly asked: ToGraph[] = []
  isEnded = false
  postMessage(message: unknown): void {
    this.asked.push(message as ToGraph)
  }
  terminate(): void {
    this.isEnded = true
  }
  answer(svg: string): void {
    this.onmessage?.({ data: { id: this.asked.at(-1)!.id, svg } } as MessageEvent)
  }
}

const pictureNamed = (name: string): GraphPicture => ({
  name,
  directed: true,
  graphAttributes: {},
  nodeAttributes: {},
  edgeAttributes: {},
  nodes: [],
  edges: [],
})
const turn = () => new Promise(resolve => setImmediate(resolve))

test('of pictures that are asked for while one is laid out the last one comes', async () => {
  const worker = new FakeWorker()
  const layout = new GraphLayout(async () => worker)
  const told: string[] = []
  const ask = (name: string) =>
    layout.ask(pictureNamed(name), laid => told.push('svg' in laid ? `${name}: ${laid.svg}` : `${name}! ${laid.error}`))
  ask('a')
  await turn()
  ask('b')
  ask('c')
  worker.answer('<svg a>')
  await turn()
  assert.deepEqual(told, [])
  worker.answer('<svg c>')
  await turn()
  assert.deepEqual(told, ['c: <svg c>'])
  assert.deepEqual(
    worker.asked.map(({ picture }) => picture.name),
    ['a', 'c'],
  )
})

test('one that takes too long is ended, and the next has a worker of its own', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const workers: FakeWorker[] = []
  const layout = new GraphLayout(async () => {
    workers.push(new FakeWorker())
    return workers.at(-1)!
  })
  const told: string[] = []
  layout.ask(pictureNamed('a'), laid => told.push('error' in laid ? laid.error : laid.svg))
  await turn()
  t.mock.timers.tick(20_000)
  await turn()
  assert.match(told[0], /took longer than 20 s/)
  assert.equal(workers[0].isEnded, true)
  layout.ask(pictureNamed('b'), laid => told.push('error' in laid ? laid.error : laid.svg))
  await turn()
  workers[1].answer('<svg b>')
  await turn()
  assert.equal(told[1], '<svg b>')
})

test('a worker that cannot be started, or breaks, is told; after its end nothing is', async () => {
  const told: string[] = []
  const tell = (laid: { svg: string } | { error: string }) => told.push('error' in laid ? laid.error : laid.svg)
  const none = new GraphLayout(() => Promise.reject(new Error('no worker here')))
  none.ask(pictureNamed('a'), tell)
  await turn()
  const worker = new FakeWorker()
  const layout = new GraphLayout(async () => worker)
  layout.ask(pictureNamed('b'), tell)
  await turn()
  worker.onerror?.({ message: 'out of memory' } as ErrorEvent)
  await turn()
  assert.deepEqual(told, ['no worker here', 'out of memory'])
  layout.ask(pictureNamed('c'), tell)
  await turn()
  layout.end()
  worker.answer('<svg c>')
  await turn()
  assert.equal(told.length, 2)
})
