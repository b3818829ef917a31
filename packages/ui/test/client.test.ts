/** The wire to the worker, with a worker that does as it is told. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Crashed, createClient, Superseded, type WorkerLike } from '../src/client.ts'
import type { FromWorker, Opened, Progress, ToWorker } from '../src/protocol.ts'

class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null
  onerror: WorkerLike['onerror'] = null
  onmessageerror: WorkerLike['onmessageerror'] = null
  readonly sent: ToWorker[] = []
  readonly transferred: Transferable[] = []
  isTerminated = false

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.sent.push(message as ToWorker)
    this.transferred.push(...transfer)
  }
  terminate(): void {
    this.isTerminated = true
  }
  say(data: FromWorker): void {
    this.onmessage?.({ data } as MessageEvent)
  }
  die(message: string): void {
    this.onerror?.({ message, preventDefault() {} } as ErrorEvent)
  }
}

const OPENED: Opened = {
  inputs: [],
  traces: [],
  expanded: [],
  dumps: [],
  refused: [],
}

function setUp() {
  const workers: FakeWorker[] = []
  const crashes: string[] = []
  const client = createClient(
    () => {
      workers.push(new FakeWorker())
      return workers[workers.length - 1]
    },
    message => crashes.push(message),
  )
  return { client, workers, crashes }
}

describe('the client', () => {
  it('gives each answer to who asked, in whatever order they come', async () => {
    const { client, workers } = setUp()
    const opening = client.open([], () => {})
    const first = client.ask('spanAt', { trace: 0, row: 1, timeNs: 2 })
    const second = client.ask('spanAt', { trace: 0, row: 2, timeNs: 2 })
    const [worker] = workers
    assert.deepEqual(
      worker.sent.map(({ name }) => name),
      ['open', 'spanAt', 'spanAt'],
    )
    const ids = worker.sent.map(({ id }) => id)
    worker.say({ id: ids[2], answer: 22 })
    worker.say({ id: ids[1], answer: 11 })
    worker.say({ id: ids[0], answer: OPENED })
    assert.deepEqual(await Promise.all([opening, first, second]), [OPENED, 11, 22])
  })

  it('tells progress while it opens, and hands over the bytes', async () => {
    const { client, workers } = setUp()
    const seen: Progress[] = []
    const bytes = new ArrayBuffer(8)
    const opening = client.open([{ name: 'a', bytes }], progress => seen.push(progress))
    const { id } = workers[0].sent[0]
    const progress: Progress = { stage: 'reading', name: 'a', done: 4, total: 8 }
    workers[0].say({ id, progress })
    workers[0].say({ id, answer: OPENED })
    await opening
    assert.deepEqual(seen, [progress])
    assert.deepEqual(workers[0].transferred, [bytes])
  })

  it('rejects what the worker could not answer, and lives on', async () => {
    const { client, workers } = setUp()
    client.open([], () => {})
    const bad = client.ask('minimap', { trace: 7, columns: 10 })
    const good = client.ask('spanAt', { trace: 0, row: 0, timeNs: 0 })
    workers[0].say({ id: workers[0].sent[1].id, error: 'there is no trace number 7' })
    workers[0].say({ id: workers[0].sent[2].id, answer: 5 })
    await assert.rejects(bad, /there is no trace number 7/)
    assert.equal(await good, 5)
  })

  it('ends with the old worker what was asked of it', async () => {
    const { client, workers } = setUp()
    const old = client.open([], () => assert.fail('nobody listens to this any more'))
    const late = client.ask('spanAt', { trace: 0, row: 0, timeNs: 0 })
    const fresh = client.open([], () => {})
    await assert.rejects(old, Superseded)
    await assert.rejects(late, Superseded)
    assert.equal(workers[0].isTerminated, true)
    // What it had still on its way is nobody's answer, even where numbers were alike.
    workers[0].say({ id: workers[1].sent[0].id, answer: 'old' })
    workers[0].say({ id: workers[0].sent[0].id, progress: { stage: 'reading', name: '', done: 0, total: 0 } })
    workers[1].say({ id: workers[1].sent[0].id, answer: OPENED })
    assert.deepEqual(await fresh, OPENED)
  })

  it('says once that the worker died, rejects all that waits, and opens again', async () => {
    const { client, workers, crashes } = setUp()
    const opening = client.open([], () => {})
    const asked = client.ask('spanAt', { trace: 0, row: 0, timeNs: 0 })
    workers[0].die('out of memory')
    workers[0].die('out of memory')
    await assert.rejects(opening, Crashed)
    await assert.rejects(asked, /out of memory/)
    assert.equal(crashes.length, 1)
    assert.match(crashes[0], /stopped: out of memory\. Open the files again/)
    await assert.rejects(client.ask('spanAt', { trace: 0, row: 0, timeNs: 0 }), Crashed)
    const again = client.open([], () => {})
    workers[1].say({ id: workers[1].sent[0].id, answer: OPENED })
    assert.deepEqual(await again, OPENED)
  })

  it('says so where a page may not start a worker', async () => {
    const client = createClient(
      () => {
        throw new Error('SecurityError')
      },
      () => {},
    )
    await assert.rejects(
      client.open([], () => {}),
      /could not start its reader.*SecurityError/,
    )
  })
})
