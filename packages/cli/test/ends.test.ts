/** `unhang diagnose --client A --server B`: the recorded experiment's two processes in one answer. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Finding } from '@unhang/core'
import { DEFAULT_FETCH } from '../src/capture/options.ts'
import { diagnoseNamed } from '../src/commands/answer.ts'

const RECORDED = fileURLToPath(new URL('../../../testdata/captures/go1.26.8', import.meta.url))
const CLIENT = path.join(RECORDED, 'client-late')
const SERVER = path.join(RECORDED, 'server-late')

async function told(
  names: readonly string[],
  ends?: { client: string[]; server: string[] },
): Promise<readonly Finding[]> {
  const { findings } = await diagnoseNamed(names, { ...DEFAULT_FETCH, ...(ends ? { ends } : {}) }, { remark() {} })
  return findings.filter(({ certainty }) => certainty !== 'possible')
}

test("the client's calls wait for the handlers that wait for the lock: with flags, and as plain names in any order", async () => {
  const ends = { client: [CLIENT], server: [SERVER] }
  for (const found of [
    await told([CLIENT, SERVER], ends),
    await told([CLIENT, SERVER]),
    await told([SERVER, CLIENT]),
  ]) {
    const [lock, calls] = found
    assert.deepEqual([found.length, lock.cause, calls.cause], [2, 'forgotten-unlock', 'remote'])
    assert.match(calls.holder.waitsFor ?? '', /at the other end sync\.Mutex\.Lock in main\.\(\*server\)\.AcquireLock/)
    assert.match(calls.evidence.at(-1) ?? '', /10 goroutines wait .* which answers \(\*lockClient\)\.AcquireLock/)
  }
})

test('one end alone says what it says without flags', async () => {
  const [calls] = await told([CLIENT], { client: [CLIENT], server: [] })
  assert.deepEqual(calls, (await told([CLIENT]))[0])
})
