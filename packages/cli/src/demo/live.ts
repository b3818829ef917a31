/**
 * The experiment as it happens: which program runs when, and what is captured meanwhile. Each scene ends in a folder
 * as `unhang capture` writes it.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Captured, capture } from '../capture/bundle.ts'
import type { Endpoint } from '../capture/endpoints.ts'
import { DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_SECONDS } from '../capture/options.ts'
import { readTarget } from '../capture/target.ts'
import type { Progress } from '../print/progress.ts'
import { type Client, type Experiment, ExperimentError, type Load, type Server } from './experiment.ts'

export type TakeOptions = {
  /** Called when the trace begins. */
  readonly onTrace?: () => void
  /** What to ask for; all that `unhang capture` asks for, where it is left out. */
  readonly endpoints?: readonly Endpoint[]
}

/** Fetches from `pprof` into a new folder. */
export type Take = (
  pprof: string,
  folder: string,
  seconds: number,
  signal: AbortSignal,
  options?: TakeOptions,
) => Promise<Captured>

/** The real capture, shown by `progress`. `version` is that of unhang, for the manifest. */
export function takeWith(progress: Progress, version: string): Take {
  return (pprof, folder, seconds, signal, options) => {
    const limits = { timeoutSeconds: DEFAULT_TIMEOUT_SECONDS, maxBytes: DEFAULT_MAX_BYTES, headers: [] }
    const watched: Progress = {
      ...progress,
      begin(label, length) {
        if (label === 'trace') options?.onTrace?.()
        return progress.begin(label, length)
      },
    }
    return capture(
      readTarget(pprof),
      { seconds, folder, fullDump: true, ...limits },
      version,
      watched,
      signal,
      options?.endpoints,
    )
  }
}

/** The trace has begun and shows a quiet server before the first call: what `since` is measured from. */
const BEFORE_CALLS_MS = 700

/**
 * Scene 1: the server is traced from before the first call, so that the trace sees the lock taken and not released.
 * `startClient` is called with the server when its trace has been running for a while.
 */
export async function catchServer(
  experiment: Experiment,
  startClient: (server: Server) => Promise<Client>,
  take: Take,
  folder: string,
  seconds: number,
  signal: AbortSignal,
): Promise<{ server: Server; client: Client }> {
  const server = await experiment.startServer({ fixed: false })
  let started: Promise<Client> | undefined
  const start = async () => {
    await delay(BEFORE_CALLS_MS, undefined, { signal })
    return startClient(server)
  }
  const onTrace = () => {
    started = start()
    // It is awaited below; until then a failure must not pass for one that nobody handles.
    started.catch(() => {})
  }
  await take(server.pprof, folder, seconds, signal, { onTrace })
  if (!started) throw new ExperimentError('the server of the experiment gave no trace')
  return { server, client: await started }
}

/** Scene with `-fixed`: the same server unlocks, and a steady load goes through it while it is traced. */
export async function catchHealthy(
  experiment: Experiment,
  load: Load & { readonly forSeconds: number },
  take: Take,
  folder: string,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const server = await experiment.startServer({ fixed: true })
  await experiment.startClient(server, load)
  // Connections are made and stacks have grown: an ordinary moment of a busy server.
  await delay(BEFORE_CALLS_MS, undefined, { signal })
  await take(server.pprof, folder, seconds, signal)
}

/** The folders of the scenes below one folder. */
export function sceneFolders(parent: string) {
  return {
    serverCaught: join(parent, 'server-caught'),
    serverLate: join(parent, 'server-late'),
    clientCaught: join(parent, 'client-caught'),
    clientLate: join(parent, 'client-late'),
    serverFixed: join(parent, 'server-fixed'),
  }
}
