/**
 * Dumps of real hangs as people posted them: who waits where, as the README beside them says it, in the words of the
 * projects' fixes. Which of them are accused is for the tests of `diagnose` to say.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Dump, groupDump, readDumps } from '../src/index.ts'

const POSTED = fileURLToPath(new URL('../../../../shared/dumps', import.meta.url))

/** A goroutine's id (NaN: its header is cut), function, reason and minutes (-1: none shown). */
type Waiter = readonly [id: number, where: string, reason: string, minutes: number]

/** Goroutines (or stacks of debug=1), and the ones that matter. */
const HANGS: Readonly<Record<string, readonly [goroutines: number, ...waiters: Waiter[]]>> = {
  'etcd-5509.txt': [
    28,
    [65, 'clientv3.(*Client).retryConnection', 'semacquire', 9],
    [61, 'clientv3.(*Client).Close', 'chan receive', 9],
  ],
  'etcd-10492.txt': [
    3,
    [13, 'lease.(*lessor).Checkpoint', 'semacquire', -1],
    [15, 'lease.(*lessor).revokeExpiredLeases', 'semacquire', -1],
  ],
  'etcd-7443.txt': [
    2,
    [Number.NaN, 'grpc.(*addrConn).tearDown', '', -1],
    [70415, 'clientv3.(*simpleBalancer).Up', 'chan send', 10],
  ],
  'grpc-795.txt': [
    2,
    [7, 'grpc.(*Server).GracefulStop', 'semacquire', -1],
    [9, 'grpc.(*Server).Serve', 'semacquire', -1],
  ],
  'grpc-3017.txt': [
    3,
    [22, 'grpclb.(*lbCacheClientConn).NewSubConn', 'semacquire', -1],
    [6, 'grpclb.(*lbCacheClientConn).RemoveSubConn.func1', 'semacquire', -1],
  ],
  'cockroach-1055.txt': [
    8,
    [25, 'util.(*Stopper).Stop', 'semacquire', -1],
    [22, 'util.TestStopperQuiesce.func1', 'chan receive', -1],
    [21, 'util.TestStopperQuiesce', 'running', -1],
  ],
  'kubernetes-25331.txt': [32, [215, 'etcd3.(*watchChan).run', 'chan send', 9]],
  'kubernetes-38669.txt': [4, [81, 'storage.(*cacheWatcher).sendWatchCacheEvent', 'chan send', -1]],
  'moby-29733.txt': [3, [7, 'plugins.(*Plugin).waitActive', 'semacquire', -1]],
  'serving-2137.txt': [
    5,
    [3783, 'queue.(*Breaker).concurrentRequest.func1.1', 'semacquire', -1],
    [3826, 'queue.(*Breaker).Maybe', 'chan send', -1],
    [3823, 'queue.unlock', 'chan receive', -1],
  ],
  'hugo-3251.txt': [
    3,
    [27, 'tplimpl.(*remoteLock).URLLock', 'semacquire', -1],
    [72, 'tplimpl.(*remoteLock).URLUnlock', 'semacquire', -1],
  ],
  'istio-17860.txt': [
    5,
    [20, 'envoy.(*agent).Run', 'semacquire', -1],
    [22, 'envoy.(*agent).waitUntilLive', 'select', -1],
  ],
  'kvstore-raft.txt': [
    13,
    [23, 'consensus.(*RaftConsensus).Start.func2', 'sync.Mutex.Lock', -1],
    [22, 'consensus.(*RaftConsensus).Start.func1', 'chan receive', -1],
    [103, 'rpc.SendRequestVote', 'select', -1],
    [274, 'net/rpc.(*Client).Call', 'chan receive', -1],
  ],
}

/** Dumps in the form of debug=1: their sum, their stacks, and the largest crowd. */
const CROWDS: Readonly<Record<string, readonly [total: number, stacks: number, crowd: number, where: string]>> = {
  'cdk-erigon-txgaslogger.txt': [5171, 66, 5067, 'zk/utils.(*TxGasLogger).Start.func1'],
  'nats-jetstream-mqtt.txt': [7046, 30, 1004, 'server.(*raft).fileWriter'],
}

/** Goroutines of the test inputs of another parser; nothing hangs there. */
const FORMS: Readonly<Record<string, number>> = {
  'gostackparse-ancestors.txt': 3,
  'gostackparse-cgo.txt': 3,
  'gostackparse-errorhandling.txt': 3,
  'gostackparse-frameselided_goroutine.txt': 2,
  'gostackparse-go121_createdby.txt': 2,
  'gostackparse-lockedm.txt': 1,
  'gostackparse-waitsince.txt': 9,
  'gostackparse-windows.txt': 1,
}

const read = (name: string) => readDumps(new Uint8Array(readFileSync(join(POSTED, name))))
const skip = !existsSync(POSTED) && 'no ../shared/dumps'

/** Names of functions on the stack of a row, without the path before the package. */
function stackOf({ rows, stacks, frames, strings }: Dump, row: number): string[] {
  const stack = rows.stack[row]
  const names = stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1])
  return Array.from(names, frame => strings.text(frames.function[frame]))
}

const isAt = (name: string, where: string) => name === where || name.endsWith(`/${where}`)

for (const [name, [goroutines, ...waiters]] of Object.entries(HANGS))
  test(`${name}: who waits where`, { skip }, () => {
    const dumps = read(name)
    assert.equal(dumps.length, 1)
    const [dump] = dumps
    const { rows, strings } = dump
    assert.equal(rows.length, goroutines)
    assert.deepEqual(dump.problems, [])
    for (const [id, where, reason, minutes] of waiters) {
      const row = rows.id.findIndex(known => Object.is(known, id))
      assert.notEqual(row, -1, `goroutine ${id}`)
      assert.ok(
        stackOf(dump, row).some(frame => isAt(frame, where)),
        `${id} in ${where}`,
      )
      assert.deepEqual([strings.text(rows.reason[row]), rows.minutes[row]], [reason, minutes], `goroutine ${id}`)
    }
  })

for (const [name, [total, stacks, crowd, where]] of Object.entries(CROWDS))
  test(`${name}: the crowd and the sum`, { skip }, () => {
    const [dump] = read(name)
    assert.deepEqual([dump.total, dump.rows.length, dump.problems.length], [total, stacks, 0])
    const [largest] = groupDump(dump)
    assert.equal(largest.count, crowd)
    const row = dump.rows.stack.indexOf(largest.stack)
    assert.ok(
      stackOf(dump, row).some(frame => isAt(frame, where)),
      stackOf(dump, row).join(),
    )
  })

test('test inputs of another parser', { skip }, () => {
  for (const [name, goroutines] of Object.entries(FORMS)) assert.equal(read(name)[0].rows.length, goroutines, name)
  const elided = read('gostackparse-frameselided_goroutine.txt')[0]
  assert.ok(elided.rows.elided.includes(1))
  const waited = read('gostackparse-waitsince.txt')[0]
  assert.ok(waited.rows.minutes.some(minutes => minutes > 0))
  const locked = read('gostackparse-lockedm.txt')[0]
  assert.ok(locked.rows.locked.includes(1))
})

test('none of them is taken for several, and none is left out', { skip }, () => {
  for (const name of readdirSync(POSTED)) if (name !== 'README.md') assert.equal(read(name).length, 1, name)
})
