/**
 * The state machine of `unhang watch`: rounds in, events out. It knows no clock, no network and no file.
 *
 *  1. each group of waiters has a track (`track.ts`), which learns what is usual for it
 *  2. what rises above that is told; what stays there is captured, all groups that rise with it in one capture
 *  3. a server that does not answer is told once, and once when it is back
 */
import type { WaitingGroup } from '@unhang/core'
import type { Outage, Outcome, Round, WatchEvent } from './rounds.ts'
import { SETTLING_MS, TOLD_ROUNDS, type WatchSettings } from './settings.ts'
import { Track } from './track.ts'

/** A program waits at some hundred lines; names made up by a stranger have no end. */
const MOST_TRACKS = 20_000
/** While a hang that was captured goes on, other lines fill up because of it: they are no reason for another capture. */
const PAUSE_BETWEEN_MS = 30_000
/** A profile takes milliseconds, and with a million goroutines a second. */
const SLOW_MS = 1000
const SLOW_FACTOR = 10
/** Rounds that must be slow: one alone is a garbage collection or a full network. */
const SLOW_ROUNDS = 2

export class WatchMachine {
  private readonly settings: WatchSettings
  private readonly tracks = new Map<string, Track>()
  private isFirst = true
  private outage: { readonly kind: Outage['kind']; readonly sinceMs: number; readonly wasGone: boolean } | undefined
  private readonly pace = new Pace()
  /** Until then what a new process always has may begin. */
  private settledMs = Number.NEGATIVE_INFINITY
  private lastCaptureMs = Number.NEGATIVE_INFINITY
  private cause: Track | undefined
  /** What came during a capture is part of it, and no news. */
  private afterCapture = false

  constructor(settings: WatchSettings) {
    this.settings = settings
  }

  /** Events in the order in which they are to be told; a `capture` among them is the last. */
  round(round: Round): WatchEvent[] {
    if (round.kind === 'outage') return this.noteOutage(round.outage, round.atMs)
    const { atMs } = round
    const events: WatchEvent[] = []
    if (this.outage) {
      events.push({ kind: 'back', afterMs: atMs - this.outage.sinceMs, goroutines: round.goroutines })
      if (this.outage.wasGone) this.startAnew(atMs)
      this.outage = undefined
    }
    events.push(...this.pace.take(round.tookMs))
    this.update(round.groups, atMs)
    for (const track of this.tracks.values()) {
      if (this.afterCapture && track.captured > 0) track.told = Math.max(track.told, track.count)
      events.push(...told(track, atMs))
    }
    this.afterCapture = false
    events.push(...this.captureDue(atMs))
    this.forget(atMs)
    this.isFirst = false
    return events
  }

  /** Tells what came of the capture that was asked for last. */
  captured({ atMs, verdict }: Outcome): void {
    const found = verdict !== 'healthy' && verdict !== 'none'
    for (const track of this.tracks.values())
      if (track.risen > 0 || track === this.cause || track.stands(atMs)) track.noteCapture(atMs, found)
    this.cause = undefined
    this.afterCapture = true
    this.lastCaptureMs = atMs
  }

  /** How many groups are known; for tests of what it keeps. */
  get size(): number {
    return this.tracks.size
  }

  private startAnew(atMs: number): void {
    for (const track of this.tracks.values()) track.startAnew()
    this.settledMs = atMs + SETTLING_MS
  }

  private noteOutage(outage: Outage, atMs: number): WatchEvent[] {
    const known = this.outage
    const wasGone = outage.kind === 'gone' || (known?.wasGone ?? false)
    this.outage = { kind: outage.kind, sinceMs: known?.sinceMs ?? atMs, wasGone }
    return known?.kind === outage.kind ? [] : [{ kind: 'outage', outage }]
  }

  private update(groups: readonly WaitingGroup[], atMs: number): void {
    const seen = new Set<Track>()
    const settling = atMs < this.settledMs
    for (const group of groups) {
      const key = keyOf(group)
      let track = this.tracks.get(key)
      if (!track) {
        if (this.tracks.size >= MOST_TRACKS) continue
        track = new Track(group, this.settings, atMs, this.isFirst)
        this.tracks.set(key, track)
      }
      track.update(group, group.count, atMs, settling)
      seen.add(track)
    }
    for (const track of this.tracks.values()) if (!seen.has(track)) track.update(track.group, 0, atMs, settling)
  }

  private captureDue(atMs: number): WatchEvent[] {
    const due = [...this.tracks.values()].filter(track => track.isDue(atMs))
    if (due.length === 0) return []
    const hangs = [...this.tracks.values()].some(({ captured }) => captured > 0)
    if (atMs - this.lastCaptureMs < (hangs ? this.settings.pauseMs : PAUSE_BETWEEN_MS)) return []
    const growth = (track: Track) => track.count - track.usual(atMs)
    const cause = due.reduce((most, track) => (growth(track) > growth(most) ? track : most))
    const isMore = (track: Track) => track !== cause && (track.risen > 0 || track.stands(atMs))
    const others = [...this.tracks.values()].filter(isMore).length
    const standsMs = cause.risen === 0 ? { standsMs: cause.standsMs(atMs) } : {}
    this.cause = cause
    cause.told = Math.max(cause.told, cause.count)
    return [{ kind: 'capture', group: cause.group, before: cause.usual(atMs), others, ...standsMs }]
  }

  private forget(atMs: number): void {
    for (const [key, track] of this.tracks) if (track.isForgettable(atMs)) this.tracks.delete(key)
  }
}

function keyOf({ kind, what, site }: WaitingGroup): string {
  return `${kind} ${what} ${site.function} ${site.file}:${site.line}`
}

function told(track: Track, atMs: number): WatchEvent[] {
  const { group, count } = track
  if (track.risen >= TOLD_ROUNDS && count >= 2 * track.told) {
    const before = track.told === 0 ? track.usual(atMs) : track.told
    track.told = count
    return [{ kind: 'grew', group, before }]
  }
  // One that stands there was told with its capture, and is over when nobody does.
  if (track.told === 0 || track.risen > 0 || (track.captured > 0 && count > 0)) return []
  const before = track.told
  track.told = 0
  return [{ kind: 'fell', group: { ...group, count }, before }]
}

/** How long a dump takes, against what it took when the server was well. */
class Pace {
  private usualMs = Number.POSITIVE_INFINITY
  private slowRounds = 0

  take(tookMs: number): WatchEvent[] {
    const isSlow = tookMs > Math.max(SLOW_MS, SLOW_FACTOR * this.usualMs)
    if (isSlow) {
      this.slowRounds++
      return this.slowRounds === SLOW_ROUNDS ? [{ kind: 'slow', tookMs, usualMs: this.usualMs }] : []
    }
    const wasSlow = this.slowRounds >= SLOW_ROUNDS
    this.slowRounds = 0
    // Follows a program that grows, slowly.
    this.usualMs = Number.isFinite(this.usualMs) ? this.usualMs + (tookMs - this.usualMs) / 16 : tookMs
    return wasSlow ? [{ kind: 'quick', tookMs }] : []
  }
}
