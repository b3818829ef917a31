/**
 * The page's end of the wire to its worker: numbers requests, hands answers to who asked. Each opening gets a worker of
 * its own: what was open before, a crash, or a file that is still being read, ends with the old one, and its memory too.
 */
import type { Answered, FromWorker, Opened, Progress, RequestName, Requests, Source, ToWorker } from './protocol.ts'

/** As much of a `Worker` as is used. */
export type WorkerLike = {
  postMessage(message: unknown, transfer: Transferable[]): void
  terminate(): void
  onmessage: ((event: MessageEvent) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
  onmessageerror: ((event: MessageEvent) => void) | null
}

/** Nobody waits for this answer any more: something else is being opened. */
export class Superseded extends Error {}

/** The worker is no more. */
export class Crashed extends Error {}

type Waiting = {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
  readonly onProgress: ((progress: Progress) => void) | undefined
}

export type Client = {
  ask<N extends RequestName>(
    name: N,
    ask: Requests[N]['ask'],
    onProgress?: (progress: Progress) => void,
  ): Promise<Requests[N]['answer']>
  open(sources: readonly Source[], onProgress: (progress: Progress) => void): Promise<Opened>
  answer(ask: Requests['answer']['ask'], onProgress: (progress: Progress) => void): Promise<Answered>
  close(): void
}

/** `onCrash` is told once for each worker that dies, in words for the user. */
export function createClient(makeWorker: () => WorkerLike, onCrash: (message: string) => void): Client {
  let worker: WorkerLike | undefined
  let lastId = 0
  const waiting = new Map<number, Waiting>()

  function end(error: Error): void {
    worker?.terminate()
    worker = undefined
    const left = [...waiting.values()]
    waiting.clear()
    for (const { reject } of left) reject(error)
  }

  function crash(text: string): void {
    const message = `the reader of this page stopped: ${text}. Open the files again, or ask in a terminal: unhang diagnose FILE`
    end(new Crashed(message))
    onCrash(message)
  }

  function start(): void {
    const started = makeWorker()
    worker = started
    // A worker that was ended may still have something on its way.
    started.onmessage = ({ data }) => worker === started && take(data as FromWorker)
    started.onerror = event => {
      event.preventDefault?.()
      if (worker === started) crash(event.message || 'its program could not be loaded')
    }
    started.onmessageerror = () => worker === started && crash('it sent something that could not be read')
  }

  function take(message: FromWorker): void {
    const asked = waiting.get(message.id)
    if (!asked) return
    if ('progress' in message) {
      asked.onProgress?.(message.progress)
      return
    }
    waiting.delete(message.id)
    if ('error' in message) asked.reject(new Error(message.error))
    else asked.resolve(message.answer)
  }

  function send(name: RequestName, ask: unknown, transfer: Transferable[], onProgress?: Waiting['onProgress']) {
    return new Promise<unknown>((resolve, reject) => {
      if (!worker) {
        reject(new Crashed('nothing is open'))
        return
      }
      const message: ToWorker = { id: ++lastId, name, ask }
      waiting.set(message.id, { resolve, reject, onProgress })
      worker.postMessage(message, transfer)
    })
  }

  return {
    ask: <N extends RequestName>(name: N, ask: Requests[N]['ask'], onProgress?: Waiting['onProgress']) =>
      send(name, ask, [], onProgress) as Promise<Requests[N]['answer']>,
    open(sources, onProgress) {
      end(new Superseded('something else is being opened'))
      try {
        start()
      } catch (error) {
        // A page from a disk may not start one.
        return Promise.reject(new Crashed(`this page could not start its reader: ${String(error)}`))
      }
      const transfer = sources.flatMap(source => ('bytes' in source ? [source.bytes] : []))
      return send('open', { sources }, transfer, onProgress) as Promise<Opened>
    },
    answer: (ask, onProgress) => send('answer', ask, [], onProgress) as Promise<Answered>,
    close: () => end(new Superseded('the page is closed')),
  }
}
