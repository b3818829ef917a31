/**
 * Who could still wake it? What the inputs tell of how goroutines hang together: who started whom, whether that one is
 * still there, and which of them have the same pointer among the arguments of their frames. No judgement is made here.
 * Everything is worked out for the rows that are asked for; the dumps may have 400,000.
 */
import type { Dump } from '../../dump/tables.ts'
import type { Frame, FrameBook } from '../scene/frames.ts'
import { pointersOf } from '../scene/pointers.ts'
import type { Scene } from '../scene/scene.ts'
import { Pointers, showingOf } from '../scene/sharing.ts'
import { givesUp } from './idle.ts'

export type Reach = {
  /** Go's id of the goroutine that started this row's; NaN: unknown. */
  readonly creatorId: (row: number) => number
  /** Its row in the standing; -1: it has ended, or is unknown. */
  readonly creator: (row: number) => number
  /** `gone` is only said where the inputs list all living goroutines, and it is not among them. */
  readonly creatorState: (row: number) => 'alive' | 'gone' | 'unknown'
  /** Was it started by a test that has given up? */
  readonly givenUp: (row: number) => boolean
  /** Rows of living goroutines that the goroutine of this id has started. */
  readonly startedBy: (id: number) => readonly number[]
  /** Pointers that the compiler vouches for, by frame, innermost first; from the newest dump that shows it. */
  readonly pointers: (row: number) => readonly Pointer[]
  /** Its frames, and what stands between their parentheses, in the newest dump that shows it. */
  readonly shown: (row: number) => Shown | undefined
  /** Its frames alone. */
  readonly frames: (row: number) => readonly Frame[]
  /** Rows of goroutines that have one of these pointers among their arguments. */
  readonly sharing: (addresses: ReadonlySet<string>) => ReadonlyMap<string, readonly number[]>
  /** The same of one pointer, with the places of its frames in `frames`, innermost first; for crowds. */
  readonly eachSharing: (address: string, visit: (row: number, frame: number) => void) => void
  /** Row of a living goroutine by its id; -1. */
  readonly rowOfId: (id: number) => number
}

export type Pointer = {
  readonly frame: Frame
  readonly address: string
  readonly receiver: boolean
  /** In the program's own code, or in what that has called; not in a library that called it. */
  readonly within: boolean
}

/** `args` of an inlined call are "..."; '' is none. */
export type Shown = { readonly frames: readonly Frame[]; readonly args: readonly string[] }

const NONE: readonly never[] = []
const MAX_LOOKS = 50
const known = new WeakMap<Scene, Reach>()

/** Of one scene; the same object each time. */
export function reachOf(scene: Scene): Reach {
  let reach = known.get(scene)
  if (!reach) {
    reach = makeReach(scene)
    known.set(scene, reach)
  }
  return reach
}

function makeReach(scene: Scene): Reach {
  const { standing } = scene
  const dumps = scene.dumpTables.filter(dump => dump.form === 'debug2')
  const rows = lazily(() => rowsById(scene))
  const stackOf = stacksOf(scene.book)
  const showing = lazily(() => showingOf(standing, dumps))
  const whole = lazily(() => listsAll(scene))
  const allPointers = lazily(() => new Pointers(dumps, showing()))
  const children = lazily(() => childrenById(scene, creatorId))
  const ids = standing.id.subarray(0, standing.length)
  const asked = new Map<number, number>()
  function rowOfId(id: number): number {
    const seen = asked.get(id)
    if (seen !== undefined) return seen
    // A million goroutines often come from one: a look through their ids costs less than a map of them all.
    const row = asked.size < MAX_LOOKS ? ids.lastIndexOf(id) : (rows().get(id) ?? -1)
    asked.set(id, row)
    return row
  }

  /** The newest dump that shows a goroutine. */
  function shown(row: number): { dump: Dump; row: number } | undefined {
    const { dump, row: rowIn } = showing()
    // Row -1 is nobody.
    return rowIn[row] >= 0 ? { dump: dumps[dump[row]], row: rowIn[row] } : undefined
  }
  function creatorId(row: number): number {
    const g = standing.traceRow[row]
    const creator = scene.trace && g >= 0 ? scene.trace.goroutines.creator[g] : -1
    if (scene.trace && creator >= 0) return scene.trace.goroutines.id[creator]
    const found = shown(row)
    return found ? found.dump.rows.creator[found.row] : Number.NaN
  }
  const creator = (row: number) => rowOfId(creatorId(row))
  const failed = lazily(() => standing.places.filter(givesUp))
  /** Go before 1.21 does not say who started it: then it was the test that is in the function that did. */
  const givenUp = (row: number) => {
    if (failed().length === 0 || !whole()) return false
    const by = creator(row)
    if (by >= 0) return failed().includes(standing.places[standing.place[by]])
    const start = scene.startedAt(row)?.function
    return Number.isNaN(creatorId(row)) && failed().some(({ frames }) => frames.some(frame => frame.function === start))
  }
  return {
    creatorId,
    creator,
    creatorState: row => {
      if (givenUp(row)) return 'gone'
      const id = creatorId(row)
      if (Number.isNaN(id)) return 'unknown'
      if (rowOfId(id) >= 0) return 'alive'
      return whole() ? 'gone' : 'unknown'
    },
    givenUp,
    startedBy: id => children()(id),
    pointers: remembered(row => {
      const found = shown(row)
      return found ? pointersIn(shownIn(stackOf, found.dump, found.row)) : NONE
    }),
    shown: row => {
      const found = shown(row)
      return found && shownIn(stackOf, found.dump, found.row)
    },
    frames: row => {
      const found = shown(row)
      return found ? stackOf(found.dump, found.dump.rows.stack[found.row]) : NONE
    },
    sharing: addresses => allPointers().sharing(addresses),
    eachSharing: (address, visit) => allPointers().each(address, visit),
    rowOfId,
  }
}

/** Rows whose answer is kept: whoever waits is asked for again and again by those that may wait for it. */
const MAX_REMEMBERED = 50_000

/** Of each row once, as long as they are not too many. */
export function remembered<T>(make: (row: number) => T): (row: number) => T {
  const made = new Map<number, T>()
  return row => {
    const known = made.get(row)
    if (known !== undefined) return known
    const value = make(row)
    if (made.size >= MAX_REMEMBERED) made.clear()
    made.set(row, value)
    return value
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function rowsById({ standing }: Scene): Map<number, number> {
  const byId = new Map<number, number>()
  for (let row = 0; row < standing.length; row++) if (!Number.isNaN(standing.id[row])) byId.set(standing.id[row], row)
  return byId
}

/** Frames of the stacks of dumps, each made once: crowds stand in a few. */
function stacksOf(book: FrameBook): (dump: Dump, stack: number) => readonly Frame[] {
  const known = new Map<Dump, (readonly Frame[])[]>()
  return (dump, stack) => {
    const ofDump = known.get(dump) ?? []
    known.set(dump, ofDump)
    if (stack < 0) return NONE
    ofDump[stack] ??= book.stack(dump, stack)
    return ofDump[stack]
  }
}

/** A trace states every living goroutine. People cut dumps: one without the main goroutine is an excerpt. */
export function listsAll(scene: Scene): boolean {
  if (scene.trace) return scene.trace.problems.length === 0
  const newest = scene.dumpTables.findLast(dump => dump.form === 'debug2')
  return newest !== undefined && newest.problems.length === 0 && newest.rows.id.includes(1)
}

/** By the id of who started them. One often has started a million: rows in two columns, an array for those asked for. */
function childrenById(scene: Scene, creatorId: (row: number) => number): (id: number) => readonly number[] {
  const { length } = scene.standing
  const slotOf = new Int32Array(length)
  const slots = new Map<number, number>()
  const counts: number[] = []
  let id = Number.NaN
  let slot = -1
  for (let row = 0; row < length; row++) {
    const next = creatorId(row)
    // Mostly the same as of the row before.
    if (next !== id) {
      id = next
      slot = Number.isNaN(id) ? -1 : (slots.get(id) ?? counts.push(0) - 1)
      if (slot >= 0) slots.set(id, slot)
    }
    slotOf[row] = slot
    if (slot >= 0) counts[slot]++
  }
  const first = new Uint32Array(counts.length + 1)
  for (let i = 0; i < counts.length; i++) first[i + 1] = first[i] + counts[i]
  const rows = new Uint32Array(first[counts.length])
  const filled = first.slice()
  for (let row = 0; row < length; row++) if (slotOf[row] >= 0) rows[filled[slotOf[row]]++] = row
  const asked = new Map<number, readonly number[]>()
  return id => {
    const slot = slots.get(id)
    if (slot === undefined) return NONE
    const made = asked.get(slot) ?? toArray(rows.subarray(first[slot], first[slot + 1]))
    asked.set(slot, made)
    return made
  }
}

/** A seventh of what `Array.from` takes, which asks an iterator for each. */
function toArray(rows: Uint32Array): readonly number[] {
  const array: number[] = new Array(rows.length)
  for (let i = 0; i < rows.length; i++) array[i] = rows[i]
  return array
}

function shownIn(stackOf: ReturnType<typeof stacksOf>, dump: Dump, row: number): Shown {
  const frames = stackOf(dump, dump.rows.stack[row])
  const from = dump.rows.firstArg[row]
  const count = Math.min(frames.length, dump.rows.firstArg[row + 1] - from)
  const args: string[] = []
  for (let i = 0; i < count; i++) args.push(dump.strings.text(dump.frameArgs[from + i]))
  return { frames, args }
}

function pointersIn({ frames, args }: Shown): Pointer[] {
  const outermost = frames.findLastIndex(frame => frame.own)
  const found: Pointer[] = []
  for (const [i, text] of args.entries()) {
    for (const address of pointersOf(text)) {
      const receiver = text.startsWith(address) && frames[i].receiver !== ''
      found.push({ frame: frames[i], address, receiver, within: i <= outermost })
    }
  }
  return found
}
