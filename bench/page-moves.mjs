/**
 * Moves through a timeline as a hand with a wheel does, and writes down every frame: from the whole trace to 10 µs, along
 * it there, half of the way out, along it again, and back out.
 */
import { waitFor } from './page-browser.mjs'

const NARROW_NS = 10_000
/** A notch of a mouse's wheel. */
const NOTCH_PX = 120
/** Notches along the trace at each of the two depths. */
const PANS = 40
/** How far the timeline zooms for each of its pixels (`gestures.ts`). */
const ZOOM_PER_PX = 0.002
const FIRST = 4
/** Asked so often with the same answer, a movement of 120 ms is over. */
const SAME = 50
/** A trace of an hour is through after 83. */
const MOST_NOTCHES = 100

/** Runs in the page: notes each frame, and what the timeline says of its own drawing. */
function startRecording() {
  const frames = { atMs: [], shownMs: [] }
  const draws = { startMs: [], lengthMs: [] }
  const observer = new PerformanceObserver(list => {
    for (const { name, startTime, duration } of list.getEntries()) {
      if (name !== 'unhang:draw') continue
      draws.startMs.push(startTime)
      draws.lengthMs.push(duration)
    }
  })
  observer.observe({ type: 'measure' })
  let isOn = true
  const note = shownMs => {
    if (!isOn) return
    frames.atMs.push(performance.now())
    frames.shownMs.push(shownMs)
    requestAnimationFrame(note)
  }
  requestAnimationFrame(note)
  globalThis.stopRecording = () => {
    isOn = false
    observer.disconnect()
    return { frames, draws }
  }
}

/** How much of the trace is seen, from the page's address; undefined: all of it. */
export function seenNs(url) {
  const [, start, end] = /[?&]t=(-?[\d.]+)s-(-?[\d.]+)s/.exec(url) ?? []
  return start === undefined ? undefined : (Number(end) - Number(start)) * 1e9
}

export async function recordMoves(page) {
  const box = await page.locator('.timeline').boundingBox()
  // Not in the middle: what is zoomed at must not be a special place. Right of the names, among the rows.
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.55)
  await page.evaluate(startRecording)
  // How long the trace is shows after the first notches.
  await turn(page, FIRST, 0, -NOTCH_PX)
  const further = Math.ceil(Math.log((await settledNs(page)) / NARROW_NS) / (NOTCH_PX * ZOOM_PER_PX))
  const notches = FIRST + Math.min(Math.max(further, 0), MOST_NOTCHES)
  await turn(page, notches - FIRST, 0, -NOTCH_PX)
  const narrowestNs = await settledNs(page)
  await turn(page, PANS, NOTCH_PX, 0)
  const half = notches >> 1
  await turn(page, half, 0, NOTCH_PX)
  await turn(page, PANS, -NOTCH_PX, 0)
  await turn(page, notches - half, 0, NOTCH_PX)
  const recorded = await page.evaluate(() => globalThis.stopRecording())
  return { ...recorded, narrowestNs }
}

/** Each notch waits until the page took the one before: more would only pile up. */
async function turn(page, count, deltaX, deltaY) {
  for (let i = 0; i < count; i++) await page.mouse.wheel(deltaX, deltaY)
}

/** The address takes a view once the movement is over: when it stays the same, it is. */
async function settledNs(page) {
  const seen = []
  return waitFor('the movement is over', () => {
    seen.push(seenNs(page.url()))
    const last = seen.slice(-SAME)
    return last.length === SAME && last.every(ns => ns === last[0]) ? last[0] : undefined
  })
}
