/**
 * Walks the paths of a function with one lock in view: on which of them is it left locked?
 *
 *  1. a state says how the lock stands (`state.ts`); each step makes states of states, equal ones become one
 *  2. branches are walked with the states in which their condition can be true: `if locked {` twice is one question
 *  3. a loop is walked until its states are known, at most three times
 *  4. what is deferred runs where the function is left
 *  5. paths that end in a panic, or with the process, are not followed: no one waits behind them
 *
 * Where the lock goes out of sight a state is not sure any more, and nobody is accused because of it.
 */
import { assume, BEGIN, isMentioned, isOwn, keeping, keyOf, merged, past, type State } from './state.ts'
import type { Branch, Call, Mode, Place, Step } from './steps.ts'

/** What a call does to the lock in view; `stops`: it never comes back. */
export type Effect = 'none' | 'takes' | 'releases' | 'unsure' | 'stops'

/** The lock in view, as seen from a function. */
export type Watched = {
  readonly mode: Mode
  readonly is: (lock: Place) => boolean
  /** Another text that may be the same lock. */
  readonly mayBe: (lock: Place) => boolean
  /** Does this place hold the lock? */
  readonly isIn: (place: Place) => boolean
  /** Does the lock become another one when this variable or place gets another value? */
  readonly dependsOn: (text: string) => boolean
  readonly effectOf: (call: Call) => Effect
}

export type Exit = { readonly state: State; readonly line: number; readonly kind: 'return' | 'end' }

export type Paths = {
  readonly exits: readonly Exit[]
  /** Lines where it was taken, of which some path releases it. */
  readonly released: ReadonlySet<number>
  /** It releases what it has not taken. */
  readonly releasesForeign: boolean
  /** On some path it is taken while it is held, and nothing comes behind that. */
  readonly waitsForItself: boolean
  /** False: too much of it, what is said here is not all. */
  readonly isWhole: boolean
}

/** Steps times states; Go's longest functions need some thousand. */
const MAX_WORK = 100_000
const MAX_ROUNDS = 3
/** Defers in a loop. */
const MAX_DEFERRED = 12

/** Steps at which is to be noted how the lock stands. */
export type Probe = { readonly isAt: (step: Step) => boolean; readonly found: State[] }

export function walk(steps: readonly Step[], endLine: number, watched: Watched, probe?: Probe): Paths {
  const walker = new Walker(watched, { work: 0 }, probe)
  const exits = walker.whole(steps, endLine, [BEGIN])
  const { released, releasesForeign, waitsForItself, isWhole } = walker
  return { exits, released, releasesForeign, waitsForItself, isWhole }
}

type States = readonly State[]
type Jump = { readonly kind: 'break' | 'continue' | 'goto'; readonly label: string; readonly states: States }
type Flow = { next: States; jumps: Jump[] }

class Walker {
  readonly released = new Set<number>()
  releasesForeign = false
  waitsForItself = false
  isWhole = true
  /** Literals that others run: may they release it? */
  private readonly releasing = new Map<readonly Step[], boolean>()
  private returns: { readonly line: number; readonly states: States }[] = []
  private readonly watched: Watched
  private readonly budget: { work: number }
  private readonly probe: Probe | undefined

  constructor(watched: Watched, budget: { work: number }, probe?: Probe) {
    this.watched = watched
    this.budget = budget
    this.probe = probe
  }

  /** A function, or a literal that is run: its returns are its own, and so is what it defers. */
  whole(steps: readonly Step[], endLine: number, states: States): Exit[] {
    const around = this.returns
    this.returns = []
    const { next } = this.list(steps, states)
    const left = [...this.returns.map(one => ({ ...one, kind: 'return' as const }))]
    const ends = next.length > 0 ? [...left, { line: endLine, states: next, kind: 'end' as const }] : left
    const exits = ends.flatMap(end =>
      this.runDeferred(end.states).map(state => ({ state, line: end.line, kind: end.kind })),
    )
    this.returns = around
    return exits
  }

  private runDeferred(states: States): States {
    const done: State[] = []
    let open: States = states
    while (open.length > 0) {
      done.push(...open.filter(state => state.deferred.length === 0))
      open = open
        .filter(state => state.deferred.length > 0)
        .flatMap(state => {
          const { body } = state.deferred.at(-1)!
          return this.list(body, [{ ...state, deferred: state.deferred.slice(0, -1) }]).next
        })
      open = this.merge(open)
    }
    return this.merge(done)
  }

  private list(steps: readonly Step[], states: States, from = 0, rounds = 0): Flow {
    let next = states
    const jumps: Jump[] = []
    for (let i = from; i < steps.length && next.length > 0; i++) {
      const flow = this.step(steps[i], next)
      next = this.merge(flow.next)
      jumps.push(...flow.jumps)
    }
    return this.followed(steps, { next, jumps }, rounds)
  }

  /** A goto into this list goes on here; backwards only a few times. */
  private followed(steps: readonly Step[], { next, jumps }: Flow, rounds: number): Flow {
    const out: Flow = { next, jumps: [] }
    for (const jump of jumps) {
      const at = jump.kind === 'goto' ? steps.findIndex(step => step.do === 'label' && step.label === jump.label) : -1
      if (at < 0) out.jumps.push(jump)
      else if (rounds < MAX_ROUNDS) {
        const flow = this.list(steps, jump.states, at, rounds + 1)
        out.next = this.merge([...out.next, ...flow.next])
        out.jumps.push(...flow.jumps)
      }
    }
    return out
  }

  private merge(states: States): States {
    const { states: once, isCut } = merged(states)
    if (isCut) this.isWhole = false
    return once
  }

  private step(step: Step, states: States): Flow {
    this.budget.work += states.length
    if (this.budget.work > MAX_WORK) {
      this.isWhole = false
      return { next: [], jumps: [] }
    }
    if (this.probe?.isAt(step)) this.probe.found.push(...states)
    switch (step.do) {
      case 'if':
        return this.branches([step.yes, step.no], states)
      case 'choose':
        return this.choose(step, states)
      case 'loop':
        return this.loop(step, states)
      case 'label': {
        const { next, jumps } = this.list(step.body, states)
        return this.caught({ next, jumps }, 'break', [step.label])
      }
      case 'jump':
        return { next: [], jumps: [{ kind: step.kind, label: step.label, states }] }
      case 'return':
        this.returns.push({ line: step.line, states })
        return { next: [], jumps: [] }
      case 'stop':
        return { next: [], jumps: [] }
      case 'run':
        return { next: this.run(step, states), jumps: [] }
      default:
        return { next: states.flatMap(state => this.plain(step, state)), jumps: [] }
    }
  }

  /** Steps at which no paths part. */
  private plain(step: Step, state: State): States {
    switch (step.do) {
      case 'lock':
      case 'unlock':
        return this.lockStep(step, state)
      case 'call':
        return this.apply(this.watched.effectOf(step.call), step.line, state)
      case 'hand':
        return [this.hand(step, state)]
      case 'defer': {
        if (state.deferred.length >= MAX_DEFERRED) return [state]
        return [{ ...state, deferred: [...state.deferred, { body: step.body, line: step.line }] }]
      }
      case 'spawn':
        return [this.spawn(step.body, state)]
      case 'set':
        return this.set(step, state)
      default:
        return [state]
    }
  }

  private lockStep(step: Extract<Step, { do: 'lock' | 'unlock' }>, state: State): State[] {
    const { lock, mode, line } = step
    if (this.watched.is(lock))
      return mode !== this.watched.mode ? [state] : step.do === 'lock' ? this.take(line, state) : this.release(state)
    const name = { W: { lock: 'Lock', unlock: 'Unlock' }, R: { lock: 'RLock', unlock: 'RUnlock' } }[mode][step.do]
    const effect = this.watched.effectOf({ name, on: lock, arguments: [], isValue: false })
    if (effect !== 'none') return this.apply(effect, line, state)
    return [step.do === 'unlock' && this.watched.mayBe(lock) ? unsure(state) : state]
  }

  private apply(effect: Effect, line: number, state: State): State[] {
    if (effect === 'takes') return this.take(line, state)
    if (effect === 'releases') return this.release(state)
    if (effect === 'stops') return []
    return [effect === 'unsure' ? unsure(state) : state]
  }

  private take(line: number, state: State): State[] {
    if (state.balance < 0) return [{ ...state, balance: state.balance + 1 }]
    if (state.balance > 0 && state.isSure && !state.isHanded && this.watched.mode === 'W') {
      this.waitsForItself = true
      return []
    }
    // What others may have changed is asked anew once the lock is had.
    const fresh = keeping(state, (text, { isPast }) => !isPast || isOwn(text))
    const balance = state.isSure ? Math.min(state.balance + 1, 3) : 1
    return [{ ...fresh, balance, line, leftLine: 0, isSure: true, wasTaken: true }]
  }

  private release(state: State): State[] {
    if (state.balance > 0) {
      this.released.add(state.line)
      return [{ ...state, balance: state.balance - 1, isSure: true }]
    }
    if (state.wasTaken || !state.isSure || state.isHanded) return [state]
    this.releasesForeign = true
    return [{ ...state, balance: Math.max(state.balance - 1, -1) }]
  }

  private hand({ place, isOwner }: Extract<Step, { do: 'hand' }>, state: State): State {
    if (!isOwner) return this.watched.is(place) || this.watched.mayBe(place) ? handed(state) : state
    const isGiven = this.watched.is(place) || this.watched.isIn(place)
    return isGiven && state.balance > 0 ? unsure(state) : state
  }

  /** Runs at any time: what it does counts as a possibility. */
  private spawn(body: readonly Step[], state: State): State {
    const texts = settings(body)
    const kept = texts.length > 0 ? keeping(state, text => !texts.some(one => isMentioned(one, text))) : state
    return this.isReleasing(body) ? handed(kept) : kept
  }

  private isReleasing(body: readonly Step[]): boolean {
    const known = this.releasing.get(body)
    if (known !== undefined) return known
    const inner = new Walker(this.watched, this.budget)
    const exits = inner.whole(body, 0, [BEGIN])
    const isReleasing = inner.releasesForeign || !inner.isWhole || exits.some(({ state }) => !isKnown(state))
    this.releasing.set(body, isReleasing)
    return isReleasing
  }

  private set({ texts, fact, tried }: Extract<Step, { do: 'set' }>, state: State): States {
    const kept = keeping(state, text => !texts.some(one => isMentioned(one, text)))
    // The name means another lock from here on.
    const same = state.balance > 0 && texts.some(text => this.watched.dependsOn(text)) ? unsure(kept) : kept
    if (!fact) return [same]
    if (!tried) return past(assume([same], [fact]), [fact])
    const had = past(assume([same], [fact]), [fact]).flatMap(one => this.plain({ do: 'lock', ...tried }, one))
    return [...had, ...past(assume([same], [{ ...fact, value: !fact.value }]), [fact])]
  }

  private run(step: Extract<Step, { do: 'run' }>, states: States): States {
    return states.flatMap(state => {
      const exits = this.whole(step.body, step.endLine, [{ ...state, deferred: [] }])
      return exits.map(exit => {
        const isLeft = step.isHere && exit.state.balance > state.balance && exit.state.leftLine === 0
        const leftLine = isLeft ? exit.line : exit.state.leftLine
        return { ...exit.state, leftLine, deferred: state.deferred }
      })
    })
  }

  private branches(branches: readonly Branch[], states: States): Flow {
    const out: Flow = { next: [], jumps: [] }
    let falling: States = []
    for (const { facts, body, fallsThrough } of branches) {
      const { next, jumps } = this.list(body, this.merge([...falling, ...assume(states, facts)]))
      const behind = past(next, facts)
      falling = fallsThrough ? behind : []
      if (!fallsThrough) out.next = [...out.next, ...behind]
      out.jumps.push(...jumps)
    }
    return { next: [...out.next, ...falling], jumps: out.jumps }
  }

  private choose(step: Extract<Step, { do: 'choose' }>, states: States): Flow {
    const flow = this.branches(step.branches, states)
    const none = step.isWhole ? [] : past(assume(states, step.otherwise), step.otherwise)
    return this.caught({ next: [...flow.next, ...none], jumps: flow.jumps }, 'break', ['', step.label])
  }

  private loop(step: Extract<Step, { do: 'loop' }>, states: States): Flow {
    const labels = ['', step.label]
    const out: Flow = { next: [], jumps: [] }
    const seen = new Set<string>()
    let open = states
    for (let round = 0; round < MAX_ROUNDS && open.length > 0; round++) {
      for (const state of open) seen.add(keyOf(state))
      const headed = this.list(step.head, open)
      if (!step.isEndless) {
        // A loop that unlocks each element is not one over none.
        const isDoubtful = round === 0 && step.isCounted && this.mayRelease(step.body)
        const leaving = this.list(step.exit, isDoubtful ? headed.next.map(unsureIfHeld) : headed.next)
        out.next = [...out.next, ...leaving.next]
      }
      const body = this.caught(this.list(step.body, headed.next), 'continue', labels)
      const ended = this.caught({ next: [], jumps: body.jumps }, 'break', labels)
      out.next = [...out.next, ...ended.next]
      out.jumps.push(...ended.jumps)
      const back = this.list(step.post, body.next).next.map(state => keeping(state, isSteady))
      open = this.merge(back).filter(state => !seen.has(keyOf(state)))
    }
    return { next: this.merge(out.next), jumps: out.jumps }
  }

  private mayRelease(steps: readonly Step[]): boolean {
    return unlocksIn(steps).some(lock => this.watched.is(lock) || this.watched.mayBe(lock))
  }

  private caught({ next, jumps }: Flow, kind: Jump['kind'], labels: readonly string[]): Flow {
    const isOurs = (jump: Jump) => jump.kind === kind && labels.includes(jump.label)
    return {
      next: this.merge([...next, ...jumps.filter(isOurs).flatMap(jump => jump.states)]),
      jumps: jumps.filter(jump => !isOurs(jump)),
    }
  }
}

function unsureIfHeld(state: State): State {
  return state.balance > 0 ? unsure(state) : state
}

/** What became of the lock is known. */
export function isKnown({ isSure, isHanded }: State): boolean {
  return isSure && !isHanded
}

function unsure(state: State): State {
  return state.isSure ? { ...state, isSure: false } : state
}

function handed(state: State): State {
  return state.isHanded ? state : { ...state, isHanded: true }
}

/** A call may answer differently in the next round. */
const isSteady = (text: string) => !text.includes('(')

/** All that is set anywhere in it. */
function settings(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(step => (step.do === 'set' ? step.texts : innerSteps(step).flatMap(settings)))
}

function unlocksIn(steps: readonly Step[]): readonly Place[] {
  return steps.flatMap(step => (step.do === 'unlock' ? [step.lock] : innerSteps(step).flatMap(unlocksIn)))
}

/** Does it hold of any step, however deep? */
export function someStep(steps: readonly Step[], is: (step: Step) => boolean): boolean {
  return steps.some(step => is(step) || innerSteps(step).some(inner => someStep(inner, is)))
}

/** The lists of steps inside of a step. */
export function innerSteps(step: Step): readonly (readonly Step[])[] {
  switch (step.do) {
    case 'defer':
    case 'run':
    case 'spawn':
    case 'label':
      return [step.body]
    case 'if':
      return [step.yes.body, step.no.body]
    case 'choose':
      return step.branches.map(branch => branch.body)
    case 'loop':
      return [step.head, step.body, step.post, step.exit]
    default:
      return []
  }
}
