/**
 * The worker that lays out call graphs, from the page's side: one picture at a time, of those that are asked for meanwhile
 * only the last; and an end to one that takes too long. It starts with the first graph and ends with the view.
 */
import type { GraphPicture } from '@unhang/core'
import type { WorkerLike } from '../client.ts'
import type { FromGraph, ToGraph } from '../protocol/graph.ts'

/** The largest picture takes a second or two, and ten on a machine with other things to do. */
const PATIENCE_MS = 20_000

export type Laid = { readonly svg: string } | { readonly error: string }

export class GraphLayout {
  private readonly makeWorker: () => Promise<WorkerLike>
  private worker: Promise<WorkerLike> | undefined
  private lastId = 0
  private next: { readonly picture: GraphPicture; readonly tell: (laid: Laid) => void } | undefined
  private isBusy = false
  private isEnded = false

  constructor(makeWorker: () => Promise<WorkerLike>) {
    this.makeWorker = makeWorker
  }

  /** `tell` is called once, or never: when another picture was asked for, or the view has ended. */
  ask(picture: GraphPicture, tell: (laid: Laid) => void): void {
    this.next = { picture, tell }
    this.run()
  }

  end(): void {
    this.isEnded = true
    this.next = undefined
    this.stop()
  }

  private async run(): Promise<void> {
    if (this.isBusy || this.isEnded || !this.next) return
    const { picture, tell } = this.next
    this.next = undefined
    this.isBusy = true
    const laid = await this.lay(picture)
    this.isBusy = false
    if (this.isEnded) return
    if (!this.next) tell(laid)
    this.run()
  }

  private async lay(picture: GraphPicture): Promise<Laid> {
    try {
      this.worker ??= this.makeWorker()
      const worker = await this.worker
      const id = ++this.lastId
      const message: ToGraph = { id, picture }
      return await new Promise<Laid>(resolve => {
        const timer = setTimeout(() => {
          this.stop()
          resolve({ error: `laying it out took longer than ${PATIENCE_MS / 1000} s: narrow the profile` })
        }, PATIENCE_MS)
        const done = (laid: Laid) => {
          clearTimeout(timer)
          resolve(laid)
        }
        worker.onmessage = ({ data }) => {
          const answer = data as FromGraph
          if (answer.id === id) done('svg' in answer ? { svg: answer.svg } : { error: answer.error })
        }
        worker.onerror = event => {
          event.preventDefault?.()
          this.stop()
          done({ error: event.message || 'its program could not be loaded' })
        }
        worker.postMessage(message, [])
      })
    } catch (error) {
      this.stop()
      return { error: error instanceof Error ? error.message : String(error) }
    }
  }

  private stop(): void {
    this.worker?.then(worker => worker.terminate()).catch(() => undefined)
    this.worker = undefined
  }
}
