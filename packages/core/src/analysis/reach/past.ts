/**
 * Those that were woken at a line while the trace was taken, and by whom: of the very line where others wait now. Where
 * each was woken by a goroutine and never by a timer, no timer is what the others wait for; where each went on and has
 * ended, none of them came back for more work, so nobody idles there.
 */
import type { Trace } from '../../trace/tables.ts'

export type Past = {
  /** All were woken by goroutines. */
  readonly byHand: boolean
  /** And have ended, none of them having come back to the line. */
  readonly once: boolean
  /** Each was woken by one that received: at this line something is sent, in a select too. */
  readonly sends: boolean
  /** One was woken by nobody: a timer, or the network. */
  readonly timed: boolean
}

export const NO_PAST: Past = { byHand: false, once: false, sends: false, timed: false }

/** More of one line than these are a crowd's line, of which one does not go on and end. */
const MAX_WOKEN = 256

/** What is seen of one line, in order of time. */
export class Woken {
  private readonly goroutines = new Set<number>()
  private byNobody = false
  private back = false
  private received = true

  /** `by` -1: a timer, or the network; `receives`: it was woken by one that took from a channel. */
  add(g: number, by: number, receives: boolean): void {
    if (by < 0) this.byNobody = true
    if (!receives) this.received = false
    if (this.goroutines.size < MAX_WOKEN) this.goroutines.add(g)
    else this.back = true
  }

  /** One waits at the line. */
  comes(g: number): void {
    if (!this.back && this.goroutines.has(g)) this.back = true
  }

  past({ goroutines: { deathNs } }: Trace): Past {
    const woken = [...this.goroutines]
    const byHand = woken.length > 0 && !this.byNobody
    const ended = !this.back && woken.every(g => !Number.isNaN(deathNs[g]))
    return { byHand, once: byHand && ended, sends: byHand && this.received, timed: this.byNobody }
  }
}
