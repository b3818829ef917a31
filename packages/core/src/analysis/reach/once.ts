/**
 * Who is in the function that a `sync.Once` calls: whoever waits for a Once waits for that one (sync/once.go holds a Mutex
 * around the call, and leaves it in any case). A Once is told from another by its address, where a dump shows it; else by
 * the functions that call `Do`.
 *
 *   waits   Mutex.Lock ‹ Once.doSlow ‹ Once.Do ‹ main.(*conf).get:30
 *   is in   … ‹ main.(*conf).load:12 ‹ Once.doSlow ‹ Once.Do ‹ main.(*conf).get:30
 */
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { scopesOf } from '../scene/scopes.ts'
import type { Place } from '../scene/standing.ts'
import { exactAddress, plumbingDepth } from '../scene/waits.ts'
import type { Inside } from './inside.ts'

/** A call of a Once's function on a stack. */
type Call = {
  /** The function that was called, and who has called `Do`. */
  readonly frame: Frame
  readonly caller: Frame | undefined
  /** Of the Once, and of the value that the caller works on; '' unknown. */
  readonly address: string
  readonly object: string
}

/** `sync.OnceFunc` and its like call `Do` in closures of their own. */
const ONCE = /^sync\.(\(\*Once\)\.|Once(Func|Values?)\b)/
/** Looked at of each place. */
const MAX_CALLS = 8

/** The goroutine inside of the call that a group waits for. */
export function insideOnce(scene: Scene, group: Group): Inside | undefined {
  const { standing } = scene
  const ranks = standing.places.map(place => bestOf(group, place))
  let best: (Inside & { rank: number }) | undefined
  for (let row = 0; row < standing.length; row++) {
    const place = standing.places[standing.place[row]]
    const found = ranks[standing.place[row]]
    if (!found || standing.count[row] === 0) continue
    // One of the waiters is inside of another Once, as long as anybody else is inside of this one.
    const rank = 2 * found.rank + Number(!group.rows.includes(row))
    if (!best || rank > best.rank) best = { row, place, frame: found.call.frame, how: 'once', rank }
  }
  return best && { row: best.row, place: best.place, frame: best.frame, how: 'once' }
}

function bestOf(group: Group, place: Place): { readonly call: Call; readonly rank: number } | undefined {
  let best: { call: Call; rank: number } | undefined
  for (const call of callsOf(place)) {
    const rank = likeness(group, call)
    if (rank > 0 && rank > (best?.rank ?? 0)) best = { call, rank }
  }
  return best
}

/** 3: the very Once; 2: `Do` is called in the same function; 1: by a method of the same type, or in the same function's closures. */
function likeness({ lock, site, object }: Group, { address, caller, ...call }: Call): number {
  if (lock !== '' && address !== '') return isIn(lock, address) ? 3 : 0
  if (!caller || (caller.receiver === site.receiver && areTwo(object, call.object))) return 0
  if (caller.function === site.function) return 2
  if (site.receiver !== '' && caller.receiver === site.receiver) return 1
  return scopesOf(caller.function).some(scope => scopesOf(site.function).includes(scope)) ? 1 : 0
}

function areTwo(a: string, b: string): boolean {
  return a !== '' && b !== '' && a !== b
}

/** A Once's Mutex lies behind its first word. */
function isIn(lock: string, once: string): boolean {
  const offset = BigInt(lock) - BigInt(once)
  return offset >= 0n && offset < 16n
}

function callsOf({ frames, args, wait }: Place): Call[] {
  const calls: Call[] = []
  let i = wait.kind === 'none' ? 0 : plumbingDepth(frames)
  for (; i < frames.length && calls.length < MAX_CALLS; i++) {
    if (i === 0 || !ONCE.test(frames[i].function) || ONCE.test(frames[i - 1].function)) continue
    const frame = frames[i - 1]
    let address = ''
    for (; i < frames.length && frames[i].plumbing; i++) address ||= exactAddress(args?.[i])
    calls.push({ frame, caller: frames[i], address, object: exactAddress(args?.[i]) })
  }
  return calls
}
