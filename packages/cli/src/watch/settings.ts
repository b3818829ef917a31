/** When a crowd is one. Counts are of goroutines, times of the clock of the rounds. */

export type WatchSettings = {
  /** So many more than usual, and twice as many as usual, wait at one line. */
  readonly threshold: number
  /** Before the same group is captured again; longer each time that nothing was found. */
  readonly pauseMs: number
}

export const DEFAULT_INTERVAL_SECONDS = 5
export const DEFAULT_THRESHOLD = 10
export const DEFAULT_PAUSE_SECONDS = 600
export const DEFAULT_MAX_CAPTURES = 10

/** Goroutines that may idle come with each connection and worker: many more of them are nothing special. */
export const IDLE_FACTOR = 10
/** Rounds above the bar until it is told of. */
export const TOLD_ROUNDS = 2
/** Rounds above the bar, and none of them with less than the one before, until it is captured. */
export const HELD_ROUNDS = 3
/** Rounds above the bar until it is captured although it swings: callers that give up make room for others. */
export const SWINGING_ROUNDS = 12
/** Where the same number stands for long, and none ever leaves, a few are enough: a tenth of the threshold. */
export const STANDING_SHARE = 0.1
/** How long: a lock is held for microseconds. */
export const STANDING_AT_LOCK_MS = 60_000
/** A sender, or who waits for others to be done, is in the middle of something. */
export const STANDING_AT_WORK_MS = 300_000
/** A call or a handler may wait for what comes rarely: a subscriber, a stream. */
export const STANDING_IN_CALL_MS = 900_000
/** A new process starts what it always has within this time. */
export const SETTLING_MS = 60_000
/** A level that a group has come down from counts less with time: half of it after so long. */
export const FADING_MS = 3600_000
