/** What a round of watching brings, and what is told of it: plain data on both sides of the state machine. */
import type { Verdict, WaitingGroup } from '@unhang/core'

/** Why a server did not answer. */
export type Outage = {
  /** The process is gone or restarts; it takes the connection and says nothing; it answers something else. */
  readonly kind: 'gone' | 'silent' | 'refused'
  /** What was found and what to do, as a complaint says it. */
  readonly found: string
  readonly remedy: string
}

export type Round = {
  /** A clock that never goes back; only differences count. */
  readonly atMs: number
} & (
  | {
      readonly kind: 'dump'
      /** From the question to the last byte. */
      readonly tookMs: number
      readonly goroutines: number
      readonly groups: readonly WaitingGroup[]
    }
  | ({ readonly kind: 'outage' } & { readonly outage: Outage })
)

/** A group as it is, and what it was before. */
export type Change = { readonly group: WaitingGroup; readonly before: number }

/** Why a capture is taken: the group that asks for it most, and how many others grew with it. */
export type CaptureCause = Change & {
  readonly others: number
  /** It has not grown much, but stands there for so long. */
  readonly standsMs?: number
}

export type WatchEvent =
  /** More wait at a line than ever went away again; or more than the last time that it was told. */
  | ({ readonly kind: 'grew' } & Change)
  /** One that was told of is back to what is usual. */
  | ({ readonly kind: 'fell' } & Change)
  | { readonly kind: 'outage'; readonly outage: Outage }
  | { readonly kind: 'back'; readonly afterMs: number; readonly goroutines: number }
  /** The dump takes long: the process is starved, or stopped for long. */
  | { readonly kind: 'slow'; readonly tookMs: number; readonly usualMs: number }
  | { readonly kind: 'quick'; readonly tookMs: number }
  /** To be done at once by whoever drives the machine. */
  | ({ readonly kind: 'capture' } & CaptureCause)

/** What came of a capture. */
export type Outcome = { readonly atMs: number; readonly verdict: Verdict | 'none' }
