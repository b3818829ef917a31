/** What of a scene lies under a point: searched in the arrays that were drawn, never in the picture. */
import type { Scene } from '@unhang/core'

export type Hit =
  | { readonly kind: 'box'; readonly box: number }
  | { readonly kind: 'shares'; readonly share: number; readonly column: number }
  | { readonly kind: 'nothing' }

const NOTHING: Hit = { kind: 'nothing' }

/** `column`: a place in the scene, with a fraction; `slack`: so far beside a box still hits it, in columns. */
export function hitRow(scene: Scene, sceneRow: number, column: number, slack = 0): Hit {
  const box = boxAt(scene, sceneRow, column)
  if (box !== -1) return { kind: 'box', box }
  const share = shareAt(scene, sceneRow, Math.floor(column))
  if (share !== -1) return { kind: 'shares', share, column: scene.shareColumn[share] }
  if (slack <= 0) return NOTHING
  for (const beside of [column - slack, column + slack]) {
    const near = boxAt(scene, sceneRow, beside)
    if (near !== -1) return { kind: 'box', box: near }
  }
  return NOTHING
}

/** The last box that begins at or before the column and reaches past it; -1: none. */
export function boxAt(scene: Scene, sceneRow: number, column: number): number {
  const begin = scene.boxFirst[sceneRow]
  let low = begin
  let high = scene.boxFirst[sceneRow + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (scene.boxX0[middle] <= column) low = middle + 1
    else high = middle
  }
  const box = low - 1
  return box >= begin && column < scene.boxX1[box] ? box : -1
}

/** The nearest tick within `slack` columns; -1: none. */
export function tickNear(scene: Scene, sceneRow: number, column: number, slack: number): number {
  let nearest = -1
  for (let tick = scene.tickFirst[sceneRow]; tick < scene.tickFirst[sceneRow + 1]; tick++) {
    const far = Math.abs(scene.tickX[tick] - column)
    if (far <= slack && !(nearest >= 0 && far >= Math.abs(scene.tickX[nearest] - column))) nearest = tick
  }
  return nearest
}

/** -1: none. */
export function shareAt(scene: Scene, sceneRow: number, column: number): number {
  let low = scene.shareFirst[sceneRow]
  let high = scene.shareFirst[sceneRow + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = scene.shareColumn[middle]
    if (at === column) return middle
    if (at < column) low = middle + 1
    else high = middle
  }
  return -1
}
