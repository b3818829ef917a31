/**
 * Does a goroutine hold a lock where it stands? On every path to the line of one of its frames the lock is taken and not
 * released, and no frame further in releases it: then it does, whatever it waits for there.
 */
import type { StackFrame, Standing } from '@unhang/core'
import { calledBy } from './calls.ts'
import { Effects, type LockName } from './effects.ts'
import { innerSteps, isKnown, someStep } from './flow.ts'
import type { GoPackage } from './package.ts'
import type { State } from './state.ts'
import type { GoBody, LockTaken, Mode, Step } from './steps.ts'
import type { Found } from './taker.ts'
import { bodyAt } from './waiting.ts'

export type Hold = {
  /** Where it was taken. */
  readonly lock: LockTaken
  readonly frame: StackFrame
  /** False: on some path it is not held, or goes out of sight. */
  readonly isSure: boolean
  /** On some path it is held, and whoever else may have it has it not: then this one has. */
  readonly isPossible: boolean
  /** It waits for one with another of the same kind in hand: in a loop over them. */
  readonly isAgain: boolean
  /** "0xc000012345" where the lock belongs to the receiver, and the input shows it for sure. */
  readonly receiver: string | undefined
}

/** A lock, as the line that waits for it takes it. */
export type Sought = {
  readonly site: Found
  readonly owner: string | undefined
  /** Functions that may return with it locked. */
  readonly wrappers: ReadonlyMap<string, Mode>
  /** One who reads keeps those who wait here out: they write, or stand behind somebody who does. */
  readonly isShutByReaders: boolean
}

/** What `goroutine` has of that lock; undefined: nothing, as far as the source tells. */
export function holdOf(pkg: GoPackage, packageName: string, goroutine: Standing, sought: Sought): Hold | undefined {
  const frames = goroutine.frames.map(frame => ({ frame, place: placeIn(pkg, packageName, frame) }))
  for (const [i, { frame, place }] of frames.entries()) {
    if (!place) continue
    for (const { taken: lock, name } of takingsOf(pkg, place, sought)) {
      const inside = frames.slice(0, i)
      const isSeen = inside.some(one => one.place !== undefined)
      const isAt = stepAt(pkg, place, frame.line, goroutine.frames[i - 1])
      const states = new Effects(pkg).statesAt(place.declared, place.body, name, isAt, isSeen)
      if (states?.length && states.every(state => state.balance <= 0 && isKnown(state))) continue
      const isResting = !AT_WORK.test(goroutine.reason)
      const isHeld = states?.length ? states.every(isHeldIn) : false
      const isKept =
        isHeld && isResting && inside.every((one, at) => keeps(pkg, one, goroutine.frames[at - 1], sought, lock))
      const isPossible = isResting && states?.some(isHeldIn) === true && !inside.some(releasesMeanwhile)
      const line = states?.[0]?.line || lock.line
      const receiver = receiverOf(place.body, lock, frame)
      const isThere = place.body === sought.site.body && frame.line === sought.site.lock.line
      const isAgain = isThere && states?.some(({ balance }) => balance > 0) === true
      return { lock: { ...lock, line }, frame, isSure: isKept, isPossible, isAgain, receiver }
    }
  }
  const given = frames.find(({ place }) => place && releasesForOthers(pkg, place, sought))
  if (!given) return undefined
  const unclear = { isSure: false, isPossible: false, isAgain: false, receiver: undefined }
  return { lock: sought.site.lock, frame: given.frame, ...unclear }
}

/** It was handed the lock: it releases what it has not taken. */
function releasesForOthers(pkg: GoPackage, { declared, body }: Placed, { owner }: Sought): boolean {
  const isOwn = (step: Step) => step.do === 'unlock' && owner !== undefined && pkg.owners.ownerOf(step.lock) === owner
  if (!someStep(body.steps, isOwn)) return false
  const effects = new Effects(pkg)
  return (['W', 'R'] as const).some(
    mode => effects.pathsOf(declared, body, { mode, key: undefined, owner }).releasesForeign,
  )
}

/** Where one that runs will be at the next moment, its line does not tell. */
const AT_WORK = /^(?:running|runnable|syscall|)$/

type Placed = Omit<Found, 'lock'>

export function placeIn(pkg: GoPackage, packageName: string, frame: StackFrame): Placed | undefined {
  if (!frame.function.startsWith(`${packageName}.`)) return undefined
  const name = frame.file.slice(Math.max(frame.file.lastIndexOf('/'), frame.file.lastIndexOf('\\')) + 1)
  const file = pkg.files.find(one => one.name === name)
  return file && bodyAt(pkg, file, frame)
}

type Taking = { readonly taken: LockTaken; readonly name: LockName }

/** Each lock of the function that is the one sought, once; or that a function which it calls takes for it. */
function takingsOf(pkg: GoPackage, { declared, body }: Placed, sought: Sought): readonly Taking[] {
  const { site, owner, wrappers, isShutByReaders } = sought
  const found = new Map<string, Taking>()
  for (const taken of body.locks) {
    const { lock, mode } = taken
    const own = pkg.owners.ownerOf(lock)
    const isSame = body === site.body && declared === site.declared && lock.key === site.lock.lock.key
    const isSought = isSame || (owner !== undefined && own === owner)
    const id = `${lock.key} ${mode}`
    if (!isSought || found.has(id) || (mode === 'R' && !isShutByReaders)) continue
    found.set(id, { taken, name: { mode, key: lock.key, owner: own } })
  }
  if (found.size > 0 || owner === undefined) return [...found.values()]
  return [...wrappers].flatMap(([name, mode]) => {
    if (!callsHere(body.steps, name)) return []
    return [{ taken: { ...site.lock, mode }, name: { mode, key: undefined, owner } }]
  })
}

/** Not in what others run. */
function callsHere(steps: readonly Step[], name: string): boolean {
  return steps.some(step =>
    step.do === 'call'
      ? step.call.name === name
      : step.do !== 'spawn' && innerSteps(step).some(inner => callsHere(inner, name)),
  )
}

const isHeldIn = (state: State) => state.balance > 0 && isKnown(state)

/** The lock of a Cond is released while one waits there. */
const releasesMeanwhile = ({ frame }: { readonly frame: StackFrame }) => frame.function === 'sync.(*Cond).Wait'

/** A frame further in, of the package: it does not release the lock before the line where it stands. */
function keeps(
  pkg: GoPackage,
  { frame, place }: { readonly frame: StackFrame; readonly place: Placed | undefined },
  inner: StackFrame | undefined,
  { owner }: Sought,
  { mode }: LockTaken,
): boolean {
  if (releasesMeanwhile({ frame })) return false
  if (!place) return true
  if (owner === undefined) return false
  const name = { mode, key: undefined, owner }
  const states = new Effects(pkg).statesAt(
    place.declared,
    place.body,
    name,
    stepAt(pkg, place, frame.line, inner),
    true,
  )
  return states !== undefined && states.length > 0 && states.every(state => state.balance >= 0 && isKnown(state))
}

/**
 * The steps of a line that a goroutine may stand at: with nothing but the runtime further in it waits on a channel, else it
 * is in a call of that name. What is deferred runs at lines that call something else.
 */
function stepAt(
  pkg: GoPackage,
  { body }: Placed,
  line: number,
  inner: StackFrame | undefined,
): (step: Step) => boolean {
  if (!inner || /^(?:runtime|internal\/runtime)[./]/.test(inner.function))
    return step => step.do === 'wait' && step.line === line
  const name = inner.function.replace(/\[\.\.\.\]$/, '').replace(/^.*[./)]/, '')
  const isCallOf = (step: Step) => {
    if (step.do === 'call') return step.line === line && step.call.name === name
    return step.do === 'lock' && step.line === line && name === (step.mode === 'W' ? 'Lock' : 'RLock')
  }
  if (someStep(body.steps, isCallOf) || mayRunDeferred(line, body)) return isCallOf
  // A function in a variable or a field, a method of an interface: there it has another name.
  return step => step.do === 'call' && step.line === line && calledBy(pkg, step.call).functions.length === 0
}

/** The function may be left in this line, and runs more then than an Unlock. */
function mayRunDeferred(line: number, { steps, lastLine }: GoBody): boolean {
  const isLeft = line === lastLine || someStep(steps, step => step.do === 'return' && step.line === line)
  const isWork = (step: Step) => step.do !== 'unlock' && step.do !== 'hand'
  return isLeft && someStep(steps, step => step.do === 'defer' && step.body.some(isWork))
}
/**
 * The value that the lock belongs to: the receiver, or a pointer that is an argument; "0xc000012345 to" where it belongs to
 * the value's field `to`.
 */
export function receiverOf(
  { receiver, parameters }: GoBody,
  { lock }: LockTaken,
  { args }: { readonly args: string },
): string | undefined {
  const { root, path } = lock
  const at = root ? (receiver ? [receiver, ...parameters] : parameters).indexOf(root) : -1
  if (!root?.type.startsWith('*') || at < 0 || path?.includes('[]') !== false) return undefined
  const pointer = argumentsIn(args)[at]
  return pointer && POINTER.test(pointer) ? [pointer, ...path.slice(1, -1)].join(' ') : undefined
}

const POINTER = /^0x[0-9a-f]{6,16}$/

/** "0xc000012345", "{0x1, 0x2}": one for each, whatever it is made of. */
function argumentsIn(args: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= args.length; at++) {
    const char = args[at]
    if (char === '{') depth++
    else if (char === '}') depth--
    else if (depth === 0 && (char === ',' || char === undefined)) {
      found.push(args.slice(from, at).trim())
      from = at + 1
    }
  }
  return found
}

/** Locks of two values; from one value to a field of another there are many ways. */
export function isOfOther(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined || one.includes(' ') || other.includes(' ')) return false
  return one !== other
}
