/**
 * The worker's door: a message in, an answer out, in order. Whatever goes wrong with one request is told, and the next is
 * taken. Diagnosis and MMU curve alone let others pass: they take long, and what is open is looked at meanwhile.
 */
import type { FromWorker, Progress, ToWorker } from '../protocol.ts'
import { Session } from './session.ts'
import { packed } from './transfer.ts'

declare const self: DedicatedWorkerGlobalScope

type DedicatedWorkerGlobalScope = {
  onmessage: ((event: { data: ToWorker }) => void) | null
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void
}

/** A bar that moves thirty times a second looks fluid; telling more often costs the reader time. */
const PROGRESS_EVERY_MS = 33

function reporter(id: number): (progress: Progress) => void {
  let last = ''
  let lastMs = 0
  return progress => {
    const now = performance.now()
    const stage = `${progress.stage} ${progress.name}`
    if (stage === last && now - lastMs < PROGRESS_EVERY_MS) return
    last = stage
    lastMs = now
    self.postMessage({ id, progress }, [])
  }
}

const PASSED: ReadonlySet<string> = new Set(['answer', 'mmu'])

const session = new Session(reporter)
// Opening lets go of the thread while it fetches: what is asked meanwhile waits for its turn.
let turn: Promise<void> = Promise.resolve()

self.onmessage = ({ data }) => {
  const taken = turn.then(() => take(data))
  if (!PASSED.has(data.name)) turn = taken
}

async function take({ id, name, ask }: ToWorker): Promise<void> {
  try {
    const answer = await session.answer(id, name, ask as never)
    const { message, transfer } = packed(answer)
    self.postMessage({ id, answer: message }, transfer)
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) }, [])
  }
}
