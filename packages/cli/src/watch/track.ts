/**
 * One group of waiters over the rounds. What is usual for it is learned: the level where it was when the watch began,
 * and any level that it came down from by itself. A hang never comes down.
 *
 *   count         ╭─╮        ╭──────── held: captured
 *      bar ─ ─ ─ ─│─│─ ─ ─ ─ │─ ─ ─    usual + threshold, and twice the usual
 *    usual ──╭╮───╯ ╰──╭╮────╯
 */
import type { WaitingGroup } from '@unhang/core'
import {
  FADING_MS,
  HELD_ROUNDS,
  IDLE_FACTOR,
  STANDING_AT_LOCK_MS,
  STANDING_AT_WORK_MS,
  STANDING_IN_CALL_MS,
  STANDING_SHARE,
  SWINGING_ROUNDS,
  type WatchSettings,
} from './settings.ts'

/** A day: what asks for a capture every time and is nothing is asked for rarely. */
const LONGEST_PAUSE_MS = 86_400_000

/** Between two pieces of work, or for news: what waits like this in a call may do so for long. */
const LIKE_IDLE: ReadonlySet<string> = new Set(['chan receive', 'select', 'cond'])

const LOCKS: ReadonlySet<string> = new Set(['mutex', 'rwmutex', 'once'])

export class Track {
  group: WaitingGroup
  count = 0
  /** The count when it was told of last; 0: nothing of this rise was told. */
  told = 0
  /** Rounds above the bar. */
  risen = 0
  /** The count of the last capture that it was part of, for as long as the rise goes on. */
  captured = 0
  /** No capture because of it before this time. */
  notBeforeMs = Number.NEGATIVE_INFINITY
  private readonly settings: WatchSettings
  /** The lowest that it was. */
  private base: number
  /** The highest level that it came down from; fades. */
  private peak = 0
  private peakMs = 0
  private top = 0
  /** Rounds since it last shrank. */
  private steady = 0
  private sinceMs: number
  /** So many have always stood there, since the process began. */
  private settled: number
  private pauseMs: number
  private found = false

  /** `first`: it was there when the watch began, so that nobody saw it grow. */
  constructor(group: WaitingGroup, settings: WatchSettings, atMs: number, first: boolean) {
    this.group = group
    this.settings = settings
    // Nobody waits at a lock as a habit.
    this.base = first && !LOCKS.has(group.kind) ? group.count : 0
    this.settled = this.base
    this.sinceMs = atMs
    this.pauseMs = settings.pauseMs
  }

  /** How many wait there usually, at most. */
  usual(atMs: number): number {
    return Math.max(this.base, Math.round(this.peak * 0.5 ** (Math.max(0, atMs - this.peakMs) / FADING_MS)))
  }

  /** What stands there with good reason. */
  private normal(atMs: number): number {
    return Math.max(this.usual(atMs), this.settled)
  }

  bar(atMs: number): number {
    const usual = this.usual(atMs)
    const { threshold } = this.settings
    return usual + Math.max(this.group.role === 'idle' ? threshold * IDLE_FACTOR : threshold, usual)
  }

  /** `settling`: the process is new, and what it always has begins. */
  update(group: WaitingGroup, count: number, atMs: number, settling: boolean): void {
    this.group = group
    const before = this.count
    this.count = count
    if (settling && !LOCKS.has(group.kind)) this.settled = Math.max(this.settled, count)
    this.steady = count < before ? 0 : this.steady + 1
    this.base = Math.min(this.base, count)
    if (count < before || count <= this.normal(atMs)) this.sinceMs = atMs
    if (count >= this.bar(atMs)) {
      this.risen++
      this.top = Math.max(this.top, count)
      return
    }
    // What held for long and was found to be a hang is no habit.
    if (this.risen > 0 ? !this.found : count < before) this.learn(Math.max(this.top, before), atMs)
    if (this.risen > 0 || count === 0) this.endRise()
  }

  /** Does its rise ask for a capture? */
  isDue(atMs: number): boolean {
    if (atMs < this.notBeforeMs || this.count < 2 * this.captured) return false
    const held = this.risen >= HELD_ROUNDS && this.steady >= HELD_ROUNDS - 1
    return held || this.risen >= SWINGING_ROUNDS || this.stands(atMs)
  }

  /** Does anybody stand there for long, who is too few to be above the bar? */
  stands(atMs: number): boolean {
    if (this.risen > 0 || this.steady < HELD_ROUNDS) return false
    const more = this.count - this.normal(atMs)
    const enough = more > 0 && more >= this.settings.threshold * STANDING_SHARE
    return enough && this.standsMs(atMs) >= longestStay(this.group)
  }

  standsMs(atMs: number): number {
    return atMs - this.sinceMs
  }

  /** `found`: the capture that it was part of shows something. Else this level is usual, until it doubles. */
  noteCapture(atMs: number, found: boolean): void {
    this.captured = this.count
    this.found = found
    if (!found) this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS)
    this.notBeforeMs = atMs + this.pauseMs
  }

  /** The process is a new one: nobody has waited in it yet. */
  startAnew(): void {
    this.count = 0
    this.base = 0
    this.settled = 0
    this.told = 0
    this.steady = 0
    this.notBeforeMs = Number.NEGATIVE_INFINITY
    this.endRise()
  }

  /** Nothing of it is worth keeping. */
  isForgettable(atMs: number): boolean {
    return this.count === 0 && this.told === 0 && this.usual(atMs) === 0 && atMs >= this.notBeforeMs
  }

  private endRise(): void {
    this.risen = 0
    this.top = 0
    this.captured = 0
    this.found = false
  }

  private learn(level: number, atMs: number): void {
    if (level <= this.usual(atMs)) return
    this.peak = level
    this.peakMs = atMs
  }
}

/** None of those that stand so long at a line has a good reason. */
function longestStay({ kind, role }: WaitingGroup): number {
  if (LOCKS.has(kind)) return STANDING_AT_LOCK_MS
  if (role === 'idle') return Number.POSITIVE_INFINITY
  return LIKE_IDLE.has(kind) ? STANDING_IN_CALL_MS : STANDING_AT_WORK_MS
}
