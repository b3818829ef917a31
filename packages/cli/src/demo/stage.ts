/** The acts of the demo with the real programs: what runs beside what, and what is left out when time is short. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { formatCount } from '@unhang/core'
import { endpointsFor } from '../capture/endpoints.ts'
import { Complaint } from '../complaint.ts'
import type { Progress } from '../print/progress.ts'
import { ACTS, type Act, type Scene } from './acts.ts'
import { type Client, type Experiment, ExperimentError, type Server } from './experiment.ts'
import { limitedSignal } from './limit.ts'
import { catchHealthy, catchServer, sceneFolders, type Take, takeWith } from './live.ts'

export type StageOptions = {
  readonly goroutines: number
  /** For the captures; exists. */
  readonly folder: string
  /** Of unhang, for the manifests. */
  readonly version: string
  /** A new line of progress, for one capture. */
  readonly watch: () => Progress
  /** For what goes on beside it. */
  readonly silent: Progress
  readonly signal: AbortSignal
}

/** The first call comes 0.7 s in; a client of a million goroutines is still being born at the end. */
const CAUGHT_SECONDS = 5
/** Long enough for the last call to have come, short enough to wait for. */
const BEFORE_LATE_MS = 3000
const LATE_SECONDS = 3
const CLIENT_SECONDS = 1
/** 4 s for the trace of a million goroutines and 2 s for each dump, when nothing else goes on. */
const CLIENT_LIMIT_MS = 34_000
/**
 * Above so many goroutines a dump with debug=2 is left out: Go cuts it at 64 MB (`runtime/pprof/pprof.go`), and a
 * million of them stood still for 15 s while it was written. debug=1 has all of them, counted.
 */
const MOST_WITH_DEBUG2 = 100_000
/** The last act takes five seconds; begun later than this, all of the demo would last longer than a minute. */
const FIXED_LATEST_MS = 48_000
const FIXED_SECONDS = 1
/** A hundred goroutines that call as fast as ten at a time can. */
const FIXED_LOAD = { goroutines: 100, forSeconds: 30 }

/**
 * The acts, to be played in order and once. The client is captured in the background from the end of the first act on.
 * `experiment` is for the caller to close, whatever happens.
 */
export function liveActs(experiment: Experiment, options: StageOptions): readonly Act[] {
  const { goroutines, signal } = options
  const take = watchedTake(options)
  const folders = sceneFolders(options.folder)
  const startMs = performance.now()
  let running: { server: Server; client: Client } | undefined
  let clientScene: Promise<Scene> | undefined

  const caught = async () => {
    const startClient = (server: Server) => experiment.startClient(server, { goroutines })
    running = await catchServer(experiment, startClient, take, folders.serverCaught, CAUGHT_SECONDS, signal)
    clientScene = captureClient(running.client, options, folders.clientLate)
    return { folder: folders.serverCaught }
  }
  const late = async () => {
    await delay(BEFORE_LATE_MS, undefined, { signal })
    await take(running!.server.pprof, folders.serverLate, LATE_SECONDS, signal)
    return { folder: folders.serverLate }
  }
  const client = async () => {
    const progress = options.watch()
    const step = progress.begin(`dump and trace of ${formatCount(goroutines)} goroutines`)
    const scene = await clientScene!
    if ('skipped' in scene) step.failed()
    else step.bytes(sizeOf(scene.folder))
    step.end()
    progress.finish('')
    return scene
  }
  const fixed = async () => {
    if (performance.now() - startMs > FIXED_LATEST_MS) return { skipped: 'left out: this machine is slow today' }
    await experiment.stop()
    try {
      await catchHealthy(experiment, FIXED_LOAD, take, folders.serverFixed, FIXED_SECONDS, signal)
    } catch (error) {
      if (error instanceof ExperimentError) return { skipped: `left out: ${error.message}` }
      throw error
    }
    return { folder: folders.serverFixed }
  }
  return [
    { ...ACTS.caught, capture: caught },
    { ...ACTS.late, capture: late },
    { ...ACTS.client, capture: client },
    { ...ACTS.fixed, capture: fixed },
  ]
}

/** Bytes of the files in a folder. */
function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

/** One line of progress for each capture; one that was interrupted is not worth an answer. */
function watchedTake({ watch, version }: StageOptions): Take {
  return async (pprof, folder, seconds, signal, more) => {
    const progress = watch()
    const taking = takeWith(progress, version)(pprof, folder, seconds, signal, more)
    const captured = await taking.finally(() => progress.finish(''))
    signal.throwIfAborted()
    return captured
  }
}

/** Never rejects: the client's answer is an extra. */
async function captureClient(client: Client, options: StageOptions, folder: string): Promise<Scene> {
  const take = takeWith(options.silent, options.version)
  const endpoints = endpointsFor(CLIENT_SECONDS).filter(
    ({ form }) => form !== 'debug2' || options.goroutines <= MOST_WITH_DEBUG2,
  )
  const limited = limitedSignal(options.signal, CLIENT_LIMIT_MS)
  try {
    const { manifest } = await take(client.pprof, folder, CLIENT_SECONDS, limited.signal, { endpoints })
    const useful = manifest.files.some(({ what, complete }) => what === 'trace' && complete)
    return useful ? { folder } : { skipped: `left out: no trace came within ${CLIENT_LIMIT_MS / 1000} s` }
  } catch (error) {
    return { skipped: `left out: ${error instanceof Complaint ? error.found : String(error)}` }
  } finally {
    limited.clear()
  }
}
