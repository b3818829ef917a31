/** Ticks become nanoseconds since the trace began, as Go's conversion of old traces makes them (`tracev1.go`). */

export class Clock {
  /** The time of the newest event. */
  nowNs = 0
  private readonly nsPerTick: number
  private origin = Number.NaN

  constructor(ticksPerSecond: number) {
    this.nsPerTick = 1e9 / ticksPerSecond
  }

  /** The first event of all is the origin, whether or not anything comes of it. */
  begin(ticks: number): void {
    if (Number.isNaN(this.origin)) this.origin = ticks
  }

  get hasBegun(): boolean {
    return !Number.isNaN(this.origin)
  }

  /** The time of the next event. No two are equal; and Go puts the trace's begin 1 ns before its first event. */
  stamp(ticks: number): number {
    const ns = Math.trunc((ticks - this.origin) * this.nsPerTick) + 1
    this.nowNs = ns > this.nowNs ? ns : this.nowNs + 1
    return this.nowNs
  }

  /** The time of one more event that stands where the last one stands. */
  again(): number {
    return ++this.nowNs
  }
}
