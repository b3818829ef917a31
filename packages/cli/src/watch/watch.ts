/**
 * The loop: ask, let the state machine say what it means, do that, wait. All that touches the world comes from outside,
 * so that nights pass in a test.
 */
import type { Finding, Verdict } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import { WatchMachine } from './machine.ts'
import type { Round, WatchEvent } from './rounds.ts'
import type { WatchSettings } from './settings.ts'

/** A capture that was taken and, where that could be, diagnosed. */
export type Captured = {
  readonly kind: 'captured'
  readonly folder: string
  /** Undefined: it could not be diagnosed, `problem` says why. */
  readonly verdict: Verdict | undefined
  readonly findings: readonly Finding[]
  readonly problem?: string
  /** What of it did not come, and why. */
  readonly missing: readonly { readonly expected: string; readonly found: string }[]
  /** How to see the whole answer. */
  readonly command: string
  /** An older capture that made room. */
  readonly removed?: string
}

export type Uncaptured = {
  readonly kind: 'uncaptured'
  /** No more may be kept; the disk is nearly full; the server gave nothing. */
  readonly why: 'full' | 'disk' | 'failed'
  readonly text: string
}

/** It is asked less often than it was said, so that it is no load; or as often again. */
export type Paced = { readonly kind: 'paced'; readonly tookMs: number; readonly everyMs: number }

export type Told = WatchEvent | Captured | Uncaptured | Paced

export type World = {
  /** undefined: it was interrupted. */
  readonly ask: (signal: AbortSignal) => Promise<Round | undefined>
  /** Why none can be taken now; undefined: it can. */
  readonly mayCapture: () => Uncaptured | undefined
  /** undefined: it was interrupted before anything useful came. */
  readonly capture: (signal: AbortSignal) => Promise<Captured | Uncaptured | undefined>
  readonly tell: (told: Told) => void
  /** What was seen in a round, for a line that is drawn over. */
  readonly show: (round: Round) => void
  /** Ends early, and without an error, when the signal says so. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Never goes back. */
  readonly nowMs: () => number
}

export type WatchOptions = WatchSettings & {
  readonly intervalMs: number
  /** End after so long; undefined: never. */
  readonly forMs: number | undefined
  /** End with the first capture that shows something. */
  readonly once: boolean
}

export type Watched = {
  readonly rounds: number
  readonly captures: number
  /** Captures that show something, or that could not be diagnosed. */
  readonly findings: number
  /** It answered when it was asked last. */
  readonly answers: boolean
  readonly tookMs: number
}

/** Whoever asks a server for a tenth of its time is a load. */
const PAUSE_PER_WORK = 10
/** Another pace is told where it is so many times the one that was told last, or so small a part of it. */
const OTHER_PACE = 3
/** Nobody waits longer for a line than this without asking himself why. */
const NOTICED_MS = 2000
/** Each question that a hung server takes and never answers holds a connection and a goroutine there. */
const LONGEST_BACKOFF_MS = 60_000

/** Watches until the signal, or as long as the options say. The first round is given. */
export async function watch(first: Round, world: World, options: WatchOptions, signal: AbortSignal): Promise<Watched> {
  const watcher = new Watcher(world, options, signal)
  let round: Round | undefined = first
  let tookMs = 0
  while (round) {
    await watcher.take(round)
    const pauseMs = watcher.pauseMs(round, tookMs)
    if (watcher.isOver(pauseMs)) break
    if (round.kind === 'dump') watcher.pace(tookMs, tookMs + pauseMs)
    await world.sleep(pauseMs, signal)
    if (signal.aborted) break
    const startMs = world.nowMs()
    round = await world.ask(signal).catch(error => faultOf(error, world.nowMs()))
    tookMs = world.nowMs() - startMs
  }
  return watcher.result()
}

class Watcher {
  private readonly world: World
  private readonly options: WatchOptions
  private readonly signal: AbortSignal
  private readonly machine: WatchMachine
  private readonly startMs: number
  private rounds = 0
  private captures = 0
  private findings = 0
  private answers = true
  private silentRounds = 0
  private readonly toldOf = new Set<string>()
  private everyMs: number

  constructor(world: World, options: WatchOptions, signal: AbortSignal) {
    this.world = world
    this.options = options
    this.signal = signal
    this.machine = new WatchMachine(options)
    this.startMs = world.nowMs()
    this.everyMs = options.intervalMs
  }

  async take(round: Round): Promise<void> {
    this.rounds++
    this.answers = round.kind === 'dump'
    this.silentRounds = round.kind === 'outage' && round.outage.kind === 'silent' ? this.silentRounds + 1 : 0
    this.world.show(round)
    for (const event of this.machine.round(round)) {
      if (event.kind !== 'capture') this.world.tell(event)
      else await this.capture(event)
    }
  }

  pauseMs(round: Round, tookMs: number): number {
    const { intervalMs } = this.options
    const backoff = Math.min(
      intervalMs * 2 ** Math.min(20, this.silentRounds),
      Math.max(intervalMs, LONGEST_BACKOFF_MS),
    )
    if (round.kind === 'outage') return backoff
    return Math.max(intervalMs - tookMs, PAUSE_PER_WORK * tookMs)
  }

  /** Tells of a pace that is not what was told last: whoever waits for a line must know when the next one may come. */
  pace(tookMs: number, everyMs: number): void {
    if (Math.abs(everyMs - this.everyMs) < NOTICED_MS) return
    if (everyMs < this.everyMs * OTHER_PACE && everyMs * OTHER_PACE > this.everyMs) return
    this.everyMs = everyMs
    this.world.tell({ kind: 'paced', tookMs, everyMs })
  }

  isOver(pauseMs: number): boolean {
    const { once, forMs } = this.options
    if (this.signal.aborted || (once && this.findings > 0)) return true
    return forMs !== undefined && this.world.nowMs() + pauseMs - this.startMs > forMs
  }

  result(): Watched {
    const { rounds, captures, findings, answers } = this
    return { rounds, captures, findings, answers, tookMs: this.world.nowMs() - this.startMs }
  }

  private async capture(event: WatchEvent): Promise<void> {
    const outcome = this.world.mayCapture() ?? (await this.begin(event))
    this.machine.captured({ atMs: this.world.nowMs(), verdict: verdictOf(outcome) })
    if (outcome?.kind === 'uncaptured') {
      // What stays so is told once.
      if (outcome.why === 'failed' || !this.toldOf.has(outcome.why)) this.world.tell(outcome)
      this.toldOf.add(outcome.why)
    }
    if (outcome?.kind !== 'captured') return
    this.captures++
    // One that could not be diagnosed may show a hang.
    if (outcome.verdict !== 'healthy') this.findings++
    this.world.tell(outcome)
  }

  private async begin(event: WatchEvent): Promise<Captured | Uncaptured | undefined> {
    this.world.tell(event)
    try {
      return await this.world.capture(this.signal)
    } catch (error) {
      if (this.signal.aborted) return undefined
      return { kind: 'uncaptured', why: 'failed', text: error instanceof Complaint ? error.found : faultText(error) }
    }
  }
}

/** What goes wrong in one round must not end a night: it is told, and the next round is asked. */
function faultOf(error: unknown, atMs: number): Round {
  return { kind: 'outage', atMs, outage: { kind: 'refused', found: faultText(error), remedy: 'please report it' } }
}

function faultText(error: unknown): string {
  return `a fault of unhang itself: ${error instanceof Error ? error.message : error}`
}

function verdictOf(outcome: Captured | Uncaptured | undefined): Verdict | 'none' {
  return outcome?.kind === 'captured' ? (outcome.verdict ?? 'hang') : 'none'
}
