/**
 * What calls do to a lock: the functions of the package behind a call are walked with the same lock in view, a few calls
 * deep.
 */
import { calledBy } from './calls.ts'
import { type Effect, isKnown, type Paths, type Watched, walk } from './flow.ts'
import type { Declared, GoPackage } from './package.ts'
import { isMentioned, type State } from './state.ts'
import type { Call, GoBody, Mode, Place, Step, Variable } from './steps.ts'

/** A lock as a function names it. */
export type LockName = {
  readonly mode: Mode
  /** In that function; undefined: it is known by its owner alone. */
  readonly key: string | undefined
  /** Among all functions of the package (`owners.ts`). */
  readonly owner: string | undefined
}

/** Calls in calls that are followed. */
const MAX_DEPTH = 3
const LOCK_METHODS = new Set(['Lock', 'RLock', 'Unlock', 'RUnlock', 'TryLock', 'TryRLock'])

export class Effects {
  private readonly pkg: GoPackage
  private readonly known = new Map<string, Effect>()
  private readonly running = new Set<string>()
  private readonly calling = new Map<Declared, boolean>()
  private readonly ids = new Map<Declared, number>()
  /** A function that is said to take the lock, whatever it does: to see what its callers make of it. */
  private readonly taker: Declared | undefined

  private readonly seenAs: SeenAs

  constructor(pkg: GoPackage, taker?: Declared, seenAs: SeenAs = AS_LOCKS) {
    this.pkg = pkg
    this.taker = taker
    this.seenAs = seenAs
  }

  /** `declared`: where it calls itself, nothing more happens. */
  pathsOf(declared: Declared, body: GoBody, lock: LockName): Paths {
    if (this.pkg.isLate()) return NOTHING_SEEN
    const id = String(this.idOf(declared))
    this.running.add(id)
    const paths = this.paths(body, lock, 0)
    this.running.delete(id)
    return paths
  }

  /**
   * How the lock stands where one waits in the function: before those steps. undefined: not all of its paths are seen. What the
   * call at that place does to the lock is not asked where it is known (`isSeen`): its frames lie further in.
   */
  statesAt(
    declared: Declared,
    body: GoBody,
    lock: LockName,
    isAt: (step: Step) => boolean,
    isSeen: boolean,
  ): readonly State[] | undefined {
    if (this.pkg.isLate()) return undefined
    const id = String(this.idOf(declared))
    const watched = this.watched(body, lock, 0)
    const found: State[] = []
    let isDoubtful = false
    const probe = (step: Step) => {
      if (!isAt(step)) return false
      if (step.do === 'call' && !isSeen && watched.effectOf(step.call) !== 'none') isDoubtful = true
      return true
    }
    this.running.add(id)
    const { isWhole } = walk(body.steps, body.lastLine, watched, { isAt: probe, found })
    this.running.delete(id)
    return isWhole && !isDoubtful ? found : undefined
  }

  private paths(body: GoBody, lock: LockName, depth: number): Paths {
    return walk(body.steps, body.lastLine, this.watched(body, lock, depth))
  }

  private watched(body: GoBody, lock: LockName, depth: number): Watched {
    const { key, owner, mode } = lock
    const { owners } = this.pkg
    const own = key === undefined ? undefined : withoutType(key)
    const is = (place: Place) =>
      own !== undefined ? withoutType(place.key) === own : ownerIs(owners.ownerOf(place), owner)
    const taken = new Set(body.locks.map(one => one.lock.key))
    return {
      mode,
      is,
      mayBe: place => !is(place) && !taken.has(place.key) && this.mayBe(place, lock),
      isIn: ({ key: holder }) => key?.startsWith(`${holder}.`) === true || key?.startsWith(`${holder}[`) === true,
      dependsOn: text => key !== undefined && isMentioned(text, key),
      effectOf: call => this.effectOf(call, lock, is, depth),
    }
  }

  /** Another name of the same lock? Not where both are known to be others, nor where the field is another one. */
  private mayBe(place: Place, lock: LockName): boolean {
    const owner = this.pkg.owners.ownerOf(place)
    if (owner !== undefined && lock.owner !== undefined) return owner === lock.owner
    const [field, own] = [lastName(place.key), lastName(lock.key ?? lock.owner ?? '')]
    return field === undefined || own === undefined || field === own
  }

  private effectOf(call: Call, lock: LockName, is: (place: Place) => boolean, depth: number): Effect {
    const { functions, isGuess } = this.calledBy(call)
    if (functions.length === 0) return unresolved(call, lock, is)
    if (depth >= MAX_DEPTH) return 'none'
    const effects = functions.map(one => this.effectIn(one, call, lock, depth))
    const [first] = effects
    const isOne = effects.every(effect => effect === first)
    if (isGuess) return effects.some(effect => effect === 'releases' || effect === 'unsure') ? 'unsure' : 'none'
    return isOne ? first : 'unsure'
  }

  private calledBy(call: Call) {
    const called = calledBy(this.pkg, call)
    // Of a type that is not known they are those of sync.
    return called.isGuess && LOCK_METHODS.has(call.name) ? { functions: [], isGuess: false } : called
  }

  private effectIn(declared: Declared, call: Call, lock: LockName, depth: number): Effect {
    if (declared === this.taker) return 'takes'
    if (!this.isOfInterest(declared, depth)) return 'none'
    const [own] = this.pkg.bodiesOf(declared)
    const body = own && this.seenAs.view(own)
    if (!body) return 'unsure'
    const inside = lockIn(body, call, lock)
    const id = `${this.idOf(declared)} ${lock.mode} ${inside.key} ${inside.owner}`
    const known = this.known.get(id)
    if (known) return known
    // It calls itself: what the other calls do is what it does.
    if (this.running.has(id) || this.running.has(String(this.idOf(declared)))) return 'none'
    this.running.add(id)
    const effect = effectOfPaths(this.paths(body, inside, depth + 1))
    this.running.delete(id)
    this.known.set(id, effect)
    return effect
  }

  private idOf(declared: Declared): number {
    const id = this.ids.get(declared) ?? this.ids.size
    this.ids.set(declared, id)
    return id
  }

  /** Parsing is what takes time: most functions have nothing to do with locks, nor has what they call. */
  private isOfInterest(declared: Declared, depth: number): boolean {
    if (this.seenAs.touches.test(declared.text)) return true
    if (depth + 1 >= MAX_DEPTH) return false
    let calls = this.calling.get(declared)
    if (calls === undefined) {
      const names = new Set([...declared.text.matchAll(CALLS)].map(([, name]) => name))
      calls = [...names].some(name => this.pkg.named(name).some(one => this.seenAs.touches.test(one.text)))
      this.calling.set(declared, calls)
    }
    return calls
  }
}

const NOTHING_SEEN: Paths = {
  exits: [],
  released: new Set(),
  releasesForeign: false,
  waitsForItself: false,
  isWhole: false,
}

/** Other things are taken and given back as well: `view` shows a function so that those are its locks. */
export type SeenAs = {
  readonly view: (body: GoBody) => GoBody
  /** Text of functions that have to do with it. */
  readonly touches: RegExp
}

const AS_LOCKS: SeenAs = { view: body => body, touches: /[lL]ock\b|\bpanic\(|\bExit\(|\bFatal/ }
const CALLS = /([^\s()[\]{}.,=!&|*+\-/<>:;"`']+)\(/g

const ownerIs = (found: string | undefined, owner: string | undefined) => found !== undefined && found === owner

function effectOfPaths({ exits, isWhole }: Paths): Effect {
  if (!isWhole) return 'unsure'
  if (exits.length === 0) return 'stops'
  if (exits.some(({ state }) => !isKnown(state))) return 'unsure'
  const [{ state }] = exits
  if (exits.some(exit => Math.sign(exit.state.balance) !== Math.sign(state.balance))) return 'unsure'
  return state.balance === 0 ? 'none' : state.balance < 0 ? 'releases' : 'takes'
}

/** The lock as the called function names it: through its receiver, or a parameter that the lock or its holder is given to. */
function lockIn(body: GoBody, call: Call, { mode, key, owner }: LockName): LockName {
  const pairs: [Place | undefined, Variable | undefined][] = [
    [call.on, body.receiver],
    ...call.arguments.map((place, i): [Place | undefined, Variable | undefined] => [place, body.parameters[i]]),
  ]
  for (const [place, variable] of pairs) {
    const rest = place && key?.startsWith(place.key) ? key.slice(place.key.length) : undefined
    const isPart = rest === '' || rest?.startsWith('.') || rest?.startsWith('[')
    // By its owner where that is known: the function may get at it through another name.
    if (variable && isPart && (rest === '' || owner === undefined))
      return { mode, key: `${variable.name}#${variable.id}${rest}`, owner: undefined }
  }
  if (owner === undefined) return { mode, key: key?.includes('#') ? '' : key, owner }
  return { mode, key: undefined, owner }
}

/** A function that is not seen: only what it is given, or what it is called, tells that it may release the lock. */
function unresolved(call: Call, lock: LockName, is: (place: Place) => boolean): Effect {
  const places = [call.on, ...call.arguments].filter(place => place !== undefined)
  if (!LOCK_METHODS.has(call.name) && places.some(is)) return 'unsure'
  if (LOCK_METHODS.has(call.name)) return 'none'
  const isHolder = (place: Place) => lock.key?.startsWith(`${place.key}.`) === true
  if (/unlock/i.test(call.name)) return 'unsure'
  return (call.isValue || /release/i.test(call.name)) && places.some(isHolder) ? 'unsure' : 'none'
}

/** `c.Mutex.Unlock()` is `c.Unlock()`, where c embeds it. */
function withoutType(key: string): string {
  return key.replace(/\.(?:RW)?Mutex$/, '')
}

/** "mu" of "s#1.mu"; undefined for a variable, which may be the address of anything. */
function lastName(key: string): string | undefined {
  const match = /\.([\p{L}_][\p{L}\p{N}_]*)$/u.exec(key)
  return match?.[1]
}
