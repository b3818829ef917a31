/**
 * The life of a channel, a WaitGroup or a Cond in the functions of its package: where it is made, who may send, receive,
 * close, and whether all of that is in sight. From the place that somebody waits at backwards to where it is made, and
 * from there forwards through variables, fields, arguments and results. What leaves the package, lies in one of its
 * variables, or goes where this reading does not follow, is out of sight: then nothing is concluded from who is absent.
 */
import type { StackFrame } from '@unhang/core'
import { calledBy } from './calls.ts'
import { importOf } from './clocks.ts'
import type { ContextMade, ContextSources, Life, Locate, Lost, Made, Op, Passing } from './life.ts'
import { isHarmless, isMethodValue, methodOf, runMethod, startedAt } from './methods.ts'
import type { Declared, GoPackage } from './package.ts'
import { callsOf, literalsAround, ownerOf, type Runner, runnerAt, runsHere } from './runners.ts'
import { Spread } from './spread.ts'
import type { Call, GoBody, Place, Sink, Use, Value, Variable } from './steps.ts'
import { type Uses, usesOf } from './uses.ts'
import { ENDLESS, type Waiting } from './waiting.ts'
import { leftOf, partAt, partsOf } from './ways.ts'

type ValueCall = Extract<Value, { is: 'call' }>
/** Where a value is given on. */
type From = { readonly use: Use; readonly body: GoBody; readonly by: Runner }

/** Variables that it goes through; more are read by nobody. */
const MAX_VARIABLES = 300
/** Characters of a way through fields: what holds its like has no longest one. */
const MAX_WAY = 120

export class Tracer {
  private readonly pkg: GoPackage
  private readonly uses: Uses
  private readonly ops: Op[] = []
  private readonly passings: Passing[] = []
  private readonly made = new Map<string, Made>()
  private readonly seen = new Set<string>()
  readonly spread: Spread
  /** Only where it comes from is asked; nobody who has a context can end it. */
  private readonly contexts: ContextSources | undefined
  private isWhole = true
  private lost: Lost | undefined

  constructor(pkg: GoPackage, packageName: string, contexts?: ContextSources) {
    this.pkg = pkg
    this.contexts = contexts
    this.uses = usesOf(pkg, packageName)
    this.spread = new Spread(pkg, this.uses)
  }

  /** Of what a goroutine waits for; `locate` finds frames of its package. */
  lifeOf({ declared, goroutine, at }: Waiting, value: Value, locate: Locate): Life {
    const { frames, createdBy } = goroutine
    this.climb(declared, value, createdBy ? [...frames.slice(at + 1), createdBy] : frames.slice(at + 1), locate)
    return this.life()
  }

  /** Where a context comes from, wherever the function was called. */
  contextSources(declared: Declared, context: Place): boolean {
    this.sourceOf(declared, { is: 'place', place: context }, [], undefined)
    return this.isWhole
  }

  /** Of what a call gives, in one of its results. */
  lifeOfResult({ declared, call }: ContextMade, result: number): Life {
    const given = this.uses
      .in(declared)
      .flatMap(({ use, body }) =>
        use.do === 'give' && use.value.is === 'call' && use.value.call === call
          ? [{ use, body, result: use.value.result }]
          : [],
      )
    // As a whole it is given on.
    if (!given.some(one => one.use.to.into === 'place')) this.lose()
    for (const one of given) if (one.result === result) this.give(declared, one.use.to, [], { ...one, by: 'goroutine' })
    return this.life()
  }

  private life(): Life {
    const { ops, passings, isWhole, lost } = this
    const made = [...this.made.values()]
    return { ops, passings, made, isWhole: isWhole && !this.pkg.isCut, lost, ofCalls: this.spread.ofCalls(made) }
  }

  /** What a parameter was given, the stack tells: the call in the next frame. */
  private climb(declared: Declared, value: Value, frames: readonly StackFrame[], locate: Locate): void {
    const root = value.is === 'place' ? value.place.root : undefined
    const [outer, ...more] = frames
    if (value.is === 'place' && outer && root && root.kind !== 'local' && !this.isOfLiteral(declared, root)) {
      this.spread.noteSharing(declared)
      const caller = locate(outer)
      const index = root.kind === 'receiver' ? -1 : root.index
      const given = (caller ? this.uses.in(caller) : []).flatMap(({ use }) =>
        use.do === 'give' && use.line === outer.line && this.isArgument(use, declared, index) ? [use] : [],
      )
      const rest = value.place.path?.slice(1)
      if (caller && rest && given.length === 1) {
        const [{ value: argument, to }] = given
        const path = argument.is === 'place' ? argument.place.path : undefined
        if (argument.is !== 'place') return this.sourceOf(caller, argument, rest, to)
        if (!path) return this.lose()
        const inner: Value = { is: 'place', place: { ...argument.place, path: [...path, ...rest] } }
        return this.climb(caller, inner, more, locate)
      }
    }
    this.sourceOf(declared, value, [], undefined)
  }

  private isArgument({ to }: Extract<Use, { do: 'give' }>, declared: Declared, index: number): boolean {
    return to.into === 'argument' && to.index === index && this.uses.calls(to.call, declared)
  }

  /** Backwards: `rest` of that value is it. `to`: where the value goes. */
  private sourceOf(declared: Declared, value: Value, rest: readonly string[], to: Sink | undefined): void {
    const isMade = value.is === 'chan' || (value.is === 'struct' && value.type !== '')
    if (this.contexts && rest.length === 0 && isMade) return this.lose()
    switch (value.is) {
      case 'place':
        return value.place.root && value.place.path
          ? this.originOf(declared, value.place.root, [...value.place.path.slice(1), ...rest])
          : this.lose()
      case 'chan':
        return this.give(declared, to, rest)
      case 'struct': {
        this.give(declared, to, rest)
        const inner = value.fields.find(([name]) => name === rest[0])?.[1]
        if (inner && inner.is !== 'chan') this.sourceOf(declared, inner, rest.slice(1), undefined)
        return
      }
      case 'call':
        if (this.contexts && rest.length === 0) return this.contextSource(declared, value, this.contexts)
        return this.resultSource(declared, value, rest, to)
      default:
        return this.lose()
    }
  }

  private contextSource(declared: Declared, value: ValueCall, contexts: ContextSources): void {
    const { call, result } = value
    const of = importOf(call.on, this.pkg)
    const isGroup = of === 'errgroup' && call.name === 'WithContext' && result === 1
    if (of === 'context' && /^(?:Background|TODO|WithoutCancel)$/.test(call.name)) {
      contexts.isEndless = true
      return
    }
    if (/^(?:With(?:Timeout|Deadline)(?:Cause)?|NotifyContext)$/.test(call.name) && of !== undefined) {
      contexts.isTimed = true
      return
    }
    if (of !== undefined && !isGroup && !(of === 'context' && /^With(?:Cancel|Value)/.test(call.name)))
      return this.lose()
    if (of === undefined) return this.resultSource(declared, value, [], undefined)
    if (call.name !== 'WithValue') contexts.made.push({ declared, call })
    const [parent] = call.arguments
    if (parent?.path) return this.sourceOf(declared, { is: 'place', place: parent }, [], undefined)
    if (!ENDLESS.test(parent?.text ?? '')) return this.lose()
    contexts.isEndless = true
  }

  private resultSource(
    declared: Declared,
    { call, result }: ValueCall,
    rest: readonly string[],
    to: Sink | undefined,
  ): void {
    const made = MAKERS.get(call.name)
    if (made === result && importOf(call.on, this.pkg)) {
      const line = this.uses.lineOf(declared, call)
      if (call.name === 'NewWeighted') this.make({ declared, line, capacity: '', by: call.name })
      return this.give(declared, to, rest)
    }
    const { functions, isGuess } = calledBy(this.pkg, call)
    if (functions.length !== 1 || isGuess) return this.lose()
    this.give(declared, to, rest)
    const [callee] = functions
    this.spread.noteSharing(callee)
    if (!this.isNew(callee, `result ${result} ${rest.join('.')}`)) return
    // What else it has made for others is none of this.
    this.isNew(callee, `given ${result} ${rest.join('.')}`)
    const given = this.uses
      .in(callee)
      .flatMap(({ use }) => (use.do === 'give' && use.to.into === 'result' && use.to.index === result ? [use] : []))
    if (given.length === 0) return this.lose()
    for (const { value } of given) this.sourceOf(callee, value, rest, undefined)
  }

  private originOf(declared: Declared, variable: Variable, rest: readonly string[]): void {
    if (!this.isNew(declared, `origin ${variable.id} ${rest.join('.')}`)) return
    const settings = this.uses
      .in(declared)
      .flatMap(({ use }) =>
        use.do === 'give' && use.to.into === 'place' && use.to.place.root === variable ? [use] : [],
      )
    const own = settings.flatMap(use => {
      const left = use.to.into === 'place' ? leftOf(use.to.place, rest) : undefined
      return left ? [{ use, left }] : []
    })
    const isParameter = variable.kind !== 'local' && !this.isOfLiteral(declared, variable)
    if (isParameter) this.argumentSources(declared, variable, rest)
    else if (own.length === 0 && variable.kind !== 'local') this.lose()
    for (const { use, left } of own) this.sourceOf(declared, use.value, left, use.to)
    // Declared without a value: it is made there, if it is no pointer.
    if (!isParameter && !own.some(({ use }) => use.to.into === 'place' && use.to.place.path?.length === 1))
      this.follow(declared, variable, rest)
  }

  private argumentSources(declared: Declared, variable: Variable, rest: readonly string[]): void {
    this.spread.noteAsked(declared)
    if (this.uses.isOpen(declared)) return this.loseOpen(declared)
    const index = variable.kind === 'receiver' ? -1 : variable.index
    let isFound = false
    for (const caller of this.uses.callersOf(declared))
      for (const { use } of this.uses.in(caller)) {
        if (use.do !== 'give') continue
        const method = index < 0 ? runMethod(this.pkg, use, declared) : undefined
        if (!method && !this.isArgument(use, declared, index)) continue
        isFound = true
        this.sourceOf(caller, method ?? use.value, rest, method ? undefined : use.to)
      }
    if (!isFound) this.lose()
  }

  /** A parameter of a literal that lies in the function: what it is given is noted as set. */
  private isOfLiteral(declared: Declared, variable: Variable): boolean {
    const [body] = this.pkg.bodiesOf(declared)
    return body !== undefined && body.receiver !== variable && !body.parameters.includes(variable)
  }

  /** Forwards: a value goes there, and `rest` of it is it. */
  private give(declared: Declared, to: Sink | undefined, rest: readonly string[], from?: From): void {
    if (!to || to.into === 'nowhere' || (this.contexts && rest.length === 0)) return
    if (to.into === 'place') {
      const { root, path } = to.place
      if (!root || !path) return this.lose()
      const inside = [...path.slice(1), ...rest]
      // In a field: whoever else has what it is a field of, has it, too.
      return path.length > 1 ? this.originOf(declared, root, inside) : this.follow(declared, root, inside)
    }
    if (to.into === 'result') return this.giveResult(declared, to.index, rest)
    if (to.into === 'argument') return this.giveArgument(declared, to.call, to.index, rest, from)
    this.lose()
  }

  private giveResult(declared: Declared, index: number, rest: readonly string[]): void {
    if (!this.isNew(declared, `given ${index} ${rest.join('.')}`)) return
    this.spread.noteSharing(declared)
    if (this.uses.isOpen(declared)) return this.lose()
    for (const caller of this.uses.callersOf(declared))
      for (const { use, body } of this.uses.in(caller))
        for (const { value, path } of partsOf(use.do === 'give' ? use.value : use.on)) {
          if (value.is !== 'call' || value.result !== index || !this.uses.calls(value.call, declared)) continue
          if (use.do === 'give') this.give(caller, use.to, [...path, ...rest], { use, body, by: 'goroutine' })
          else if (rest.length === 0) this.note(use.do, caller, body, use, undefined)
        }
  }

  private giveArgument(
    declared: Declared,
    call: Call,
    index: number,
    rest: readonly string[],
    from: From | undefined,
  ): void {
    if (index === -1 && rest.length === 0 && SYNC.test(call.name)) return
    const { functions, isGuess } = calledBy(this.pkg, call)
    if (functions.length === 0)
      return isHarmless(this.pkg, call, index) ? undefined : this.loseGiven(declared, call, from)
    if (isGuess && functions.length > 1) return this.lose()
    for (const callee of functions) {
      const [inner] = this.pkg.bodiesOf(callee)
      const variable = index === -1 ? inner?.receiver : inner?.parameters[index]
      if (!inner || (index >= 0 && (!variable || variable.type.startsWith('...')))) return this.lose()
      if (from) {
        const { use, body, by } = from
        this.passings.push({ declared, body, line: use.line, isDeferred: use.isDeferred, by, to: callee })
      }
      if (!variable) continue
      this.spread.noteSharing(callee)
      // A method of what it embeds.
      const isPromoted = index === -1 && rest[0] === callee.receiver
      this.follow(callee, variable, isPromoted ? rest.slice(1) : rest)
    }
  }

  private follow(declared: Declared, variable: Variable, rest: readonly string[]): void {
    if (!this.isNew(declared, `${variable.id} ${rest.join('.')}`)) return
    const owner = ownerOf(this.pkg.bodiesOf(declared), variable)
    for (const { use, body } of this.uses.in(declared))
      for (const { value, path } of partsOf(use.do === 'give' ? use.value : use.on)) {
        if (value.is !== 'place' || value.place.root !== variable) continue
        const left = leftOf(value.place, rest) ?? this.promoted(value.place, rest)
        if (!left) {
          if (use.do !== 'call' && isMethodValue(this.pkg, value.place, rest))
            this.giveMethod(declared, { use, body, by: runnerAt(this.pkg, declared, body, owner) }, value.place, rest)
          continue
        }
        if (this.contexts && left.length === 0) continue
        if (use.do !== 'give') {
          if (left.length === 0) this.note(use.do, declared, body, use, owner)
          continue
        }
        if (left.length === 0 && use.to.into === 'argument' && use.to.index === -1)
          this.note(use.to.call.name, declared, body, use, owner)
        const by = runnerAt(this.pkg, declared, body, owner)
        this.give(declared, use.to, [...path, ...left], { use, body, by })
      }
    this.settings(declared, variable, rest)
  }

  /** `g.Go(s.run)`: the method is run there. */
  private giveMethod(declared: Declared, { use, body, by }: From, place: Place, rest: readonly string[]): void {
    const isRun = use.do === 'give' && use.to.into === 'argument' && runsHere(use.to.call, this.pkg)
    const method = isRun ? methodOf(this.pkg, place) : undefined
    const receiver = method && this.pkg.bodiesOf(method)[0]?.receiver
    if (!method || !receiver) return this.lose()
    this.passings.push({ declared, body, line: use.line, isDeferred: use.isDeferred, by, to: method })
    this.spread.noteSharing(method)
    this.follow(method, receiver, rest.slice((place.path?.length ?? 2) - 2))
  }

  /** What else is set to be it: it has another name then. */
  private settings(declared: Declared, variable: Variable, rest: readonly string[]): void {
    for (const { use } of this.uses.in(declared)) {
      if (use.do !== 'give' || use.to.into !== 'place' || use.to.place.root !== variable) continue
      const left = leftOf(use.to.place, rest)
      if (!left) continue
      const found = partAt(use.value, left)
      if (found?.is === 'chan') this.make({ declared, line: found.line, capacity: found.capacity })
      else if (found?.is === 'place' || found?.is === 'call') this.sourceOf(declared, use.value, left, use.to)
    }
  }

  private note(
    what: string,
    declared: Declared,
    body: GoBody,
    { line, isDeferred }: Use,
    owner: GoBody | undefined,
  ): void {
    const by = runnerAt(this.pkg, declared, body, owner)
    this.ops.push({ what, declared, body, line, isDeferred, by })
    // A literal that a function of the package is given: whoever stands in that one still comes by.
    for (const { givenTo } of literalsAround(this.pkg, declared, body, owner))
      for (const call of givenTo ? callsOf(this.pkg, givenTo) : []) this.passings.push({ ...call, to: declared })
    if (what !== 'Go') return
    // `g.Go(f)`: Done comes when that function is left.
    const left = startedAt(this.pkg, this.uses, declared, line)
    if (left.length === 0) return this.lose()
    for (const one of left) this.ops.push({ what: 'Done', ...one, line: one.body.lastLine, isDeferred: true, by })
  }

  private make(made: Made): void {
    this.made.set(`${this.uses.idOf(made.declared)} ${made.line}`, made)
  }

  private promoted({ path }: Place, rest: readonly string[]): readonly string[] | undefined {
    if (!path || path.length < 2 || rest.length === 0) return undefined
    return path.at(-1) === rest.at(-1) && path.at(-1) !== '[]' ? [] : undefined
  }

  private isNew(declared: Declared, what: string): boolean {
    this.spread.noteHaving(declared)
    const key = `${this.uses.idOf(declared)} ${what}`
    if (this.seen.has(key)) return false
    this.seen.add(key)
    if (this.seen.size > MAX_VARIABLES || what.length > MAX_WAY || this.pkg.isLate()) this.lose()
    return this.isWhole
  }

  private loseOpen(declared: Declared): void {
    const { name, firstLine } = declared
    this.lose({ declared, line: firstLine, how: `whoever may call \`${name}\` has it` })
  }

  private loseGiven(declared: Declared, { name, on }: Call, from: From | undefined): void {
    const how = `\`${on ? `${on.text}.` : ''}${name}\` is given it`
    this.lose(from && { declared, line: from.use.line, how })
  }

  private lose(where?: Lost): void {
    if (this.isWhole) this.lost = where
    this.isWhole = false
  }
}

/** Of sync, errgroup, semaphore and context: which result it is that they make. */
const MAKERS: ReadonlyMap<string, number> = new Map([
  ['NewCond', 0],
  ['NewWeighted', 0],
  ['WithContext', 0],
  ['WithCancel', 1],
  ['WithCancelCause', 1],
])

/** Methods of sync's types: what they do is noted. */
const SYNC = /^(?:Wait|Done|Add|Go|SetLimit|Signal|Broadcast|Acquire|TryAcquire|Release)$/
