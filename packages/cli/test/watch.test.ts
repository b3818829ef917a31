/** The loop of `unhang watch` with a clock of its own, its questions to servers that play dead, and what it keeps. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import pc from 'picocolors'
import { profileOf, TOP } from '../../core/test/profile.ts'
import { limitsOf } from '../src/capture/bundle.ts'
import type { Manifest } from '../src/capture/manifest.ts'
import { readTarget } from '../src/capture/target.ts'
import { askRound } from '../src/watch/ask.ts'
import { Keeper } from '../src/watch/keeper.ts'
import { WatchMachine } from '../src/watch/machine.ts'
import type { Round } from '../src/watch/rounds.ts'
import { type Captured, type Told, type Uncaptured, type WatchOptions, type World, watch } from '../src/watch/watch.ts'
import { toldText } from '../src/watch/words.ts'
import { type Answer, send, withServer } from './server.ts'

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-watch-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

const OPTIONS: WatchOptions = { threshold: 10, pauseMs: 60_000, intervalMs: 5000, forMs: undefined, once: false }

/** What a round shows: so many at a lock, or none because the server is silent or gone. */
type Shown = number | 'silent' | 'gone' | 'fault'

class Night {
  nowMs = 0
  readonly slept: number[] = []
  readonly told: string[] = []
  captures = 0
  tookMs = 0
  onSleep: (ms: number) => void = () => {}
  full = false
  /** Captures fail as they never should. */
  breaks = false
  private readonly shown: readonly Shown[]
  private readonly abort = new AbortController()
  private next = 0

  constructor(shown: readonly Shown[]) {
    this.shown = shown
  }

  run(options: Partial<WatchOptions> = {}, { verdict }: Pick<Captured, 'verdict'> = { verdict: 'hang' }) {
    const world: World = {
      ask: async () => this.ask(),
      mayCapture: () => (this.full ? { kind: 'uncaptured', why: 'full', text: '' } : undefined),
      capture: async () => this.capture(verdict),
      tell: told => void this.told.push(this.brief(told)),
      show: () => {},
      sleep: async ms => {
        this.slept.push(ms)
        this.nowMs += ms
        this.onSleep(ms)
      },
      nowMs: () => this.nowMs,
    }
    return watch(this.ask()!, world, { ...OPTIONS, ...options }, this.abort.signal)
  }

  private ask(): Round | undefined {
    if (this.next >= this.shown.length) {
      this.abort.abort()
      return undefined
    }
    const shown = this.shown[this.next++]
    this.nowMs += this.tookMs
    if (shown === 'fault') throw new Error('no such column')
    if (typeof shown === 'string')
      return { kind: 'outage', atMs: this.nowMs, outage: { kind: shown, found: '', remedy: '' } }
    const site = { function: 'f', file: 'a.go', line: 1 }
    const groups = [{ kind: 'mutex', what: 'sync.Mutex.Lock', site, count: shown, role: 'work' }] as const
    return { kind: 'dump', atMs: this.nowMs, tookMs: this.tookMs, goroutines: 100, groups }
  }

  private capture(verdict: Captured['verdict']): Captured | Uncaptured {
    if (this.breaks) throw new Error('no such folder')
    this.nowMs += 12_000
    this.captures++
    return { kind: 'captured', folder: 'd', verdict, findings: [], missing: [], command: '' }
  }

  private brief(told: Told): string {
    return told.kind === 'uncaptured' ? told.why : told.kind
  }
}

test('a night: every five seconds, a capture in between, and what came of it at the end', async () => {
  const night = new Night([0, 0, 12, 12, 12, 12])
  const watched = await night.run()
  assert.deepEqual(night.slept.slice(0, 5), [5000, 5000, 5000, 5000, 5000])
  assert.deepEqual(night.told, ['grew', 'capture', 'captured'])
  assert.deepEqual(watched, { rounds: 6, captures: 1, findings: 1, answers: true, tookMs: 42_000 })
})

test('a capture that shows nothing is no finding; one that cannot be diagnosed may be one', async () => {
  for (const [verdict, counted] of [
    ['healthy', 0],
    ['slow', 1],
    [undefined, 1],
  ] as const) {
    const night = new Night([0, 12, 12, 12])
    const { captures, findings } = await night.run({}, { verdict })
    assert.deepEqual([captures, findings], [1, counted], verdict)
  }
})

test('--once ends with the first capture that shows something, --for in time', async () => {
  const once = new Night([0, 12, 12, 12, 12, 12])
  assert.equal((await once.run({ once: true })).rounds, 4)
  const healthy = new Night([0, 12, 12, 12, 12, 12])
  assert.equal((await healthy.run({ once: true }, { verdict: 'healthy' })).rounds, 6)
  const timed = new Night(Array.from({ length: 100 }, () => 0))
  const { rounds, tookMs } = await timed.run({ forMs: 30_000 })
  assert.deepEqual([rounds, tookMs], [7, 30_000])
})

test('a server that takes long is asked less often', async () => {
  const night = new Night([0, 0, 0])
  night.tookMs = 2000
  await night.run()
  assert.deepEqual(night.slept, [5000, 20_000, 20_000])
  assert.deepEqual(night.told, ['paced'], 'once, and not in each round')
  const told: Told = { kind: 'paced', tookMs: 2000, everyMs: 22_000 }
  const line = toldText(told, new Date(0), pc.createColors(false), undefined)
  assert.match(line, /asks +a profile takes 2 s: asked every 22 s from now on/)
})

test('a pace that nobody notices is not told', async () => {
  const night = new Night([0, 0, 0])
  night.tookMs = 100
  await night.run({ intervalMs: 50 })
  assert.deepEqual(night.told, [])
})

test('that a server is asked as often again is told, too', async () => {
  const night = new Night([0, 0, 0, 0])
  night.tookMs = 2000
  night.onSleep = ms => {
    if (ms > 5000) night.tookMs = 5
  }
  await night.run()
  assert.deepEqual(night.slept, [5000, 20_000, 4995, 4995])
  assert.deepEqual(night.told, ['paced', 'paced'])
})

test('a server that takes questions and does not answer is asked less and less, one that is gone at once when it is back', async () => {
  const silent = new Night([0, ...Array.from({ length: 6 }, () => 'silent' as const), 0])
  const watched = await silent.run()
  assert.deepEqual(silent.slept, [5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 5000])
  assert.deepEqual(silent.told, ['outage', 'back'])
  assert.equal(watched.answers, true)
  const gone = new Night([0, 'gone', 'gone'])
  assert.equal((await gone.run()).answers, false)
  assert.deepEqual(gone.slept, [5000, 5000, 5000])
})

test('a fault of our own in one round, or in a capture, does not end the night', async () => {
  const night = new Night([0, 'fault', 0, 12, 12, 12, 12])
  night.breaks = true
  const { rounds, captures } = await night.run()
  assert.deepEqual(night.told, ['outage', 'back', 'grew', 'capture', 'failed'])
  assert.deepEqual([rounds, captures], [7, 0])
})

test('that no more captures are kept is told once', async () => {
  const night = new Night(Array.from({ length: 300 }, (_, i) => i))
  night.full = true
  await night.run({ pauseMs: 1000 })
  assert.equal(night.told.filter(told => told === 'full').length, 1)
  assert.ok(!night.told.includes('capture'))
})

const LOCKED = gzipSync(profileOf([{ count: 12, frames: [...TOP.mutex, 'main.take /src/main.go:26'] }]))
const profile = (bytes: Uint8Array) => send('application/octet-stream', bytes)

async function asked(answer: Answer, timeoutSeconds = 5): Promise<Round | undefined> {
  let round: Round | undefined
  await withServer({ 'goroutine?debug=0': answer }, async ({ url }) => {
    const target = readTarget(url)
    const limits = limitsOf({ timeoutSeconds, maxBytes: 1e6, headers: [] }, target, new AbortController().signal)
    round = await askRound({ base: target.bases[0] }, target, limits, () => performance.now())
  })
  return round
}

test('a round is the profile, counted', async () => {
  const round = await asked(profile(LOCKED))
  assert.ok(round?.kind === 'dump')
  assert.equal(round.goroutines, 12)
  assert.deepEqual(
    round.groups.map(({ count, what, site }) => [count, what, site.function]),
    [[12, 'sync.Mutex.Lock', 'main.take']],
  )
})

test('what is no profile is an outage, and says which', async () => {
  const outage = async (answer: Answer, timeoutSeconds?: number) => {
    const round = await asked(answer, timeoutSeconds)
    return round?.kind === 'outage' ? `${round.outage.kind}: ${round.outage.found}` : round
  }
  assert.match(String(await outage(() => {}, 0.2)), /^silent: no byte from .* for 0.2 s$/)
  assert.match(String(await outage((_, response) => void response.destroy())), /^gone: /)
  assert.match(String(await outage(send('text/plain', 'busy', 503))), /^refused: 503 from /)
  assert.match(String(await outage(send('text/html', '<html>login</html>'))), /^refused: .* with a web page/)
  assert.match(String(await outage(profile(LOCKED.subarray(0, 20)))), /^refused: .* something else/)
  assert.match(String(await outage(profile(Buffer.alloc(2e6, 0x0a)))), /^refused: more than 1 MB/)
})

test('thousands of rounds leave nothing behind', { timeout: 120_000 }, async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const profiles = Array.from({ length: 20 }, (_, k) =>
    profileOf(
      Array.from({ length: 20 }, (_, i) => ({
        count: ((k * 7) % 50) + i,
        frames: [...TOP.mutex, `main.take${i + k} /src/main.go:${i}`],
      })),
    ),
  )
  let asks = 0
  const swinging: Answer = (_, response) => void response.end(profiles[asks++ % profiles.length])
  await withServer({ 'goroutine?debug=0': swinging }, async ({ url, requests, headers }) => {
    const target = readTarget(url)
    const limits = limitsOf({ timeoutSeconds: 30, maxBytes: 1e6, headers: [] }, target, new AbortController().signal)
    const machine = new WatchMachine({ threshold: 1000, pauseMs: 1000 })
    const play = async (rounds: number) => {
      for (let i = 0; i < rounds; i++) {
        const round = await askRound({ base: target.bases[0] }, target, limits, () => performance.now())
        assert.ok(round?.kind === 'dump')
        machine.round(round)
        // What the fake server remembers is not the watch's.
        requests.length = 0
        headers.length = 0
      }
      collect()
      return process.memoryUsage().heapUsed
    }
    const before = await play(300)
    const then = await play(2000)
    // A round's profile is 4 kB when read; compiled code and Node's own pools come and go.
    assert.ok(then - before < 3e6, `${then - before} bytes more after 2,000 rounds`)
  })
})

/** A folder as a capture leaves it. */
function written(name: string): [folder: string, manifest: Manifest] {
  const folder = path.join(home, name)
  fs.mkdirSync(folder)
  for (const file of ['server.trace', 'manifest.json']) fs.writeFileSync(path.join(folder, file), 'x')
  return [folder, { files: [{ name: 'server.trace' }] } as unknown as Manifest]
}

test('as many captures as allowed: one that shows nothing makes room, one that shows a hang stays', () => {
  const keeper = new Keeper(home, 2)
  assert.deepEqual(keeper.room(1000), { maxBytes: 1000 })
  assert.equal(keeper.add(...written('one'), 'hang'), undefined)
  assert.equal(keeper.add(...written('two'), 'healthy'), undefined)
  assert.deepEqual(keeper.room(1000), { maxBytes: 1000 })
  assert.equal(keeper.add(...written('three'), 'leak'), path.join(home, 'two'))
  assert.deepEqual(fs.readdirSync(home).sort(), ['one', 'three'])
  const room = keeper.room(1000)
  assert.ok('why' in room && room.why === 'full')
})

test('what somebody has put beside a capture stays', () => {
  const keeper = new Keeper(home, 1)
  const [folder, manifest] = written('mine')
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'mine')
  keeper.add(folder, manifest, 'healthy')
  keeper.add(...written('later'), 'hang')
  assert.deepEqual(fs.readdirSync(folder), ['notes.txt'])
})

test('a capture takes its share of a disk, and none of one that is nearly full', () => {
  assert.deepEqual(new Keeper(home, 2, () => 1.2e9).room(1e9), { maxBytes: 1e8 })
  const room = new Keeper(home, 2, () => 1e8).room(1e9)
  assert.ok('why' in room && room.why === 'disk')
})
