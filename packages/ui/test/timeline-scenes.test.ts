/** Which scenes are asked for, one at a time; where the camera goes; frames. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_COLUMNS, type Scene, type SceneRequest } from '@unhang/core'
import { Camera } from '../src/timeline/camera.ts'
import type { Ask, View } from '../src/timeline/contract.ts'
import { covers, type Need, planScene, Scenes } from '../src/timeline/scenes.ts'
import { createScheduler } from '../src/timeline/scheduler.ts'
import { sceneOf } from './timeline-scene.ts'

const EXTENT = { durationNs: 10_000, rowCount: 300, tallRows: 0, seenUnits: 10 }
const need = (startNs: number, endNs: number, first = 100): Need => {
  return { view: { startNs, endNs, top: first }, width: 100, first, end: first + 10 }
}
const answer = (request: SceneRequest): Scene => {
  return sceneOf(
    request,
    Array.from({ length: request.rowCount }, (_, i) => ({ row: { label: `${request.firstRow + i}` } })),
  )
}

test('a scene reaches half a screen further, on the same columns, but not beyond the trace', () => {
  const middle = planScene(need(4000, 5000), EXTENT)
  assert.deepEqual(middle, { startNs: 3500, endNs: 5500, columns: 200, firstRow: 92, rowCount: 26 })
  assert.deepEqual(planScene(need(0, 10_000, 0), EXTENT), {
    startNs: 0,
    endNs: 10_000,
    columns: 100,
    firstRow: 0,
    rowCount: 18,
  })
  // 4.5 columns lie before the trace: 4 of them need not be drawn.
  const early = planScene(need(-45, 955, 295), EXTENT)
  assert.deepEqual([early.startNs, early.columns, early.rowCount], [-5, 146, 13])
  const wide = planScene({ ...need(4000, 5000), width: 16_000 }, EXTENT)
  assert.ok(wide.columns <= MAX_COLUMNS)
})

test('a scene is exact only for its own resolution, times and rows', () => {
  const scene = answer(planScene(need(4000, 5000), EXTENT))
  const tests: [Need, boolean][] = [
    [need(4000, 5000), true],
    [need(3500, 4500), true],
    [need(3400, 4400), false],
    [need(4000, 5001), true],
    [need(4000, 5020), false],
    [need(4000, 5000, 108), true],
    [need(4000, 5000, 109), false],
  ]
  for (const [wanted, isCovered] of tests)
    assert.equal(covers(scene, wanted, EXTENT), isCovered, JSON.stringify(wanted))
  assert.equal(covers(scene, need(3600, 4600), EXTENT, 0.125), false, 'nothing to spare')
})

/** An `ask` whose answers come when the test says so. */
function desk() {
  const asked: SceneRequest[] = []
  const waiting: { resolve: (scene: Scene) => void; reject: (error: Error) => void }[] = []
  const ask = ((_, { request }: { request: SceneRequest }) => {
    asked.push(request)
    return new Promise<Scene>((resolve, reject) => waiting.push({ resolve, reject }))
  }) as Ask
  const give = async () => {
    const request = asked[asked.length - waiting.length]
    waiting.shift()!.resolve(answer(request))
    await new Promise(setImmediate)
  }
  const refuse = async () => {
    waiting.shift()!.reject(new Error('no'))
    await new Promise(setImmediate)
  }
  return { ask, asked, give, refuse, waiting }
}

test('one request at a time; then the newest wish, not those in between', async () => {
  const { ask, asked, give, waiting } = desk()
  let changes = 0
  const scenes = new Scenes(ask, () => changes++)
  scenes.setTrace(0, EXTENT, true)
  scenes.want(need(4000, 5000), EXTENT)
  scenes.want(need(4100, 5000), EXTENT)
  scenes.want(need(2000, 2500), EXTENT)
  assert.equal(asked.length, 1)
  await give()
  assert.equal(changes, 1)
  assert.deepEqual([asked.length, asked[1].startNs], [2, 1750])
  await give()
  assert.ok(scenes.isExact(need(2000, 2500)))
  assert.equal(asked[2].columns, 512, 'then what stands in where nothing fine is')
  assert.deepEqual([asked[2].firstRow, asked[2].rowCount, asked[2].startNs, asked[2].endNs], [64, 64, 0, 10_000])
  await give()
  assert.deepEqual([asked.length, waiting.length], [3, 0], 'all is there: nothing more is asked')
  const layers = scenes.layersFor(need(2000, 2500))
  assert.deepEqual(
    layers.map(({ columns }) => columns),
    [200, 200, 512],
  )
  assert.equal(layers[0].startNs, 1750)
  assert.equal(scenes.rowAt(127)?.label, '127')
  assert.equal(scenes.rowAt(128), undefined)
})

test('what is refused is not asked again until something else is wanted', async () => {
  const { ask, asked, refuse, give } = desk()
  const scenes = new Scenes(ask, () => {})
  scenes.setTrace(0, EXTENT, true)
  scenes.want(need(4000, 5000), EXTENT)
  await refuse()
  await refuse()
  scenes.want(need(4000, 5000), EXTENT)
  assert.deepEqual(
    asked.map(({ columns }) => columns),
    [200, 512],
  )
  scenes.want(need(6000, 7000), EXTENT)
  await give()
  assert.ok(scenes.isExact(need(6000, 7000)))
})

test('with other rows the old picture stays until the first new scene; answers of before are dropped', async () => {
  const { ask, asked, give } = desk()
  const scenes = new Scenes(ask, () => {})
  scenes.setTrace(0, EXTENT, true)
  scenes.want(need(4000, 5000), EXTENT)
  await give()
  scenes.setTrace(0, EXTENT, false)
  assert.equal(scenes.layersFor(need(4000, 5000)).length, 1)
  assert.equal(scenes.isExact(need(4000, 5000)), false)
  scenes.want(need(4000, 5000), EXTENT)
  await give()
  assert.equal(scenes.isExact(need(4000, 5000)), false, 'that was the coarse scene of the old rows')
  assert.equal(scenes.layersFor(need(4000, 5000)).length, 1)
  await give()
  assert.ok(scenes.isExact(need(4000, 5000)))
  assert.deepEqual(
    asked.slice(0, 3).map(({ columns }) => columns),
    [200, 512, 200],
  )
  scenes.setTrace(1, EXTENT, true)
  assert.equal(scenes.layersFor(need(4000, 5000)).length, 0, 'nothing of another trace is shown')
})

test('a question about captures that are gone holds nothing up, whether it is answered or not', async () => {
  const { ask, asked, give } = desk()
  const scenes = new Scenes(ask, () => {})
  scenes.setTrace(0, EXTENT, true)
  scenes.want(need(4000, 5000), EXTENT)
  scenes.setTrace(0, EXTENT, true)
  scenes.want(need(6000, 7000), EXTENT)
  assert.equal(asked.length, 2)
  await give()
  assert.equal(scenes.layersFor(need(4000, 5000)).length, 0)
  assert.equal(asked.length, 2, 'the newer one is still on its way')
  await give()
  assert.ok(scenes.isExact(need(6000, 7000)))
})

test('scrolling through all rows keeps no more than a few coarse scenes', async () => {
  const many = { ...EXTENT, rowCount: 3_000_000 }
  const { ask, asked, give, waiting } = desk()
  const scenes = new Scenes(ask, () => {})
  scenes.setTrace(0, many, true)
  for (let i = 0; i < 100; i++) {
    scenes.want(need(0, 10_000, i * 20_000), many)
    while (waiting.length > 0) await give()
  }
  assert.equal(asked.filter(({ columns }) => columns === 512).length >= 100, true)
  const kept = Array.from({ length: 100 }, (_, i) => scenes.rowAt(i * 20_000)).filter(row => row !== undefined)
  assert.ok(kept.length <= 50, `${kept.length} are kept`)
})

function camera() {
  const told: [number, boolean][] = []
  const made = new Camera((view, settled) => told.push([Math.round(view.startNs), settled]))
  made.reset(EXTENT)
  return { made, told }
}
const at = (startNs: number): View => ({ startNs, endNs: startNs + 1000, top: 0 })

test('a movement of the user is told frame by frame, and once more when it is over', () => {
  const { made, told } = camera()
  made.move(at(0), false, 0)
  made.step(0)
  assert.ok(made.settle(1000, false))
  told.length = 0
  made.move(at(1000), true, 1000)
  assert.deepEqual([made.current.startNs, made.target.startNs], [0, 1000])
  assert.equal(made.step(1060), true)
  assert.equal(made.current.startNs, 875)
  assert.equal(made.settle(1060, false), false)
  made.step(1120)
  assert.deepEqual(made.current, at(1000))
  assert.equal(made.settle(1130, false), false, 'a wheel goes on')
  assert.equal(made.step(1140), false)
  assert.equal(made.settle(1160, true), false, 'still held')
  assert.equal(made.settle(1160, false), true)
  assert.deepEqual(told, [
    [875, false],
    [1000, false],
    [1000, true],
  ])
})

test('steps add up on the way: each begins where the last one leads', () => {
  const { made } = camera()
  made.set(at(5000), false, 0)
  made.move({ ...made.target, startNs: 5100, endNs: 6100 }, true, 0)
  made.step(50)
  made.move({ ...made.target, startNs: made.target.startNs + 100, endNs: made.target.endNs + 100 }, true, 50)
  made.step(500)
  assert.equal(made.current.startNs, 5200)
})

test('what the page sets is not told back, unless it was no valid view', () => {
  const { made, told } = camera()
  made.set(at(3000), true, 0)
  made.step(60)
  made.step(200)
  assert.equal(made.settle(500, false), true)
  assert.deepEqual(told, [])
  made.set({ startNs: 9500, endNs: 10_500, top: 0 }, false, 600)
  assert.equal(made.settle(900, false), true)
  assert.deepEqual(told, [[9100, true]])
})

test('before something is selected the view is told at once', () => {
  const { made, told } = camera()
  made.set(at(0), false, 0)
  made.move(at(700), true, 0)
  made.flush()
  made.flush()
  assert.deepEqual(told, [[700, true]])
})

test('many changes are one frame; a destroyed timeline draws no more', () => {
  const queue = new Map<number, (nowMs: number) => void>()
  let handles = 0
  const source = {
    requestAnimationFrame: (callback: (nowMs: number) => void) => {
      queue.set(++handles, callback)
      return handles
    },
    cancelAnimationFrame: (handle: number) => void queue.delete(handle),
  }
  const flush = (nowMs: number) => {
    const callbacks = [...queue.values()]
    queue.clear()
    for (const callback of callbacks) callback(nowMs)
  }
  const drawn: number[] = []
  let isMoving = false
  const scheduler = createScheduler(source, nowMs => {
    drawn.push(nowMs)
    return isMoving
  })
  scheduler.invalidate()
  scheduler.invalidate()
  flush(1)
  flush(2)
  assert.deepEqual(drawn, [1])
  isMoving = true
  scheduler.invalidate()
  flush(3)
  flush(4)
  assert.deepEqual(drawn, [1, 3, 4])
  scheduler.destroy()
  scheduler.invalidate()
  flush(5)
  assert.deepEqual([drawn.length, queue.size], [3, 0])
})
