/**
 * Does a goroutine hold a lock where it stands? On every path to the line of one of its frames the lock is taken and not
 * released, and no frame further in releases it: then it does, whatever it waits for there.
 */
import { isLineOf } from '../inputs/gofuncs.ts'
import { Effects } from './effects.ts'
import { isKnown } from './flow.ts'
import type { StackFrame, Standing } from './goroutines.ts'
import type { GoPackage } from './package.ts'
import type { State } from './state.ts'
import type { GoBody, LockTaken, Step } from './steps.ts'
import type { Found } from './taker.ts'

export type Hold = {
  /** Where it was taken. */
  readonly lock: LockTaken
  readonly frame: StackFrame
  /** False: on some path it is not held, or goes out of sight. */
  readonly isSure: boolean
  /** "0xc000012345" where the lock belongs to the receiver, and the input shows it for sure. */
  readonly receiver: string | undefined
}

/** A lock, as the line that waits for it takes it. */
export type Sought = { readonly site: Found; readonly owner: string | undefined }

/** What `goroutine` has of that lock; undefined: nothing, as far as the source tells. */
export function holdOf(pkg: GoPackage, packageName: string, goroutine: Standing, sought: Sought): Hold | undefined {
  const frames = goroutine.frames.map(frame => ({ frame, place: placeIn(pkg, packageName, frame) }))
  for (const [i, { frame, place }] of frames.entries()) {
    if (!place) continue
    for (const lock of locksOf(pkg, place, sought)) {
      const inner = frames.slice(0, i).filter(one => one.place !== undefined)
      const states = statesAt(pkg, place, lock, goroutine.frames[i - 1], frame.line, inner.length > 0)
      if (states?.length && states.every(state => state.balance <= 0 && isKnown(state))) continue
      const isHeld =
        states !== undefined && states.length > 0 && states.every(state => state.balance > 0 && isKnown(state))
      const isKept =
        isHeld &&
        !AT_WORK.test(goroutine.reason) &&
        frames.slice(0, i).every((one, at) => keeps(pkg, one, goroutine.frames[at - 1], sought, lock))
      const line = states?.[0]?.line || lock.line
      return { lock: { ...lock, line }, frame, isSure: isKept, receiver: receiverOf(place.body, lock, frame) }
    }
  }
  return undefined
}

/** Where one that runs will be at the next moment, its line does not tell. */
const AT_WORK = /^(?:running|runnable|syscall|)$/

type Placed = Omit<Found, 'lock'>

function placeIn(pkg: GoPackage, packageName: string, frame: StackFrame): Placed | undefined {
  if (!frame.function.startsWith(`${packageName}.`)) return undefined
  const name = frame.file.slice(Math.max(frame.file.lastIndexOf('/'), frame.file.lastIndexOf('\\')) + 1)
  const file = pkg.files.find(one => one.name === name)
  if (!file || !isLineOf(pkg.functionsOf(file), frame.line, frame.function)) return undefined
  const declared = pkg.functionsOf(file).find(one => one.firstLine <= frame.line && frame.line <= one.lastLine)
  if (!declared) return undefined
  const around = pkg.bodiesOf(declared).filter(body => body.firstLine <= frame.line && frame.line <= body.lastLine)
  const [body] = around.toSorted((a, b) => b.firstLine - a.firstLine)
  return body && { declared, body }
}

/** Each lock of the function that is the one sought, once. */
function locksOf(pkg: GoPackage, { declared, body }: Placed, { site, owner }: Sought): readonly LockTaken[] {
  const seen = new Set<string>()
  return body.locks.filter(({ lock, mode }) => {
    const isSame = body === site.body && declared === site.declared && lock.key === site.lock.lock.key
    // Readers do not shut each other out.
    if (mode === 'R' && site.lock.mode === 'R') return false
    if (!isSame && (owner === undefined || pkg.owners.ownerOf(lock) !== owner)) return false
    const key = `${lock.key} ${mode}`
    return !seen.has(key) && seen.add(key)
  })
}

function statesAt(
  pkg: GoPackage,
  { declared, body }: Placed,
  { lock, mode }: LockTaken,
  inner: StackFrame | undefined,
  line: number,
  isSeen: boolean,
): readonly State[] | undefined {
  const name = { mode, key: lock.key, owner: pkg.owners.ownerOf(lock) }
  return new Effects(pkg).statesAt(declared, body, name, stepAt(line, inner), isSeen)
}

/** A frame further in, of the package: it does not release the lock before the line where it stands. */
function keeps(
  pkg: GoPackage,
  { frame, place }: { readonly frame: StackFrame; readonly place: Placed | undefined },
  inner: StackFrame | undefined,
  { owner }: Sought,
  { mode }: LockTaken,
): boolean {
  // Its own lock is released while it waits.
  if (frame.function === 'sync.(*Cond).Wait') return false
  if (!place) return true
  if (owner === undefined) return false
  const name = { mode, key: undefined, owner }
  const states = new Effects(pkg).statesAt(place.declared, place.body, name, stepAt(frame.line, inner), true)
  return states !== undefined && states.length > 0 && states.every(state => state.balance >= 0 && isKnown(state))
}

/**
 * The steps of a line that a goroutine may stand at: with nothing but the runtime further in it waits on a channel, else it
 * is in a call of that name. What is deferred runs at lines that call something else.
 */
function stepAt(line: number, inner: StackFrame | undefined): (step: Step) => boolean {
  if (!inner || /^(?:runtime|internal\/runtime)[./]/.test(inner.function))
    return step => step.do === 'wait' && step.line === line
  const name = inner.function.replace(/\[\.\.\.\]$/, '').replace(/^.*[./)]/, '')
  return step => {
    if (step.do === 'call') return step.line === line && step.call.name === name
    if (step.do !== 'lock' || step.line !== line) return false
    return name === (step.mode === 'W' ? 'Lock' : 'RLock')
  }
}

/** The value that the lock belongs to: the receiver, or a pointer that is the first argument. */
export function receiverOf(
  { receiver, parameters }: GoBody,
  { lock }: LockTaken,
  { args }: { readonly args: string },
): string | undefined {
  const first = receiver ?? parameters[0]
  if (!first || lock.root !== first || !first.type.startsWith('*') || lock.path?.includes('[]') !== false)
    return undefined
  return /^(0x[0-9a-f]{6,16})(?:[,)]|$)/.exec(args)?.[1]
}
