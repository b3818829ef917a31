/**
 * The minimap's picture: for each column of pixels how much of all goroutines' time was spent in which state. In a
 * large server nearly all of it is waiting, and a true picture would be grey; so waiting is left out, and the busiest
 * column is as high as the picture. What full height means is said beside it.
 */
import { type Minimap, PAINTS, Paint } from '@unhang/core'
import type { PaintList } from './paint-list.ts'
import { STACK_ORDER } from './paint-rows.ts'

/** The largest share of a column that is not waiting, of 255. */
export function busiest(minimap: Minimap): number {
  let most = 0
  for (let column = 0; column < minimap.columns; column++) most = Math.max(most, busyAt(minimap, column))
  return most
}

function busyAt(minimap: Minimap, column: number): number {
  let sum = 0
  for (let paint = 0; paint < PAINTS; paint++) {
    if (paint !== Paint.waiting) sum += minimap.shares[column * PAINTS + paint]
  }
  return sum
}

export function paintMinimap(list: PaintList, minimap: Minimap): void {
  const { width, height } = list
  const full = Math.max(busiest(minimap), 1)
  for (let x = 0; x < width; x++) {
    const column = Math.min(Math.floor(((x + 0.5) / width) * minimap.columns), minimap.columns - 1)
    let sum = 0
    let from = 0
    for (let place = 0; place < PAINTS; place++) {
      const paint = STACK_ORDER[place]
      const share = minimap.shares[column * PAINTS + paint]
      if (share === 0 || paint === Paint.waiting) continue
      sum += share
      const next = Math.min(Math.max(Math.round((sum / full) * height), from + 1), height)
      list.add(x, height - next, x + 1, height - from, paint)
      from = next
    }
  }
}
