/** A flame graph on a canvas: what is seen of it, which box is where, and where keys lead. Lengths in pixels of the device. */
import type { FlameAnswer } from '../protocol/profiles.ts'
import { type Advances, fitName } from '../timeline/texts.ts'

export type FlameLook = {
  /** Height of a row, and of its text. */
  readonly row: number
  readonly fontPx: number
  readonly font: string
  readonly advances: Advances
  readonly tones: readonly string[]
  readonly merged: string
  readonly mark: string
  readonly text: string
  readonly line: string
  readonly background: string
}

/** Where each row's boxes begin: those of row r are first[r] … first[r + 1] - 1. */
export function rowStarts({ rows, length, depth }: FlameAnswer): Uint32Array {
  const first = new Uint32Array(rows + 1).fill(length)
  for (let box = length - 1; box >= 0; box--) first[depth[box]] = box
  return first
}

/** The box at a point; -1: none. */
export function boxAt(flame: FlameAnswer, first: Uint32Array, x: number, row: number): number {
  if (row < 0 || row >= flame.rows) return -1
  let low = first[row]
  let high = first[row + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (flame.x[middle] + flame.width[middle] <= x) low = middle + 1
    else high = middle
  }
  return low < first[row + 1] && flame.x[low] <= x ? low : -1
}

/** Keys from the root to a box. */
export function pathTo({ key, caller, path }: FlameAnswer, box: number): readonly number[] {
  const keys: number[] = []
  for (let at = box; caller[at] >= 0; at = caller[at]) keys.push(key[at])
  // The way to what is looked at is boxes, too: nothing of it is lost.
  return box < 0 ? path : keys.reverse()
}

/** The box that an arrow leads to; the same where there is none. */
export function neighbour(flame: FlameAnswer, first: Uint32Array, box: number, key: string): number {
  const { depth, caller, rows } = flame
  const row = depth[box]
  if (key === 'ArrowUp') return caller[box] >= 0 ? caller[box] : box
  if (key === 'ArrowLeft') return box > first[row] ? box - 1 : box
  if (key === 'ArrowRight') return box + 1 < first[row + 1] ? box + 1 : box
  if (key === 'Home') return 0
  if (key !== 'ArrowDown' || row + 1 >= rows) return box
  for (let at = first[row + 1]; at < first[row + 2]; at++) if (caller[at] === box) return at
  return box
}

/** Boxes that are marked, row by row and each from the left. */
export function hitsOf({ length, isMarked }: FlameAnswer): readonly number[] {
  const hits: number[] = []
  for (let box = 0; box < length; box++) if (isMarked[box] === 1) hits.push(box)
  return hits
}

/** The marked box after another one, or before it; behind the last comes the first. `box` -1: none was shown yet. */
export function nextHit(hits: readonly number[], box: number, isBack: boolean): number {
  const found = isBack ? hits.findLast(hit => hit < box) : hits.find(hit => hit > box)
  return found ?? hits[isBack ? hits.length - 1 : 0]
}

const MERGED = 255

/** `top`: the first pixel that is seen; `active`: the box that keys or the pointer are at. */
export function drawFlame(
  context: CanvasRenderingContext2D,
  flame: FlameAnswer,
  first: Uint32Array,
  look: FlameLook,
  { top, height, width, active, isSearch, names }: FlameSight,
): void {
  context.fillStyle = look.background
  context.fillRect(0, 0, width, height)
  const from = Math.max(0, Math.floor(top / look.row))
  const to = Math.min(flame.rows, Math.ceil((top + height) / look.row))
  if (from >= to) return
  drawBoxes(context, flame, look, first[from], first[to], top, isSearch)
  drawNames(context, flame, names, look, first[from], first[to], top)
  if (active < first[from] || active >= first[to]) return
  const y = flame.depth[active] * look.row - top
  context.strokeStyle = look.text
  context.lineWidth = 2
  context.strokeRect(flame.x[active] + 1, y + 1, Math.max(1, flame.width[active] - 2), look.row - 3)
}

export type FlameSight = {
  readonly top: number
  readonly height: number
  readonly width: number
  readonly active: number
  readonly isSearch: boolean
  /** The answer's, as they are shown. */
  readonly names: readonly string[]
}

/** Colour by colour: each change of it costs more than a box. */
function drawBoxes(
  context: CanvasRenderingContext2D,
  { x, width, depth, tone, merged, isMarked }: FlameAnswer,
  look: FlameLook,
  from: number,
  to: number,
  top: number,
  isSearch: boolean,
): void {
  const colours = [...look.tones.map((colour, i) => [i, colour] as const), [MERGED, look.merged] as const]
  for (const isFound of [0, 1]) {
    for (const [wanted, colour] of colours) {
      context.fillStyle = isFound === 1 ? look.mark : colour
      context.globalAlpha = isSearch && isFound === 0 ? 0.4 : 1
      for (let box = from; box < to; box++) {
        const own = merged[box] > 0 ? MERGED : tone[box]
        if (own !== wanted || isMarked[box] !== isFound) continue
        // A hair between neighbours, as long as there is room for it.
        const gap = width[box] > 3 ? 1 : 0
        context.fillRect(x[box], depth[box] * look.row - top, width[box] - gap, look.row - 1)
      }
    }
  }
  context.globalAlpha = 1
}

function drawNames(
  context: CanvasRenderingContext2D,
  { x, width, depth, name, line, merged }: FlameAnswer,
  names: readonly string[],
  look: FlameLook,
  from: number,
  to: number,
  top: number,
): void {
  const pad = Math.round(look.fontPx / 3)
  const least = 2 * look.fontPx
  context.font = look.font
  context.fillStyle = look.text
  context.textBaseline = 'middle'
  for (let box = from; box < to; box++) {
    if (width[box] < least) continue
    const room = width[box] - 2 * pad
    const text =
      merged[box] > 0
        ? look.advances.fit(`${merged[box]} more`, room)
        : fitPlace(names[name[box]], line[box], room, look.advances)
    if (text !== '') context.fillText(text, x[box] + pad, depth[box] * look.row - top + look.row / 2)
  }
}

/** "(*Mutex).Lock", and by line "(*Mutex).Lock:46": in a narrow box the name alone. */
function fitPlace(name: string, line: number, room: number, advances: Advances): string {
  if (line === 0) return fitName(name, room, advances)
  const end = `:${line}`
  const fitted = fitName(name, room - advances.widthOf(end), advances)
  return fitted === '' ? fitName(name, room, advances) : `${fitted}${end}`
}
