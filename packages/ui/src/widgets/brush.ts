/** A range of time under a pointer and under keys, as numbers: no DOM, no pixels but those that come in. */
export type BrushRange = { readonly startNs: number; readonly endNs: number }

/** What was taken hold of. */
export type Grip = 'start' | 'end' | 'window' | 'none'

/** A handle can be taken hold of so far from it. */
export const GRIP_PX = 8

/** Which part of the range lies under x; `none`: a new one begins there. */
export function gripAt(x: number, width: number, range: BrushRange | undefined, wholeNs: number): Grip {
  if (!range) return 'none'
  const startX = (range.startNs / wholeNs) * width
  const endX = (range.endNs / wholeNs) * width
  const toStart = Math.abs(x - startX)
  const toEnd = Math.abs(x - endX)
  if (Math.min(toStart, toEnd) <= GRIP_PX) return toStart < toEnd || (toStart === toEnd && x < startX) ? 'start' : 'end'
  return x > startX && x < endX ? 'window' : 'none'
}

/** The range after a drag from x to x, of what it was when it began; undefined: too narrow to mean one. */
export function dragged(
  grip: Grip,
  range: BrushRange | undefined,
  fromX: number,
  toX: number,
  width: number,
  wholeNs: number,
): BrushRange | undefined {
  const timeAt = (x: number) => (Math.max(0, Math.min(width, x)) / width) * wholeNs
  if (grip === 'none' || !range)
    return Math.abs(toX - fromX) < 2 ? undefined : ordered(timeAt(fromX), timeAt(toX), wholeNs)
  const byNs = ((toX - fromX) / width) * wholeNs
  if (grip === 'start') return ordered(range.startNs + byNs, range.endNs, wholeNs)
  if (grip === 'end') return ordered(range.startNs, range.endNs + byNs, wholeNs)
  return moved(range, byNs, wholeNs)
}

export function moved({ startNs, endNs }: BrushRange, byNs: number, wholeNs: number): BrushRange {
  const within = Math.max(-startNs, Math.min(wholeNs - endNs, rounded(startNs + byNs, wholeNs) - startNs))
  return { startNs: startNs + within, endNs: endNs + within }
}

/** A press of a key at one of the two handles: hundredths of the whole, tenths with page keys; its ends with Home and End. */
export function pressed(
  key: string,
  grip: 'start' | 'end',
  range: BrushRange,
  wholeNs: number,
): BrushRange | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -0.01,
    ArrowDown: -0.01,
    ArrowRight: 0.01,
    ArrowUp: 0.01,
    PageDown: -0.1,
    PageUp: 0.1,
    Home: -1,
    End: 1,
  }
  const step = steps[key]
  if (step === undefined) return undefined
  const { startNs, endNs } = range
  const leastNs = Math.min(shortest(wholeNs), endNs - startNs)
  const to = rounded((grip === 'start' ? startNs : endNs) + step * wholeNs, wholeNs)
  // The whole bounds it last: sums of fractions may lie a little beyond.
  if (grip === 'start') return { startNs: clamp(Math.min(to, endNs - leastNs), 0, wholeNs), endNs }
  return { startNs, endNs: clamp(Math.max(to, startNs + leastNs), 0, wholeNs) }
}

/** No handle passes the other by a key: they stay so far apart, or as far as they are. */
const shortest = (wholeNs: number) => Math.max(1, wholeNs / 1e4)

function ordered(a: number, b: number, wholeNs: number): BrushRange | undefined {
  const startNs = rounded(Math.min(a, b), wholeNs)
  const endNs = rounded(Math.max(a, b), wholeNs)
  return endNs - startNs < 1 ? undefined : { startNs, endNs }
}

/** No hand is finer than this: an address is to be read. The end of the whole stays what it is. */
function rounded(ns: number, wholeNs: number): number {
  const stepNs = Math.max(1, 10 ** Math.floor(Math.log10(wholeNs / 1000)))
  return clamp(Math.round(ns / stepNs) * stepNs, 0, wholeNs)
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value))
}
