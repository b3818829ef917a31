/**
 * The goroutines that may hold the other end of what one waits for. Nothing shows a channel in a closure, so ties stand
 * in for it, in this order:
 *
 *   value     the same pointer among the arguments
 *   creator   it started this one, and is still in the function that did
 *   child     this one started it
 *   sibling   the same one started both
 *   scope     in the same call of a function, or in closures of it
 *   around    in a function around it, whatever call of it that was: it counts while that one is at work
 *   type      in methods of the same type
 *   seen      it has woken this one before
 *   library   in the same library, where the wait is in the library
 *
 * A function that is called twice makes two channels: goroutines of different calls are told apart by who started them.
 */
import type { Frame } from '../scene/frames.ts'
import { knownWait } from '../scene/libraries.ts'
import type { Scene } from '../scene/scene.ts'
import { scopesOf } from '../scene/scopes.ts'
import type { Place } from '../scene/standing.ts'
import { isTestRunner, ownFrame, type Waiter } from './idle.ts'
import { type KinIndex, kinIndex, typesOf } from './kin.ts'
import { type Reach, reachOf } from './reach.ts'
import { MAX_AT_PLACE, type Receivers, receiversIn } from './receivers.ts'
import type { Served } from './served.ts'
import { type Sight, sightOf } from './sight.ts'
import { isCalledByTimer } from './unshown.ts'

export type Tie = 'value' | 'creator' | 'child' | 'sibling' | 'scope' | 'around' | 'type' | 'seen' | 'library'

/**
 * What becomes of whoever started it: `gone`; in the very function still (`frame`); alive elsewhere in the program
 * (`away`); alive, but all of the program's own code has returned (`left`); a library that calls it (`library`); `cut`: it works on what it made itself, and nobody outside has that; the
 * `main` goroutine has no creator; `unknown`.
 */
export type Anchor = 'gone' | 'left' | 'frame' | 'away' | 'library' | 'cut' | 'main' | 'unknown'

export type Ties = {
  readonly anchor: Anchor
  /** Rows, each with its closest tie. */
  readonly partners: ReadonlyMap<number, Tie>
  /** Rows of those that it has started. */
  readonly children: readonly number[]
  /** What it waits on was most likely made by itself: it was called through a plain function without arguments. */
  readonly closed: boolean
  /** Others wait there for what they have started themselves, each time: nobody idles there. */
  readonly forOwn: boolean
  /** Whoever started it has ended, but has let connections in before: requests may bring work. */
  readonly open: boolean
}

const NONE: readonly never[] = []
const MAX_PARTNERS = 400
/** Pointers that so many goroutines have are the program's common property: its logger, its configuration. */
const MAX_SHARING = 64
/** Closures in closures that start goroutines. */
const MAX_GENERATIONS = 4

function known(id: number): number | undefined {
  return Number.isNaN(id) ? undefined : id
}

export type Partners = (waiter: Waiter) => Ties

/** `waits`: may this row be stuck itself? */
export function partnersIn(
  scene: Scene,
  waiters: readonly Waiter[],
  served: Served,
  waits: (row: number) => boolean,
): Partners {
  const reach = reachOf(scene)
  const index = kinIndex(scene)
  const sharing = reach.sharing(
    new Set(waiters.flatMap(({ row }) => ownPointers(reach, row).map(({ address }) => address))),
  )
  const receivers = receiversIn(reach, index)
  const calls: Calls = new Map()
  return waiter => new Finder(scene, reach, index, sharing, served, receivers, calls, waiter).find(waits)
}

function ownPointers(reach: Reach, row: number): ReturnType<Reach['pointers']> {
  return reach.pointers(row).filter(({ frame, within }) => within && !frame.plumbing)
}

function scopesAt(frame: Frame | undefined): readonly string[] {
  return frame ? scopesOf(frame.function) : NONE
}

/** By scope and row: which call of a function a goroutine belongs to. Of a crowd it is asked for each that waits. */
type Calls = Map<string, Map<number, number | undefined>>

class Finder {
  private readonly partners = new Map<number, Tie>()
  private readonly scene: Scene
  private readonly reach: Reach
  private readonly index: KinIndex
  private readonly sharing: ReadonlyMap<string, readonly number[]>
  private readonly served: Served
  private readonly receivers: Receivers
  private readonly calls: Calls
  private readonly waiter: Waiter
  private readonly id: number
  private readonly creatorId: number

  constructor(
    scene: Scene,
    reach: Reach,
    index: KinIndex,
    sharing: ReadonlyMap<string, readonly number[]>,
    served: Served,
    receivers: Receivers,
    calls: Calls,
    waiter: Waiter,
  ) {
    this.scene = scene
    this.reach = reach
    this.index = index
    this.sharing = sharing
    this.served = served
    this.receivers = receivers
    this.calls = calls
    this.waiter = waiter
    this.id = scene.standing.id[waiter.row]
    this.creatorId = reach.creatorId(waiter.row)
  }

  find(waits: (row: number) => boolean): Ties {
    const { row, place } = this.waiter
    for (const { address } of ownPointers(this.reach, row)) {
      const rows = this.sharing.get(address) ?? []
      if (rows.length <= MAX_SHARING) for (const other of rows) this.add(other, 'value')
    }
    if (place.site && !place.site.own && !knownWait(place)?.apart) this.addLibrary()
    const children = this.reach.startedBy(this.id)
    const helpers = this.served.helpers(row)
    if (helpers) {
      this.addHelpers(children, helpers)
      return { anchor: 'cut', partners: this.partners, children, closed: true, open: false, forOwn: true }
    }
    const sight = sightOf(this.reach, this.waiter, children, child => this.startOf(child))
    const { door, cut, scopes } = sight
    const anchor =
      cut && this.reach.creatorState(row) !== 'gone' ? 'cut' : this.anchor(scopes, door !== undefined, waits)
    this.addChildren(children, sight)
    // Its siblings were started outside of the door.
    if (!door) this.addSiblings(anchor, scopes)
    for (const scope of scopes) this.addScope(scope)
    this.addPast()
    this.addTypes()
    for (const other of this.served.met(row)) this.add(other, 'seen')
    const open = (anchor === 'gone' || anchor === 'left') && this.letIn()
    return { anchor, partners: this.partners, children, closed: door !== undefined, open, forOwn: false }
  }

  /**
   * Those that it has started itself, and those of the helpers that were there when it began to wait, unless they have
   * somebody else who started them, and waits for them.
   */
  private addHelpers(children: readonly number[], helpers: readonly number[]): void {
    for (const child of children.slice(0, MAX_PARTNERS)) if (this.isOurs(child)) this.add(child, 'child')
    const { sinceNs, traceRow } = this.scene.standing
    const births = this.scene.trace!.goroutines.birthNs
    for (const row of helpers) {
      const creator = this.reach.creatorId(row)
      const ofAnother = creator !== this.creatorId && this.reach.rowOfId(creator) >= 0
      // NaN: it was there before the trace began.
      if (!ofAnother && !(births[traceRow[row]] > sinceNs[this.waiter.row])) this.add(row, 'sibling')
    }
  }

  /** Those that a door's inside has started itself are waited for; what others have started before is none of it. */
  private addChildren(children: readonly number[], { door, outside, stack }: Sight): void {
    const ours = children.slice(0, MAX_PARTNERS).filter(child => this.isOurs(child))
    const near = door ? ours.filter(child => stack.has(this.startOf(child))) : []
    for (const child of near.length > 0 ? near : ours) if (!outside.has(this.startOf(child))) this.add(child, 'child')
  }

  private add(row: number, tie: Tie): void {
    if (row === this.waiter.row || this.partners.has(row) || this.isFull()) return
    // Another one at the very line waits for the same.
    if (this.isBeside(row) && tie !== 'child' && tie !== 'creator') return
    if (tie !== 'value' && tie !== 'seen' && this.served.passedOverBy(this.waiter.row, row)) return
    this.partners.set(row, tie)
  }

  /** More would tell nothing new, and a large dump has thousands at each place. */
  private isFull(): boolean {
    return this.partners.size >= MAX_PARTNERS
  }

  private isBeside(row: number): boolean {
    const { site, wait } = this.placeOf(row)
    return site === this.waiter.place.site && wait.kind === this.waiter.place.wait.kind
  }

  /** Libraries start helpers of their own, as net/http does for each request. */
  private isOurs(row: number): boolean {
    return this.scene.startedAt(row)?.own !== false || ownFrame(this.placeOf(row)) !== undefined
  }

  private placeOf(row: number): Place {
    return this.scene.standing.places[this.scene.standing.place[row]]
  }

  private startOf(row: number): string {
    return this.scene.startedAt(row)?.function ?? ''
  }

  private anchor(scopes: ReadonlySet<string>, closed: boolean, waits: (row: number) => boolean): Anchor {
    const { row, place } = this.waiter
    const state = this.reach.creatorState(row)
    if (state === 'gone') return 'gone'
    const start = this.scene.startedAt(row)
    if (state === 'alive') {
      const creator = this.reach.creator(row)
      const there = this.placeOf(creator)
      if (there.frames.some(frame => frame.own && scopesOf(frame.function).some(scope => scopes.has(scope)))) {
        this.add(creator, 'creator')
        return 'frame'
      }
      // What that one waits for may be what this one should do.
      if (waits(creator)) this.add(creator, 'creator')
      if (isTestRunner(there)) return 'cut'
      if (start?.own === false && there.frames.some(frame => frame.function === start.function)) return 'library'
      // The program's own call that started it may have returned to a library's loop, which serves the next.
      if (!there.frames.some(frame => frame.own)) return 'left'
      // One at work may come back for it.
      if (!closed) this.add(creator, 'around')
      return 'away'
    }
    if (this.id === 1 || place.frames.at(-1)?.function === 'main.main') return 'main'
    // What a timer calls has nobody who waits for it.
    if (isCalledByTimer(this.scene, row)) return 'gone'
    return 'unknown'
  }

  /** What one goroutine starts while it lives may be all of a program; of one that is gone it was one piece of work. */
  private addSiblings(anchor: Anchor, scopes: ReadonlySet<string>): void {
    const own = new Set([...scopesAt(this.originOf(this.waiter.row)), ...scopes])
    const gone = anchor === 'gone' || anchor === 'left'
    // Of thousands of siblings nearly all have the same origin.
    const fits = new Map<Frame | undefined, boolean>()
    const isOfOurs = (origin: Frame | undefined) => {
      const known = fits.get(origin) ?? scopesAt(origin).some(scope => own.has(scope))
      fits.set(origin, known)
      return known
    }
    const { place } = this.scene.standing
    const siblings = this.reach.startedBy(this.creatorId)
    for (let i = 0; i < siblings.length && i < 10 * MAX_PARTNERS; i++) {
      const row = siblings[i]
      if (this.isFull()) return
      // In a crowd all of them wait there, and are refused anyway.
      if (place[row] === place[this.waiter.row]) continue
      if (this.isOurs(row) && (gone || isOfOurs(this.originOf(row)))) this.add(row, 'sibling')
    }
  }

  /** The function that started it; where a library did so for the program, the one that its own first frame is in. */
  private originOf(row: number): Frame | undefined {
    const start = this.scene.startedAt(row)
    if (start && (start.own || start.standard) && !start.plumbing) return start
    return this.placeOf(row).frames.findLast(frame => frame.own)
  }

  private addScope(scope: string): void {
    const mine = this.callOf(this.waiter.row, scope)
    const known = this.calls.get(scope) ?? new Map<number, number | undefined>()
    this.calls.set(scope, known)
    for (const place of this.index.inScope(scope)) {
      for (const row of this.index.rowsAt(place).subarray(0, MAX_AT_PLACE)) {
        if (this.isFull()) return
        if (mine === undefined) {
          this.add(row, 'around')
          continue
        }
        if (!known.has(row)) known.set(row, this.callOf(row, scope))
        const theirs = known.get(row)
        if (theirs === undefined || mine === theirs) this.add(row, 'scope')
      }
    }
  }

  /**
   * Which call of a function a goroutine belongs to, by the id of the one that made the call; undefined: unknown, as for
   * one that calls a closure that was passed to it.
   */
  private callOf(row: number, scope: string): number | undefined {
    let current = row
    for (let generation = 0; generation < MAX_GENERATIONS && current >= 0; generation++) {
      const id = this.scene.standing.id[current]
      if (this.placeOf(current).frames.some(frame => frame.function === scope)) return known(id)
      const startedIn = this.startOf(current)
      if (startedIn === scope) return known(this.reach.creatorId(current))
      if (!scopesOf(startedIn).includes(scope)) return undefined
      current = this.reach.creator(current)
    }
    return undefined
  }

  /** Has whoever started it started a loop, too, that accepts connections? */
  private letIn(): boolean {
    return this.reach
      .startedBy(this.creatorId)
      .slice(0, MAX_PARTNERS)
      .some(row => this.placeOf(row).wait.kind === 'accept')
  }

  /** Those that got past the line where this one waits, in whatever call: they may have what it waits for to give back. */
  private addPast(): void {
    const own = ownFrame(this.waiter.place)
    if (!own) return
    const mine = this.receivers.of(this.waiter.row).get(own.receiver)
    for (const place of scopesOf(own.function).flatMap(this.index.inScope)) {
      if (this.isFull()) return
      const { frames } = this.scene.standing.places[place]
      if (!frames.some(frame => frame.function === own.function && frame.line > own.line)) continue
      for (const row of this.index.rowsAt(place).subarray(0, MAX_AT_PLACE)) {
        // Another value has slots of its own.
        const theirs = mine && this.receivers.of(row).get(own.receiver)
        if (!theirs || theirs.some(address => mine.includes(address))) this.add(row, 'around')
      }
    }
  }

  private addTypes(): void {
    const mine = this.receivers.of(this.waiter.row)
    const types = new Set(this.waiter.place.frames.filter(frame => frame.own).flatMap(typesOf))
    for (const type of types) {
      const { all, byAddress, unknown } = this.receivers.inMethodsOf(type)
      const values = mine.get(type)
      for (const row of values?.flatMap(address => byAddress.get(address) ?? NONE) ?? NONE) this.add(row, 'value')
      for (const row of values ? unknown : all) this.add(row, 'type')
    }
  }

  private addLibrary(): void {
    const { frames } = this.waiter.place
    const own = ownFrame(this.waiter.place)
    const packages = new Set(frames.slice(0, own ? frames.indexOf(own) : 0).map(frame => frame.package))
    for (const name of packages) {
      for (const place of this.index.ofLibrary(name)) {
        const [row] = this.index.rowsAt(place)
        if (row !== undefined && !SYNC.test(name)) this.add(row, 'library')
      }
    }
  }
}

/** Everybody waits through these, and they wake nobody by themselves. */
const SYNC = /^(runtime|sync|internal)(\/|$)|^golang\.org\/x\/sync(\/|$)/
