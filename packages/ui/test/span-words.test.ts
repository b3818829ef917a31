/** What the strip says of a span: where it ran, and who ended it where that was no goroutine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SpanDetail } from '@unhang/core'
import { ranOn, wakerWords } from '../src/pages/span-words.ts'

const WAIT = {
  state: 'waiting',
  reason: 'sync.Mutex.Lock',
  proc: 1,
  thread: 14_300,
  lastRanNs: 1.71e9,
  startNs: 1.71e9,
  endNs: 4e9,
  openStart: false,
  openEnd: true,
  wokenBy: undefined,
} as const satisfies Partial<SpanDetail>

test('a span that waits ran nowhere: it says where and until when its goroutine last did', () => {
  assert.match(ranOn(WAIT, 10e9), /^P1 · thread 14300 until 1\.71\d* s$/)
  assert.equal(ranOn({ ...WAIT, state: 'running' }, 10e9), 'P1 · thread 14300')
  assert.equal(ranOn({ ...WAIT, state: 'syscall', proc: -1 }, 10e9), 'thread 14300')
  assert.equal(ranOn({ ...WAIT, proc: -1, thread: -1, lastRanNs: Number.NaN }, 10e9), 'not seen')
})

test('a wait that nobody ended says so; timers and the network are no goroutines', () => {
  assert.equal(wakerWords(WAIT), "nobody, until the trace's end")
  assert.equal(wakerWords({ ...WAIT, openEnd: false }), 'not in the trace')
  assert.equal(wakerWords({ ...WAIT, openEnd: false, reason: 'sleep' }), 'a timer')
  assert.equal(wakerWords({ ...WAIT, openEnd: false, reason: 'IO wait' }), 'the network poller')
  assert.equal(wakerWords({ ...WAIT, state: 'running' }), '', 'after a call nobody has to be asked')
  assert.equal(wakerWords({ ...WAIT, state: 'runnable', reason: 'preempted' }), '')
  const waker = { span: 1, goroutine: 1, id: 7, name: 'main.f', timeNs: 1 }
  assert.equal(wakerWords({ ...WAIT, openEnd: false, wokenBy: waker }), '')
})
