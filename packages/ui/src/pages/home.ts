/**
 * Where the page comes from, and what it can ask there: a server of ours, the file that a report is, or a disk where
 * nobody answers. Whatever it is, captures go to the worker the same way.
 */
import type { WorkerLike } from '../client.ts'
import type { Source } from '../protocol.ts'
import type { Edited, ReportOrigin, SourceLines } from '../state/store.ts'
import type { Found } from './files.ts'

export type Site = { readonly function: string; readonly file: string; readonly line: number }

export type Begun = {
  /** Captures on a server of ours. */
  readonly sources: readonly Source[]
  readonly remarks: readonly string[]
  /** There is a server of ours, which may have the source. */
  readonly isServed: boolean
  readonly report?: Report | undefined
}

/** A report, with what it was told when it was written. */
export type Report = ReportOrigin & { readonly captures: readonly Found[] }

export type Home = {
  readonly makeWorker: () => WorkerLike
  /** Starts another script of the build as a worker: "graph.js". It is fetched, or unpacked, when it is wanted. */
  startWorker(script: string): Promise<WorkerLike>
  /** What the page was started with. */
  begin(): Promise<Begun>
  /** The lines around a place. */
  source(site: Site): Promise<SourceLines | undefined>
  /** Which source was edited since it was read; undefined: none, or nobody knows. */
  edited(): Promise<Edited | undefined>
}
