/**
 * Several scenes of the same rows, one over the other: the one made for what is seen now, the one before, a coarse one
 * of the whole trace below them. Where the best has nothing the next is drawn, moved and stretched to the present
 * view; so there is never a blank, and a scene that comes late changes sharpness and not places.
 */
import type { Scene } from '@unhang/core'
import type { View } from './contract.ts'

/** A scene's column c lies at x = offset + scale · c. */
export type Place = { offset: number; scale: number }

/** Stretched by so little, a scene is not stretched: its columns are the canvas's pixels. */
const EXACT_PX = 0.25

/** Writes where the scene lies in a view of `width` pixels. */
export function placeScene(scene: Scene, view: View, width: number, place: Place): void {
  const nsPerPx = (view.endNs - view.startNs) / width
  const nsPerColumn = (scene.endNs - scene.startNs) / scene.columns
  place.scale = nsPerColumn / nsPerPx
  place.offset = (scene.startNs - view.startNs) / nsPerPx
  if (Math.abs(place.scale - 1) * scene.columns < EXACT_PX) {
    place.scale = 1
    // Whole pixels: a picture that is only moved must not shimmer.
    place.offset = Math.round(place.offset)
  }
}

/** Nearest to the view's own resolution first; where two are equally near the finer one. */
export function orderLayers(scenes: Scene[], view: View, width: number): void {
  const nsPerPx = (view.endNs - view.startNs) / width
  const far = (scene: Scene) => {
    const scale = (scene.endNs - scene.startNs) / scene.columns / nsPerPx
    // Coarser than the pixels is better than finer by as much: its columns hold true shares.
    return scale >= 1 ? Math.log2(scale) : -1.5 * Math.log2(scale)
  }
  scenes.sort((a, b) => far(a) - far(b))
}

export function hasRow(scene: Scene, row: number): boolean {
  return row >= scene.firstRow && row < scene.firstRow + scene.rows.length
}

/** The scene that is on top at a row and time. */
export function sceneAt(scenes: readonly Scene[], row: number, timeNs: number): Scene | undefined {
  return scenes.find(scene => hasRow(scene, row) && timeNs >= scene.startNs && timeNs < scene.endNs)
}
