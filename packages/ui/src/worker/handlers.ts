/** What answers the requests of one page: each family of requests has its own file beside this one. */
import type { Trace } from '@unhang/core'

/** By the index in `Opened.traces`; throws where there is none. */
export type TraceAt = (index: number) => Trace

/** By the same index, by row of goroutine: 1 where the answer says that it is stuck; 0 before there is an answer. */
export type StuckAt = (index: number) => Uint8Array

type Family = { readonly [name: string]: { readonly ask: unknown; readonly answer: unknown } }

export type Handlers<R extends Family> = {
  readonly [K in keyof R]: (ask: R[K]['ask']) => R[K]['answer'] | Promise<R[K]['answer']>
}
