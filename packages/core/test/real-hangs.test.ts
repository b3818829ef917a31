/**
 * Dumps of real hangs, whose causes the maintainers have told (`README.md` beside the dumps, table "Hangs"): who waits
 * where for a lock must be named, and who has it must be what the table says or unknown. Skipped where the dumps are not.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import type { Finding } from '../src/analysis/diagnosis.ts'
import { readDump } from '../src/dump/read.ts'
import { ROOT } from './oracle.ts'

const DUMPS = join(ROOT, '../shared/dumps')

type Expected = {
  readonly verdict: 'hang' | 'healthy'
  /** The waiters' line, or one of them. */
  readonly site: RegExp
  readonly waiters: readonly number[]
  readonly holder: string
  readonly cause: Finding['cause']
}

const LOCKS: { readonly [file: string]: Expected } = {
  'etcd-5509': { verdict: 'hang', site: /retryConnection$/, waiters: [65], holder: 'unknown', cause: 'unknown' },
  'etcd-10492': {
    verdict: 'hang',
    site: /Checkpoint$|revokeExpiredLeases$/,
    waiters: [13, 15],
    holder: 'self 13 Renew',
    cause: 'self-deadlock',
  },
  // Its header is cut: no id.
  'etcd-7443': {
    verdict: 'hang',
    site: /tearDown$/,
    waiters: [],
    holder: 'waiting 70415 resetTransport',
    cause: 'holder-blocked',
  },
  'grpc-795': {
    verdict: 'hang',
    site: /GracefulStop$|Serve$/,
    waiters: [7, 9],
    holder: 'unknown',
    cause: 'forgotten-unlock',
  },
  'grpc-3017': {
    verdict: 'hang',
    site: /NewSubConn$|RemoveSubConn\.func1$/,
    waiters: [6, 22],
    holder: 'unknown',
    cause: 'forgotten-unlock',
  },
  'serving-2137': {
    verdict: 'hang',
    site: /concurrentRequest\.func1\.1$/,
    waiters: [3783],
    holder: 'unknown',
    cause: 'unknown',
  },
  // Who has the lock is not in the excerpt.
  'hugo-3251': {
    verdict: 'hang',
    site: /URLLock$|URLUnlock$/,
    waiters: [27, 72],
    holder: 'unknown',
    cause: 'forgotten-unlock',
  },
  'istio-17860': { verdict: 'hang', site: /\(\*agent\)\.Run$/, waiters: [20], holder: 'unknown', cause: 'unknown' },
  // Every wait inside ends after a second: no hang that one dump could prove.
  'kvstore-raft': {
    verdict: 'healthy',
    site: /Start\.func2$/,
    waiters: [23],
    holder: 'waiting 22 func1',
    cause: 'holder-blocked',
  },
}

/** Of each dump all that is told for sure: who waits where. Nobody else is accused. */
const WAITS: { readonly [file: string]: readonly string[] } = {
  'etcd-5509': ['retryConnection 65', 'Close 61'],
  'etcd-10492': ['Checkpoint 13', 'revokeExpiredLeases 15'],
  'etcd-7443': ['Up 70415', 'tearDown '],
  'grpc-795': ['GracefulStop 7', 'Serve 9'],
  'grpc-3017': ['NewSubConn 22', 'func1 6'],
  'cockroach-1055': ['func1 22,23,24', 'Stop 25'],
  'kubernetes-25331': ['TestWatchErrResultNotBlockAfterCancel 43', 'run 215'],
  'kubernetes-38669': ['sendWatchCacheEvent 81'],
  'moby-29733': ['waitActive 7'],
  'serving-2137': ['func1.1 3783', 'Maybe 3826', 'unlock 3823'],
  'hugo-3251': ['URLLock 27', 'URLUnlock 72'],
  'istio-17860': ['Run 20'],
  'kvstore-raft': [],
  'nats-jetstream-mqtt': [],
  'cdk-erigon-txgaslogger': [],
}

const byNumber = (a: number, b: number) => a - b

const diagnosed = (file: string) =>
  diagnose([{ name: file, kind: 'dump', dump: readDump(readFileSync(join(DUMPS, `${file}.txt`))) }])

if (!existsSync(DUMPS)) test('real dumps', t => t.skip('there is no ../shared/dumps on this machine'))
else {
  for (const [file, expected] of Object.entries(LOCKS)) {
    test(`${file}: who waits for the lock, and who has it`, () => {
      const { verdict, findings } = diagnosed(file)
      const locks = findings.filter(({ kind }) => kind === 'mutex' || kind === 'rwmutex')
      // One finding for each line, and all of one lock.
      for (const { site, cause, lock } of locks) {
        assert.match(site.function, expected.site)
        assert.equal(cause, expected.cause)
        assert.equal(lock, locks[0].lock)
      }
      const { state, goroutine, function: name } = locks[0].holder
      assert.deepEqual(locks.flatMap(({ waiters }) => waiters.goroutines).sort(byNumber), expected.waiters)
      assert.equal([state, goroutine, name?.split('.').at(-1)].filter(Boolean).join(' '), expected.holder)
      assert.equal(verdict, expected.verdict)
    })
  }

  for (const [file, expected] of Object.entries(WAITS)) {
    test(`${file}: who is stuck, and nobody else`, () => {
      const sure = diagnosed(file).findings.filter(({ certainty }) => certainty !== 'possible')
      const told = sure.map(({ site, waiters }) => `${/[^.]*(\.\d+)?$/.exec(site.function)![0]} ${waiters.goroutines}`)
      assert.deepEqual(told, expected)
    })
  }

  test('kvstore-raft: the chain ends at the calls of its children', () => {
    const [finding] = diagnosed('kvstore-raft').findings
    assert.match(
      finding.holder.waitsFor ?? '',
      /for goroutines 103 and 104, which wait for select in rpc\.SendRequestVote/,
    )
  })

  test('nats-jetstream-mqtt: a crowd that idles is healthy', () => {
    assert.equal(diagnosed('nats-jetstream-mqtt').verdict, 'healthy')
  })
}
