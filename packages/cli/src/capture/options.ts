/** How to fetch from a server, and how much. */

export type Header = readonly [name: string, value: string]

export type FetchOptions = {
  /** The longest silence of the server that is waited out. */
  readonly timeoutSeconds: number
  /** Of one file. */
  readonly maxBytes: number
  readonly headers: readonly Header[]
}

export type CaptureOptions = FetchOptions & {
  /** How long to trace. */
  readonly seconds: number
  /** The folder to write to; undefined: one named after the server and the time. */
  readonly folder: string | undefined
  /** false: no dump with every goroutine (debug=2), which stops the server for as long as Go writes it. */
  readonly fullDump: boolean
}

/** Go's own default for `trace?seconds=` is 1; a hang seen for so short may be chance, so ten. */
export const DEFAULT_SECONDS = 10
/** A dump of a million goroutines stops the world for several seconds before its first byte comes. */
export const DEFAULT_TIMEOUT_SECONDS = 30
/** Ten seconds of the busiest trace we know (50 MB a second) twice over. */
export const DEFAULT_MAX_BYTES = 1e9

/** For commands that fetch as a side line. */
export const DEFAULT_FETCH: FetchOptions = {
  timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
  maxBytes: DEFAULT_MAX_BYTES,
  headers: [],
}
