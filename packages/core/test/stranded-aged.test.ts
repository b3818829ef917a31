/** What the minutes of one dump tell: who waits has waited since then, and who shows fewer has gone on meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/index.ts'
import { mutex, wholeDumpOf } from './drawn-dump.ts'

type Drawn = readonly string[]

/** "certainty cause function (holder's function)" of each finding. */
function said(...goroutines: readonly Drawn[]): string[] {
  return diagnose([wholeDumpOf(...goroutines)]).findings.map(
    ({ certainty, cause, site, holder }) =>
      `${certainty} ${cause} ${site.function} (${holder.function ?? holder.state})`,
  )
}
const OLD = ', 37 minutes'

/** A timer's callback wants the lock that who waits for the callback's end has; another lessor goes its rounds. */
const expire = (minutes: string): Drawn => [
  `sync.Mutex.Lock${minutes}`,
  ...mutex('0xc0000242f4'),
  'main.(*lessor).expire(0xc0000242f0, 0x1) 34',
  'by 25 main.start 60',
]
const revoke = (minutes: string): Drawn => [
  `chan receive${minutes}`,
  'main.(*lessor).revoke(0xc0000242f0, 0x1) 46',
  'by 25 main.start 64',
]
const churn = (value: string): Drawn => [
  'sleep',
  'time.Sleep(0x55d4a80) 363',
  `main.(*lessor).churn(${value}) 55`,
  'by 25 main.start 70',
]

test('a sleeper that shows no minutes has none of a lock that was shut for minutes, unless it works on the very value', () => {
  const held = 'likely holder-blocked main.(*lessor).expire (main.(*lessor).revoke)'
  const waits = 'likely no-sender main.(*lessor).revoke (main.(*lessor).expire)'
  assert.deepEqual(said(expire(OLD), revoke(OLD), churn('0xc0000242d0')), [held, waits])
  // It polls with the lock held, perhaps.
  assert.deepEqual(
    said(expire(OLD), revoke(OLD), churn('0xc0000242f0'))[0],
    'likely unknown main.(*lessor).expire (unknown)',
  )
  // Without minutes it may have slept since before the lock was shut.
  assert.deepEqual(
    said(expire(''), revoke(''), churn('0xc0000242d0?')).filter(text => text.startsWith('likely')),
    [],
  )
})

const save = (minutes: string, state = 'sleep'): Drawn[] => [
  [`sync.Mutex.Lock${minutes}`, ...mutex('0xc0000242f4'), 'main.(*store).put(0xc0000242f0) 20', 'by 25 main.start 60'],
  [state, 'time.Sleep(0x55d4a80) 363', 'main.(*store).put(0xc0000242f0) 24', 'by 25 main.start 61'],
]

test('who has waited for minutes for a lock is stuck, though its holder only sleeps', () => {
  assert.deepEqual(said(...save(OLD)), ['likely holder-blocked main.(*store).put (main.(*store).put)'])
  assert.deepEqual(
    said(...save('')).filter(text => text.startsWith('likely')),
    [],
  )
})

const once = (minutes: string): Drawn => [
  `sync.Mutex.Lock${minutes}`,
  'sync.(*Mutex).Lock(...) 81',
  'sync.(*Once).doSlow(0xc000060010, 0xc000046f90) 70',
  'sync.(*Once).Do(...) 67',
  'main.(*exporter).connect(0xc000060000) 19',
  'main.(*exporter).flush(0xc000060000) 40',
  'by 25 main.start 60',
]
const inside = (state: string): Drawn => [
  state,
  'main.(*exporter).connect.func1() 20',
  'sync.(*Once).doSlow(0xc000060010, 0xc000046fa0) 78',
  'sync.(*Once).Do(...) 67',
  'main.(*exporter).connect(0xc000060000) 19',
  'by 25 main.start 61',
]

test('who waits for minutes in the function of a Once keeps others out; a loop in there moves, and means to', () => {
  const waits = 'likely holder-blocked main.(*exporter).connect (main.(*exporter).connect.func1)'
  assert.equal(said(once(OLD), inside(`chan receive${OLD}`)).includes(waits), true)
  assert.deepEqual(
    said(once(OLD), inside('select')).filter(text => text.startsWith('likely')),
    [],
  )
})

const send = (id: string): Drawn => [
  `chan send${OLD}`,
  `main.(*prober).fetch(${id}, 0x7) 34`,
  'by 11 main.(*prober).ask 45',
]
const loop = (state: string, call: string): Drawn => [state, `${call} 52`, 'by 9 main.start 12']

test('a loop that has gone on since is not whom one waits for that sends for minutes; one that is past its line may be', () => {
  const sends = 'main.(*prober).fetch'
  const fetch = (...others: Drawn[]) => said(send('0xc000060100'), ...others).filter(text => text.includes(sends))
  const started = loop('sleep', 'main.(*prober).loop(0xc000060200)')
  assert.equal(fetch(started).length, 1)
  // It has a slot of the same channel, perhaps, and works on.
  const past: Drawn = [
    'IO wait',
    'net.(*conn).Read(0xc000070000) 9',
    'main.(*prober).fetch(0xc000060300, 0x7) 39',
    'by 9 main.start 12',
  ]
  assert.deepEqual(
    fetch(past).filter(text => text.startsWith('likely no-receiver')),
    [],
  )
})

test('who waits for the end of all work may do so for long', () => {
  const supervisor: Drawn = [
    `sync.WaitGroup.Wait${OLD}`,
    'sync.(*WaitGroup).Wait(0xc000060000) 118',
    'main.(*parts).wait(...) 30',
    'by 25 main.start 33',
  ]
  const part: Drawn = [
    'sleep',
    'time.Sleep(0x55d4a80) 363',
    'main.(*parts).run(0x0?, {0x0?}) 21',
    'by 25 main.start 31',
  ]
  assert.deepEqual(
    said(supervisor, part).filter(text => text.startsWith('likely')),
    [],
  )
})

const sure = (...goroutines: readonly Drawn[]) => said(...goroutines).filter(text => text.startsWith('likely'))
const accepts: Drawn = ['IO wait', 'internal/poll.(*FD).Accept(0x0?) 9', 'main.listen() 4', 'by 1 main.main 3']

test('who has sent for minutes in the middle of a call is no generator, nor is the callback of a timer', () => {
  const deep: Drawn = [
    `chan send${OLD}`,
    'main.(*feed).post(0xc000060100) 20',
    'main.(*chain).insert(0xc000070100) 31',
    'by 10 main.start 12',
  ]
  const plain: Drawn = [`chan send${OLD}`, 'main.numbers.func1() 20', 'by 10 main.numbers 18']
  const callback: Drawn = [`chan send${OLD}`, 'main.(*ttl).set.func1() 22', 'created by time.goFunc']
  assert.deepEqual(sure(accepts, deep), ['likely no-receiver main.(*feed).post (unknown)'])
  assert.deepEqual(sure(accepts, plain), [])
  const timers = ['likely no-receiver main.(*ttl).set.func1 (unknown)']
  assert.deepEqual(sure(accepts, [...callback.slice(0, -1), 'created by time.goFunc 215']), timers)
})

const loops = (state: string, creator: number): Drawn => [
  state,
  'main.(*peer).await(...) 25',
  `by ${creator} main.(*link).up 33`,
]

test('a line where another one waits since a moment is a place to idle', () => {
  assert.equal(sure(loops(`chan receive${OLD}`, 40), loops(`chan receive${OLD}`, 41)).length, 1)
  assert.deepEqual(
    sure(loops(`chan receive${OLD}`, 40), loops(`chan receive${OLD}`, 41), loops('chan receive', 42)),
    [],
  )
})

test('a call on another value, at the same line since a moment, says nothing of one that has waited for minutes', () => {
  const call = (state: string, value: string, creator: number): Drawn => [
    state,
    `main.(*conn).call(${value}) 30`,
    'main.start.func3() 82',
    `by ${creator} main.start 78`,
  ]
  const [old, other] = [call(`chan receive${OLD}`, '0xc000060100', 40), call('chan receive', '0xc000060200', 41)]
  assert.deepEqual(sure(old, old, other), ['likely no-sender main.(*conn).call (main.start)'])
  assert.deepEqual(sure(old, old, call('chan receive', '0xc000060100', 41)), [])
})

const pull = (state: string, value: string, line: number): Drawn => [
  state,
  ...(state === 'sleep' ? ['time.Sleep(0x2dc6c0) 363'] : []),
  `main.(*puller).pull(${value}) ${line}`,
  `by ${state === 'sleep' ? 41 : 40} main.start 12`,
]

test('who has a slot of another value gives none back', () => {
  const waits = [pull(`chan send${OLD}`, '0xc000060100', 23), pull(`chan send${OLD}`, '0xc000060100', 23)]
  assert.deepEqual(sure(...waits, pull('sleep', '0xc000070100', 27)), [
    'likely no-receiver main.(*puller).pull (main.start)',
  ])
  assert.deepEqual(sure(...waits, pull('sleep', '0xc000060100', 27)), [])
})

test('who has come back to a select takes what others send', () => {
  const step: Drawn = [
    `chan send${OLD}`,
    'main.(*node).step(0xc000060100, 0xc000060200) 37',
    'by 11 main.(*node).drain 26',
  ]
  const drain = (state: string): Drawn => [state, 'main.(*node).drain(0xc000060300) 28', 'by 40 main.start 12']
  assert.deepEqual(sure(step, drain('select')), ['likely no-receiver main.(*node).step (unknown)'])
  assert.deepEqual(sure(step, drain('IO wait')), [])
})

test('a sleeper in a method on another value has nothing of this one’s lock, minutes or none', () => {
  const append = (value: string): Drawn => [
    'sync.Mutex.Lock',
    ...mutex('0xc0000242f4'),
    `main.(*wal).append(${value}, 0x1) 31`,
    'by 40 main.start 12',
  ]
  const writer = (value: string): Drawn => [
    'sleep',
    'time.Sleep(0xb71b00) 363',
    `main.(*wal).writer(${value}) 38`,
    'by 41 main.start 14',
  ]
  assert.equal(sure(append('0xc0000242f0'), writer('0xc0000242d0')).length, 1)
  assert.deepEqual(sure(append('0xc0000242f0'), writer('0xc0000242f0')), [])
  assert.deepEqual(sure(append('0xc0000242f0?'), writer('0xc0000242d0')), [])
})
