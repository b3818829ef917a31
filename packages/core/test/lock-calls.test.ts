/** Who waits in a call, or for one answer, on the value whose lock others wait for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { dumpOf, mutex, wholeDumpOf } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

type Goroutine = readonly string[]

const gist = ({ findings }: ReturnType<typeof diagnose>) =>
  findings
    .filter(({ kind }) => kind === 'mutex')
    .map(
      ({ certainty, cause, site, holder }) => `${certainty} ${cause} :${site.line} ${holder.goroutine ?? holder.state}`,
    )

const SCHED = '0xc000012240'
const drain = (address: string): Goroutine => [
  'chan receive',
  `main.(*sched).drain(${address}) 27`,
  'by 1 main.main 41',
]
const finish: Goroutine = [
  'sync.Mutex.Lock',
  ...mutex(SCHED),
  `main.(*sched).finish(${SCHED}, 0x1) 18`,
  'by 1 main.main 32',
]
const traced = (receive: string) => {
  const legend: Legend = {
    A: {
      reason: 'network',
      stack: ['internal/poll.(*FD).Accept internal/poll/fd_unix.go:9', 'main.main /src/a.go:3'],
    },
    D: { reason: 'chan receive', stack: [`${receive} runtime/chan.go:500`, 'main.(*sched).drain /src/a.go:27'] },
    L: { reason: 'sync', stack: ['sync.(*Mutex).Lock /go/src/sync/x.go:46', 'main.(*sched).finish /src/a.go:18'] },
  }
  const text = `
    G1 main.main             AAAAAAAAAAAAAAAAAAAAAAAAAA
    G10 main.(*sched).drain  DDDDDDDDDDDDDDDDDDDDDDDDDD
    G11 main.(*sched).finish LLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  return { name: 't', kind: 'trace' as const, trace: timelineFromText(text, legend) }
}

test('a plain receive on the value, which nobody has but those that wait for its lock', () => {
  const dump = wholeDumpOf(drain(SCHED), finish)
  assert.deepEqual(gist(diagnose([traced('runtime.chanrecv1'), dump])), ['likely holder-blocked :18 10'])
  // One that asks whether the channel is closed may be a loop that waits for work from outside.
  assert.deepEqual(gist(diagnose([traced('runtime.chanrecv2'), dump])), ['likely unknown :18 unknown'])
  // Of another value it has another lock.
  const other = wholeDumpOf(drain('0xc000099240'), finish)
  assert.deepEqual(gist(diagnose([traced('runtime.chanrecv1'), other])), ['likely forgotten-unlock :18 unknown'])
})

test('a call to a remote on the value: named, and no more than possible until it has taken very long', () => {
  const table = '0xc000061240'
  const called = (minutes: string, ...frames: string[]) => {
    const asks: Goroutine = [`select${minutes}`, ...frames, `main.(*table).refresh(${table}) 24`, 'main.run() 9']
    const waits: Goroutine = [`sync.Mutex.Lock${minutes}`, ...mutex(table), 'main.(*table).size(0x0?) 32']
    return gist(diagnose([dumpOf(asks, waits, waits)]))
  }
  const http = ['net/http.(*persistConn).roundTrip(0xc000048140) 2911', 'net/http.Get(...) 458']
  assert.deepEqual(called('', ...http), ['possible holder-blocked :32 10'])
  assert.deepEqual(called(', 3 minutes', ...http), ['likely holder-blocked :32 10'])
  // A select of its own is where a loop idles.
  assert.ok(called('').every(said => !said.includes('holder-blocked')))
})
