/**
 * Where one looks and where one is going: every change of what is seen goes through here. Movements of the user are
 * told to the page, frame by frame and once more when they are over; what the page itself has set is not told back,
 * unless it had to be changed to be valid.
 */
import type { View } from './contract.ts'
import { isOver, type Motion, viewAt } from './motion.ts'
import { clampView, type Extent, sameView, whole } from './viewport.ts'

/** A wheel is at rest after this long: its steps come one by one. */
const QUIET_MS = 150

const EMPTY: Extent = { durationNs: 0, rowCount: 0, tallRows: 0, seenUnits: 0 }

export class Camera {
  /** What is to be drawn now. */
  current: View = whole(EMPTY)
  extent: Extent = EMPTY
  private motion: Motion | undefined
  private isUnsettled = false
  private quietFromMs = 0
  private readonly tell: (view: View, settled: boolean) => void

  constructor(tell: (view: View, settled: boolean) => void) {
    this.tell = tell
  }

  /** Where it will be once at rest. */
  get target(): View {
    return this.motion?.to ?? this.current
  }

  get isMoving(): boolean {
    return this.motion !== undefined
  }

  /** There are other rows, or another size: what is seen stays, as far as it still exists. */
  setExtent(extent: Extent): void {
    this.extent = extent
    const target = clampView(this.target, extent)
    if (!sameView(target, this.target)) this.jump(target)
  }

  /** Another trace: all of it. */
  reset(extent: Extent): void {
    this.extent = extent
    this.jump(whole(extent))
  }

  /** The page says where. `isProvisional`: it will again, when there are other rows, and is told of no change till then. */
  set(view: View, eased: boolean, nowMs: number, isProvisional = false): void {
    const target = clampView(view, this.extent)
    this.go(target, eased, nowMs)
    this.isUnsettled = !isProvisional && !sameView(target, view)
    this.quietFromMs = nowMs
  }

  /** The user does. */
  move(view: View, eased: boolean, nowMs: number): void {
    const target = clampView(view, this.extent)
    if (sameView(target, this.target)) return
    this.go(target, eased, nowMs)
    this.isUnsettled = true
    this.quietFromMs = nowMs
  }

  /** A step of the movement; false: nothing has changed since the last one. */
  step(nowMs: number): boolean {
    if (this.motion === undefined) return false
    this.current = viewAt(this.motion, nowMs)
    if (isOver(this.motion, nowMs)) this.motion = undefined
    if (this.isUnsettled) this.tell(this.current, false)
    return true
  }

  /** Tells where it came to rest; false: it has not yet, ask again. `isHeld`: a finger is still on it. */
  settle(nowMs: number, isHeld: boolean): boolean {
    if (!this.isUnsettled) return this.motion === undefined
    if (this.motion !== undefined || isHeld || nowMs - this.quietFromMs < QUIET_MS) return false
    this.isUnsettled = false
    this.tell(this.current, true)
    return true
  }

  /** Tells at once: what comes next must not be taken for something older. */
  flush(): void {
    if (!this.isUnsettled) return
    this.isUnsettled = false
    this.tell(this.target, true)
  }

  private jump(view: View): void {
    this.motion = undefined
    this.current = view
  }

  private go(target: View, eased: boolean, nowMs: number): void {
    if (!eased || sameView(target, this.current)) {
      this.jump(target)
      if (this.isUnsettled) this.tell(target, false)
      return
    }
    this.motion = { from: this.current, to: target, startMs: nowMs }
  }
}
