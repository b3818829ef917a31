/** How far a long piece of work has come, said often enough for a bar to move and seldom enough to cost nothing. */

/** `doneBytes` grows from call to call, from 0 to `totalBytes` in the last one. */
export type OnProgress = (doneBytes: number, totalBytes: number) => void

/** Calls for one piece of work: a bar moves by some pixels each time, and 2 GiB still bring one in a tenth of a second. */
const STEPS = 160

export class Meter {
  /** No call is due before so many bytes are passed over: a tight loop compares with it instead of calling `to`. */
  next: number
  private readonly size: number
  private readonly passes: number
  private readonly step: number
  private readonly onProgress: OnProgress | undefined
  private passed = 0

  /** For the reading of `size` bytes, each of which is passed over `passes` times. */
  constructor(size: number, onProgress: OnProgress | undefined, passes = 1) {
    this.size = size
    this.passes = passes
    this.step = Math.max(1, (size * passes) / STEPS)
    this.next = onProgress ? this.step : Number.POSITIVE_INFINITY
    this.onProgress = onProgress
    onProgress?.(0, size)
  }

  /** So many more bytes are passed over. */
  add(bytes: number): void {
    this.to(this.passed + bytes)
  }

  /** So many bytes are passed over, all passes counted; fewer than before (work that is repeated) says nothing. */
  to(bytes: number): void {
    if (!(bytes > this.passed)) return
    this.passed = bytes
    // That all is done is for `end` to say: tables are still to be closed.
    if (bytes < this.next || bytes >= this.size * this.passes) return
    this.next = bytes + this.step
    this.onProgress?.(Math.floor(bytes / this.passes), this.size)
  }

  end(): void {
    this.onProgress?.(this.size, this.size)
  }
}
