/**
 * The one owner of animation frames: whatever changes sets a flag here, and everything is drawn once, in the next
 * frame. A hidden tab gets no frames, so it neither draws nor asks for scenes.
 */
export type FrameSource = {
  requestAnimationFrame(callback: (nowMs: number) => void): number
  cancelAnimationFrame(handle: number): void
}

export type Scheduler = {
  /** Asks for a frame; many asks before it comes are one. */
  invalidate(): void
  destroy(): void
}

/** `draw` is told the time of the frame and says whether it wants another: something still moves. */
export function createScheduler(source: FrameSource, draw: (nowMs: number) => boolean): Scheduler {
  let handle = -1
  let isDestroyed = false

  const invalidate = () => {
    if (handle === -1 && !isDestroyed) handle = source.requestAnimationFrame(run)
  }
  const run = (nowMs: number) => {
    // Cleared first: what `draw` itself sets off (a scene that was there already) belongs to the next frame.
    handle = -1
    if (draw(nowMs)) invalidate()
  }
  const destroy = () => {
    isDestroyed = true
    if (handle !== -1) source.cancelAnimationFrame(handle)
    handle = -1
  }
  return { invalidate, destroy }
}
