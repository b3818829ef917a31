/**
 * Who is stuck, as the source says: everything that could serve what a goroutine waits for is in sight (`life.ts`), and no
 * living goroutine stands where it still comes by such a place, but those that are stuck themselves.
 */
import type { Finding, StackFrame, Standing, Standings } from '@unhang/core'
import { Belonging } from './belonging.ts'
import { contextIn, contextLife } from './contexts.ts'
import { fieldLife } from './fields.ts'
import { isOfOther, receiverOf } from './holding.ts'
import type { Life, Op, Passing } from './life.ts'
import type { Locked } from './locked.ts'
import type { Declared } from './package.ts'
import type { GoBody, Place, Use } from './steps.ts'
import { Tracer } from './tracer.ts'
import { type Packages, type Waiting, waitingAt } from './waiting.ts'

/** One thing that it offers, and the life of that. */
export type Offer = { readonly use: Use; readonly life: Life; readonly serving: readonly Op[] }

export type Known = Waiting & { readonly offers: readonly Use[]; readonly lives: readonly Offer[] }

/** Lines where goroutines wait that the source is read for. */
const MAX_PLACES = 60

const SERVES: Readonly<Record<string, RegExp>> = {
  send: /^(?:receive|range|close)$/,
  receive: /^(?:send|close|call)$/,
  range: /^(?:send|close)$/,
  give: /^(?:Done|Signal|Broadcast|Release)$/,
}

/** Everybody who waits where the source tells for what. */
export function waitingsIn({ goroutines }: Standings, packages: Packages): readonly Known[] {
  const places = new Set<string>()
  const lives = new Map<string, readonly Offer[]>()
  return goroutines.flatMap(goroutine => {
    const place = stackOf(goroutine)
    if (places.size >= MAX_PLACES && !places.has(place)) return []
    const waiting = waitingAt(goroutine, packages)
    if (!waiting) return []
    places.add(place)
    const key = `${place} ${goroutine.createdBy?.function}:${goroutine.createdBy?.line}`
    const known = lives.get(key) ?? waiting.offers.flatMap(use => offerOf(use, waiting, packages))
    lives.set(key, known)
    return [{ ...waiting, lives: known }]
  })
}

const stackOf = ({ frames }: Standing) => frames.map(({ function: name, line }) => `${name}:${line}`).join(' ')

function offerOf(use: Use, waiting: Waiting, packages: Packages): readonly Offer[] {
  const value = use.do === 'give' ? use.value : use.on
  const { pkg, packageName } = waiting
  const find = (frame: StackFrame) => locate(frame, waiting, packages)?.declared
  const context = use.do === 'receive' ? contextIn(value, waiting) : undefined
  const traced = context
    ? contextLife(waiting, context, find)
    : new Tracer(pkg, packageName).lifeOf(waiting, value, find)
  const life = traced.isWhole || context ? traced : (fieldLife(waiting, value) ?? traced)
  return [{ use, life, serving: life.ops.filter(({ what }) => SERVES[use.do].test(what)) }]
}

function locate(frame: StackFrame, waiting: Pick<Waiting, 'packageName' | 'pkg' | 'folder'>, packages: Packages) {
  const { packageName, pkg, folder } = waiting
  // Programs in one dump may all be called main.
  if (!frame.file.startsWith(folder) || !frame.function.startsWith(`${packageName}.`)) return undefined
  const located = packages.at(frame)
  return located?.pkg === pkg ? located : undefined
}

export type Absent = { readonly stuck: readonly Known[]; readonly locked: readonly Locked[] }

/**
 * Of those the ones that nobody is left to serve, and that nobody is left to unlock for. `others`: ids of those that are
 * stuck for another reason.
 */
export function absentFor(
  waitings: readonly Known[],
  locks: readonly Locked[],
  standings: Standings,
  packages: Packages,
  others: ReadonlySet<number>,
): Absent {
  const { goroutines, isWhole } = standings
  if (!isWhole) return { stuck: [], locked: [] }
  let stuck = waitings.filter(isInSight)
  let locked = locks
  // Thousands wait at one line alike, and what can serve one can serve all: once for each place, and for each stack.
  const able = new Map<Known['lives'], Map<string, readonly number[]>>()
  const belonging = new Belonging(standings)
  const numbers = new Map<string, number>()
  const stacks = goroutines.map(one => {
    const stack = stackOf(one)
    const number = numbers.get(stack) ?? numbers.size
    numbers.set(stack, number)
    return number
  })
  for (const one of stuck) {
    const byCall = able.get(one.lives) ?? new Map<string, readonly number[]>()
    able.set(one.lives, byCall)
    const key = callKey(one, belonging)
    if (byCall.has(key)) continue
    const known = new Map<string, boolean>()
    const ids = goroutines.flatMap((other, i) => {
      const alike = `${callKey({ lives: one.lives, packageName: one.packageName, goroutine: other }, belonging)} ${stacks[i]}`
      const isServing = known.get(alike) ?? isAble(other, one, packages, belonging)
      known.set(alike, isServing)
      return isServing ? [other.id] : []
    })
    byCall.set(key, ids)
  }
  for (let size = -1; size !== stuck.length + locked.length; ) {
    size = stuck.length + locked.length
    const ids = new Set([...stuck, ...locked].map(({ goroutine }) => goroutine.id))
    const isFree = (id: number) => !ids.has(id) && !others.has(id)
    const served = new Set<readonly number[]>()
    for (const byCall of able.values()) for (const ids of byCall.values()) if (ids.some(isFree)) served.add(ids)
    stuck = stuck.filter(one => !served.has(able.get(one.lives)?.get(callKey(one, belonging)) ?? []))
    locked = locked.filter(({ by }) => !by.some(isFree))
  }
  return { stuck, locked }
}

/** Those of one call of a function that makes it anew have the same, those of another call have another one. */
function callKey(
  { lives, goroutine, packageName }: Pick<Known, 'lives' | 'goroutine' | 'packageName'>,
  belonging: Belonging,
): string {
  return lives.flatMap(({ life }) => life.ofCalls.map(one => belonging.callOf(goroutine, packageName, one))).join(' ')
}

/** Nobody comes from where no goroutine is seen: a timer, another package. */
function isInSight({ lives }: Known): boolean {
  const isOfGoroutine = ({ by }: Op | Passing) => by === 'goroutine'
  return lives.every(
    ({ life, serving }) =>
      life.isWhole && serving.every(isOfGoroutine) && leadingTo(serving, life.passings).every(isOfGoroutine),
  )
}

/** Does it still come by a place that serves what the other waits for? */
function isAble(goroutine: Standing, waiting: Known, packages: Packages, belonging: Belonging): boolean {
  const places = waiting.lives.flatMap(({ life, serving }) =>
    isOfOtherCall(goroutine, waiting, life, belonging) ? [] : [...serving, ...leadingTo(serving, life.passings)],
  )
  if (places.length === 0) return false
  return goroutine.frames.some((frame, i) => {
    const located = locate(frame, waiting, packages)
    if (!located) return false
    const { declared, body } = located
    return places.some(place => {
      if ('on' in place && isOfOtherValue(place, frame, waiting)) return false
      if (place.declared !== declared || place.line < body.firstLine || place.line > body.lastLine) return false
      if ('to' in place && place.line === frame.line && i > 0 && isIn(goroutine.frames[i - 1], place.to)) {
        return isInLoop(frame.line, place.line, body)
      }
      if (place.isDeferred && place.body === body) return true
      return place.line >= frame.line || isInLoop(frame.line, place.line, body)
    })
  })
}

/** Two calls of a function that makes one of its own in each. */
function isOfOtherCall(other: Standing, { goroutine, packageName }: Known, { ofCalls }: Life, all: Belonging): boolean {
  return ofCalls.some(one => {
    const [call, own] = [other, goroutine].map(who => all.callOf(who, packageName, one))
    return call !== undefined && own !== undefined && call !== own
  })
}

/** The field of another value: each has its own. */
function isOfOtherValue({ on, declared, body }: Op, frame: StackFrame, waiting: Known): boolean {
  const use = waiting.lives.find(({ serving }) => serving.some(one => one.on === on))?.use
  const value = use && (use.do === 'give' ? use.value : use.on)
  if (!on || value?.is !== 'place' || body.isLiteral || waiting.body.isLiteral) return false
  const isOwn = frame.function.endsWith(`.${declared.name}`)
  return isOwn && isOfOther(pointerOf(waiting.body, value.place, waiting.frame), pointerOf(body, on, frame))
}

function pointerOf(body: GoBody, place: Place, frame: StackFrame): string | undefined {
  return place.path?.length === 2 ? receiverOf(body, { lock: place, mode: 'W', line: 0 }, frame) : undefined
}

function isIn({ function: name }: StackFrame, { name: own }: Declared): boolean {
  return name.replace(/\[.*\]$/, '').endsWith(`.${own}`)
}

function isInLoop(a: number, b: number, { loops }: GoBody): boolean {
  return loops.some(({ firstLine, lastLine }) => [a, b].every(line => firstLine <= line && line <= lastLine))
}

/** Calls that take it to where it is served, however far. */
function leadingTo(serving: readonly Op[], passings: readonly Passing[]): readonly Passing[] {
  const functions = new Set(serving.map(({ declared }) => declared))
  const leading = new Set<Passing>()
  for (let size = -1; size !== leading.size; ) {
    size = leading.size
    for (const passing of passings)
      if (functions.has(passing.to)) {
        leading.add(passing)
        functions.add(passing.declared)
      }
  }
  return [...leading]
}

/** Those that a finding is about, in all. */
export function idsOf(findings: readonly Finding[]): ReadonlySet<number> {
  return new Set(findings.flatMap(({ waiters }) => waiters.goroutines))
}
