/** `unhang watch` as a table: rounds in, events out. No clock, no network, no file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WaitingGroup, WaitingRole } from '@unhang/core'
import { WatchMachine } from '../src/watch/machine.ts'
import type { Outage, WatchEvent } from '../src/watch/rounds.ts'

const SETTINGS = { threshold: 10, pauseMs: 600_000 }
const GONE: Outage = { kind: 'gone', found: 'connection refused', remedy: 'start it' }
const SILENT: Outage = { kind: 'silent', found: 'no byte', remedy: 'wait' }

type Kind = WaitingGroup['kind']

function group(name: string, count: number, kind: Kind = 'mutex', role: WaitingRole = 'work'): WaitingGroup {
  return { kind, what: kind, site: { function: name, file: 'main.go', line: 1 }, count, role }
}

/** A machine with a clock of 5 s a round. */
class Played {
  readonly machine = new WatchMachine(SETTINGS)
  readonly told: string[] = []
  atMs = 1_000_000
  /** What its captures show. */
  verdict: 'hang' | 'healthy' = 'hang'
  private rounds = 0

  round(...groups: WaitingGroup[]): this {
    return this.note(this.machine.round({ kind: 'dump', ...this.tick(), tookMs: 5, goroutines: 100, groups }))
  }

  /** The counts of one group, round by round. */
  counts(counts: readonly number[], kind: Kind = 'mutex', role: WaitingRole = 'work'): this {
    for (const count of counts) this.round(...(count > 0 ? [group('f', count, kind, role)] : []))
    return this
  }

  slow(tookMs: number): this {
    return this.note(this.machine.round({ kind: 'dump', ...this.tick(), tookMs, goroutines: 100, groups: [] }))
  }

  out(outage: Outage): this {
    return this.note(this.machine.round({ kind: 'outage', ...this.tick(), outage }))
  }

  private tick() {
    this.rounds++
    this.atMs += 5000
    return { atMs: this.atMs }
  }

  private note(events: readonly WatchEvent[]): this {
    for (const event of events) {
      this.told.push(`${this.rounds} ${brief(event)}`)
      if (event.kind === 'capture') this.machine.captured({ atMs: this.atMs, verdict: this.verdict })
    }
    return this
  }
}

function brief(event: WatchEvent): string {
  switch (event.kind) {
    case 'grew':
    case 'fell':
      return `${event.kind} ${event.group.site.function} ${event.before}→${event.group.count}`
    case 'capture':
      return `capture ${event.group.site.function} ${event.before}→${event.group.count} +${event.others}${event.standsMs === undefined ? '' : ` stands ${event.standsMs / 1000} s`}`
    case 'outage':
      return `outage ${event.outage.kind}`
    case 'back':
      return `back after ${event.afterMs / 1000} s`
    default:
      return event.kind
  }
}

const times = (n: number, ...counts: number[]) => Array.from({ length: n }, () => counts).flat()

type Row = readonly [what: string, play: (played: Played) => unknown, told: readonly string[]]

const TABLE: readonly Row[] = [
  ['nothing happens', p => p.counts(times(100, 0)), []],
  ['few at a lock come and go', p => p.counts(times(100, 0, 3, 1, 4, 0)), []],
  ['a crowd at a lock that stays', p => p.counts([0, 4, 12, 13, 15, 15, 15]), ['4 grew f 0→13', '5 capture f 0→15 +0']],
  ['it was there when the watch began', p => p.counts([14, 14, 14, 14]), ['2 grew f 0→14', '3 capture f 0→14 +0']],
  ['a crowd that goes again at once is none', p => p.counts([0, 40, 0, 38, 0, 0]), []],
  [
    'one that goes on swinging becomes usual',
    p => p.counts([0, 40, 30, 0, ...times(50, 40, 20, 60, 5)]),
    ['3 grew f 0→30', '4 fell f 30→0'],
  ],
  [
    'above what is usual for it, it is captured all the same',
    p => p.counts([0, 20, 0, 20, 0, 30, 35, 45, 50, 60, 60]),
    ['9 grew f 20→50', '10 capture f 20→60 +0'],
  ],
  [
    'callers give up, and others take their place',
    p => p.counts([0, ...times(8, 30, 28)]),
    ['3 grew f 0→28', '13 capture f 0→28 +0'],
  ],
  [
    'a leak is captured when it passes the threshold, and when it has doubled after the pause',
    p =>
      p.counts(
        Array.from({ length: 200 }, (_, i) => i),
        'chan send',
      ),
    ['12 grew f 0→11', '13 capture f 0→12 +0', '27 grew f 13→26', '53 grew f 26→52', '105 grew f 52→104', '133 capture f 0→132 +0'], // biome-ignore format: one line
  ],
  [
    'idle ones come with connections',
    p => p.counts([5, 20, 40, 60, 80, 99, 99, 99], 'select', 'idle').counts([99, 90, 80], 'select', 'idle'),
    [],
  ],
  ['a hundred more are not enough if there were hundreds', p => p.counts([150, 299, 299, 299], 'select', 'idle'), []],
  [
    'else they are a crowd',
    p => p.counts([5, 105, 106, 107], 'select', 'idle'),
    ['3 grew f 5→106', '4 capture f 5→107 +0'],
  ],
  [
    'a single one that stands at a lock for a minute',
    p => p.counts([0, ...times(20, 1), 0, 0]),
    ['14 capture f 0→1 +0 stands 60 s', '22 fell f 1→0'],
  ],
  [
    'two that stand at two locks are one capture',
    p => {
      for (let i = 0; i < 200; i++) p.round(group('a', 1), group('b', 2))
    },
    ['13 capture b 0→2 +1 stands 60 s'],
  ],
  ['for as long in a channel it proves nothing', p => p.counts([0, ...times(50, 1)], 'chan send'), []],
  [
    'a sender for five minutes',
    p => p.counts([0, ...times(70, 2), 0], 'chan send'),
    ['62 capture f 0→2 +0 stands 300 s', '72 fell f 2→0'],
  ],
  [
    'a call for a quarter of an hour, one after the other',
    p => p.counts([0, ...times(100, 1), ...times(100, 2)], 'select'),
    ['182 capture f 0→2 +0 stands 900 s'],
  ],
  ['a worker for as long as it likes', p => p.counts([0, ...times(1000, 3)], 'chan receive', 'idle'), []],
  ['whoever stood there when the watch began', p => p.counts(times(1000, 3), 'waitgroup'), []],
  [
    'one that is added to those',
    p => p.counts([...times(10, 3), ...times(70, 4)], 'waitgroup'),
    ['70 capture f 3→4 +0 stands 300 s'],
  ],
  [
    'what a new process always has',
    p =>
      p
        .counts(times(10, 3), 'waitgroup')
        .out(GONE)
        .counts([0, 1, 2, ...times(1000, 3)], 'waitgroup'),
    ['11 outage gone', '12 back after 5 s'],
  ],
  ['a lock that is contended is handed on', p => p.counts([0, ...times(30, 2, 1)]), []],
  [
    'others that fill up because of it are part of the capture, and no reason for another',
    p => {
      for (const n of [0, 5, 12, 14, 20, 30, 40, 50]) p.round(group('a', n), group('b', Math.max(0, n - 2)))
      for (let i = 0; i < 20; i++) p.round(group('a', 50), group('b', 48), group('c', 15))
    },
    ['4 grew a 0→14', '4 grew b 0→12', '5 capture a 0→20 +1', '10 grew c 0→15'],
  ],
  [
    'it goes away, comes back after the pause, and is captured again',
    p => p.counts([0, 12, 12, 12, 0, 0, ...times(120, 0), 12, 12, 12]),
    ['3 grew f 0→12', '4 capture f 0→12 +0', '5 fell f 12→0', '128 grew f 0→12', '129 capture f 0→12 +0'],
  ],
  [
    'the server is started anew, and hangs anew',
    p => p.counts([0, 12, 12, 12]).out(GONE).out(GONE).counts([0, 3, 12, 12, 12]),
    ['3 grew f 0→12', '4 capture f 0→12 +0', '5 outage gone', '7 back after 10 s', '10 grew f 0→12', '11 capture f 0→12 +0'], // biome-ignore format: one line
  ],
  [
    'a server that says nothing is the same one when it speaks again',
    p => p.counts([0, 12, 12, 12]).out(SILENT).out(SILENT).counts([12, 12]),
    ['3 grew f 0→12', '4 capture f 0→12 +0', '5 outage silent', '7 back after 10 s'],
  ],
  [
    'it says nothing, then it is gone',
    p => p.counts([0]).out(SILENT).out(GONE).counts([0]),
    ['2 outage silent', '3 outage gone', '4 back after 10 s'],
  ],
  [
    'a dump that takes long is told once it does so again',
    p => p.slow(10).slow(3000).slow(10).slow(3000).slow(4000).slow(5000).slow(12),
    ['5 slow', '7 quick'],
  ],
]

for (const [what, play, told] of TABLE)
  test(what, () => {
    const played = new Played()
    play(played)
    assert.deepEqual(played.told, told)
  })

/** Numbers that look like chance and are the same each time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How many are in the middle of something when so many are on average: Poisson's distribution, by Knuth. */
function swinging(mean: number, random: () => number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let p = random(); p > limit; p *= random()) count++
  return count
}

const DAY_ROUNDS = (24 * 3600) / 5

test('two days of a busy healthy server: hardly a line, and no capture', () => {
  const random = chance(7)
  const played = new Played()
  for (let round = 0; round < 2 * DAY_ROUNDS; round++) {
    const load = 1 - Math.cos((round / DAY_ROUNDS) * 2 * Math.PI)
    played.round(
      group('handler', swinging(1 + 40 * load, random), 'waitgroup'),
      group('lock', swinging(0.2 + 4 * load, random)),
      group('call', swinging(0.1 + 20 * load, random), 'select'),
      group('worker', 64 - Math.min(64, swinging(1 + 20 * load, random)), 'chan receive', 'idle'),
      group('connection', Math.round(20 + 300 * load + 10 * random()), 'select', 'idle'),
    )
  }
  assert.ok(played.told.length <= 10, played.told.join('\n'))
  assert.deepEqual(
    played.told.filter(line => line.includes('capture')),
    [],
  )
})

test('what is kept of groups that are gone has an end', () => {
  const { machine } = new Played()
  for (let i = 0; i < 200_000; i += 1000) {
    const groups = Array.from({ length: 1000 }, (_, j) => group(`f${i + j}`, 3))
    machine.round({ kind: 'dump', atMs: i * 100, tookMs: 5, goroutines: 3000, groups })
  }
  assert.ok(machine.size <= 20_000, `${machine.size}`)
  for (let i = 0; i < 40; i++)
    machine.round({ kind: 'dump', atMs: 2e7 + i * 3.6e6, tookMs: 5, goroutines: 1, groups: [] })
  assert.equal(machine.size, 0)
})
