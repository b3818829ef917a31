/**
 * In whose sight a goroutine waits: the functions that may have made what it waits for. A plain function that is called
 * without arguments is a door: what is waited for inside of it was made there, or is the program's own, and whoever called
 * it has nothing to do with that.
 *
 *   chan receive ‹ main.collect ‹ main.report() ‹ main.(*server).handle      door: main.report
 */
import type { Frame } from '../scene/frames.ts'
import { isClosure } from '../scene/names.ts'
import { scopesOf } from '../scene/scopes.ts'
import type { Waiter } from './idle.ts'
import type { Reach } from './reach.ts'

export type Sight = {
  readonly door: Frame | undefined
  /** It has started others inside of the door: it waits for these, or for what they pass on. */
  readonly cut: boolean
  /** The functions that called through the door: what these have started has nothing to do with what is behind it. */
  readonly outside: ReadonlySet<string>
  /** The functions in whose sight it was made, from the innermost out to the door. */
  readonly scopes: ReadonlySet<string>
  /** The functions on its stack, up to the door, and what these are written in: those that started whom it waits for. */
  readonly stack: ReadonlySet<string>
}

/** Of a crowd of children a part tells as much. */
const MAX_CHILDREN = 64

/** `startedIn`: the function with the `go` statement of each row; '' unknown. */
export function sightOf(
  reach: Reach,
  waiter: Waiter,
  children: readonly number[],
  startedIn: (row: number) => string,
): Sight {
  const { door, cut } = doorOf(
    reach,
    waiter,
    children.slice(0, MAX_CHILDREN).map(row => startedIn(row)),
  )
  const { frames } = waiter.place
  const at = door ? frames.findIndex(frame => frame.function === door.function) : -1
  const stack = new Set<string>()
  for (const frame of at < 0 ? frames : frames.slice(0, at + 1)) {
    if (!frame.own) continue
    stack.add(frame.function)
    for (const scope of scopesOf(frame.function)) stack.add(scope)
  }
  const scopes = new Set([...stack].flatMap(scopesOf))
  const start = startedIn(waiter.row)
  if (at < 0 && start !== '') for (const scope of scopesOf(start)) scopes.add(scope)
  return { door, cut, outside: new Set(at < 0 ? [] : frames.slice(at + 1).map(frame => frame.function)), scopes, stack }
}

/**
 * What a goroutine began with is called by nobody, so that only tells if it has started others (`cut`): it waits for
 * these, or for what they pass on.
 */
function doorOf(
  reach: Reach,
  waiter: Waiter,
  children: readonly string[],
): { readonly door: Frame | undefined; readonly cut: boolean } {
  const shown = reach.shown(waiter.row)
  if (!shown) return { door: undefined, cut: false }
  const { frames, args } = shown
  const inside = new Set(children)
  let started = false
  let door: Frame | undefined
  for (const [i, frame] of frames.entries()) {
    if (frame.own) started ||= scopesOf(frame.function).some(scope => inside.has(scope)) || inside.has(frame.function)
    if (!isClosed(frame, args[i])) continue
    if (started) return { door: door ?? frame, cut: true }
    if (i < frames.length - 1) door ??= frame
  }
  return { door, cut: false }
}

/** A plain function without arguments; but main is where a program keeps what it has. */
function isClosed(frame: Frame, args: string | undefined): boolean {
  const plain = frame.own && frame.receiver === '' && !isClosure(frame.function)
  return plain && args === '' && frame.function !== 'main.main'
}
