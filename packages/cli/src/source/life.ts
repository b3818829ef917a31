/**
 * The life of a channel, a WaitGroup or a Cond in the functions of its package: where it is made, who may send, receive,
 * close, and whether all of that is in sight. From the place that somebody waits at backwards to where it is made, and
 * from there forwards through variables, fields, arguments and results. What leaves the package, lies in one of its
 * variables, or goes where this reading does not follow, is out of sight: then nothing is concluded from who is absent.
 */
import type { StackFrame } from '@unhang/core'
import { calledBy } from './calls.ts'
import { importOf } from './clocks.ts'
import type { Declared, GoPackage } from './package.ts'
import { ownerOf, type Runner, runnerAt } from './runners.ts'
import type { Call, GoBody, Place, Sink, Use, Value, Variable } from './steps.ts'
import type { Waiting } from './waiting.ts'
import { leftOf, partAt, partsOf } from './ways.ts'

export type Op = {
  /** "send", "receive", "range", "close"; or a method: "Done", "Signal". */
  readonly what: string
  readonly declared: Declared
  readonly body: GoBody
  readonly line: number
  readonly isDeferred: boolean
  /** Run by a timer, or by whoever was given the literal: no goroutine need be there. */
  readonly by: Runner
}

/** A call that takes it along. */
export type Passing = Pick<Op, 'declared' | 'body' | 'line' | 'isDeferred' | 'by'> & { readonly to: Declared }

export type Made = { readonly declared: Declared; readonly line: number; readonly capacity: string }

export type Life = {
  readonly ops: readonly Op[]
  readonly passings: readonly Passing[]
  readonly made: readonly Made[]
  /** Everything that can be done to it is among the ops. */
  readonly isWhole: boolean
}

/** The function that a frame of the package lies in. */
export type Locate = (frame: StackFrame) => Declared | undefined

type Noted = { readonly use: Use; readonly body: GoBody }

/** Variables that it goes through; more are read by nobody. */
const MAX_VARIABLES = 300

export class Tracer {
  private readonly pkg: GoPackage
  private readonly isMain: boolean
  private readonly ops: Op[] = []
  private readonly passings: Passing[] = []
  private readonly made = new Map<string, Made>()
  private readonly seen = new Set<string>()
  private readonly ids = new Map<Declared, number>()
  private readonly noted = new Map<Declared, readonly Noted[]>()
  private isWhole = true

  constructor(pkg: GoPackage, packageName: string) {
    this.pkg = pkg
    this.isMain = packageName === 'main'
  }

  /** Of what a goroutine waits for; `locate` finds frames of its package. */
  lifeOf({ declared, goroutine, at }: Waiting, value: Value, locate: Locate): Life {
    const { frames, createdBy } = goroutine
    this.climb(declared, value, createdBy ? [...frames.slice(at + 1), createdBy] : frames.slice(at + 1), locate)
    const { ops, passings, made, isWhole } = this
    return { ops, passings, made: [...made.values()], isWhole: isWhole && !this.pkg.isCut }
  }

  /** What a parameter was given, the stack tells: the call in the next frame. */
  private climb(declared: Declared, value: Value, frames: readonly StackFrame[], locate: Locate): void {
    const root = value.is === 'place' ? value.place.root : undefined
    const [outer, ...more] = frames
    if (value.is === 'place' && outer && root && root.kind !== 'local' && !this.isOfLiteral(declared, root)) {
      const caller = locate(outer)
      const index = root.kind === 'receiver' ? -1 : root.index
      const given = (caller ? this.usesIn(caller) : []).flatMap(({ use }) =>
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
    return to.into === 'argument' && to.index === index && this.calls(to.call, declared)
  }

  /** Backwards: `rest` of that value is it. `to`: where the value goes. */
  private sourceOf(declared: Declared, value: Value, rest: readonly string[], to: Sink | undefined): void {
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
        return this.resultSource(declared, value, rest, to)
      default:
        return this.lose()
    }
  }

  private resultSource(
    declared: Declared,
    { call, result }: Extract<Value, { is: 'call' }>,
    rest: readonly string[],
    to: Sink | undefined,
  ): void {
    if (/^New(?:Cond|Weighted)$/.test(call.name) && importOf(call.on, this.pkg)) return this.give(declared, to, rest)
    const { functions, isGuess } = calledBy(this.pkg, call)
    if (functions.length !== 1 || isGuess) return this.lose()
    this.give(declared, to, rest)
    const [callee] = functions
    if (!this.isNew(callee, `result ${result} ${rest.join('.')}`)) return
    // What else it has made for others is none of this.
    this.isNew(callee, `given ${result} ${rest.join('.')}`)
    const given = this.usesIn(callee).flatMap(({ use }) =>
      use.do === 'give' && use.to.into === 'result' && use.to.index === result ? [use] : [],
    )
    if (given.length === 0) return this.lose()
    for (const { value } of given) this.sourceOf(callee, value, rest, undefined)
  }

  private originOf(declared: Declared, variable: Variable, rest: readonly string[]): void {
    if (!this.isNew(declared, `origin ${variable.id} ${rest.join('.')}`)) return
    const settings = this.usesIn(declared).flatMap(({ use }) =>
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
    if (this.isOpen(declared)) return this.lose()
    const index = variable.kind === 'receiver' ? -1 : variable.index
    let isFound = false
    for (const caller of this.callersOf(declared))
      for (const { use } of this.usesIn(caller)) {
        if (use.do !== 'give' || !this.isArgument(use, declared, index)) continue
        isFound = true
        this.sourceOf(caller, use.value, rest, use.to)
      }
    if (!isFound) this.lose()
  }

  /** A parameter of a literal that lies in the function: what it is given is noted as set. */
  private isOfLiteral(declared: Declared, variable: Variable): boolean {
    const [body] = this.pkg.bodiesOf(declared)
    return body !== undefined && body.receiver !== variable && !body.parameters.includes(variable)
  }

  /** Forwards: a value goes there, and `rest` of it is it. */
  private give(declared: Declared, to: Sink | undefined, rest: readonly string[], use?: Use, body?: GoBody): void {
    if (!to || to.into === 'nowhere') return
    if (to.into === 'place') {
      const { root, path } = to.place
      if (!root || !path) return this.lose()
      const inside = [...path.slice(1), ...rest]
      // In a field: whoever else has what it is a field of, has it, too.
      return path.length > 1 ? this.originOf(declared, root, inside) : this.follow(declared, root, inside)
    }
    if (to.into === 'result') return this.giveResult(declared, to.index, rest)
    if (to.into === 'argument') return this.giveArgument(declared, to.call, to.index, rest, use, body)
    this.lose()
  }

  private giveResult(declared: Declared, index: number, rest: readonly string[]): void {
    if (!this.isNew(declared, `given ${index} ${rest.join('.')}`)) return
    if (this.isOpen(declared)) return this.lose()
    for (const caller of this.callersOf(declared))
      for (const { use, body } of this.usesIn(caller))
        for (const { value, path } of partsOf(use.do === 'give' ? use.value : use.on)) {
          if (value.is !== 'call' || value.result !== index || !this.calls(value.call, declared)) continue
          if (use.do === 'give') this.give(caller, use.to, [...path, ...rest], use, body)
          else if (rest.length === 0) this.note(use.do, caller, body, use, undefined)
        }
  }

  private giveArgument(
    declared: Declared,
    call: Call,
    index: number,
    rest: readonly string[],
    use: Use | undefined,
    body: GoBody | undefined,
  ): void {
    if (index === -1 && rest.length === 0 && SYNC.test(call.name)) return
    const { functions, isGuess } = calledBy(this.pkg, call)
    if (functions.length === 0) return this.isHarmless(call, index) ? undefined : this.lose()
    if (isGuess && functions.length > 1) return this.lose()
    for (const callee of functions) {
      const [inner] = this.pkg.bodiesOf(callee)
      const variable = index === -1 ? inner?.receiver : inner?.parameters[index]
      if (!inner || (index >= 0 && (!variable || variable.type.startsWith('...')))) return this.lose()
      if (use && body) {
        const { line, isDeferred } = use
        this.passings.push({ declared, body, line, isDeferred, by: 'goroutine', to: callee })
      }
      if (!variable) continue
      // A method of what it embeds.
      const isPromoted = index === -1 && rest[0] === callee.receiver
      this.follow(callee, variable, isPromoted ? rest.slice(1) : rest)
    }
  }

  /** They only look at it, or run what is theirs. */
  private isHarmless({ name, on }: Call, index: number): boolean {
    const of = importOf(on, this.pkg)
    if (of !== undefined) return /^(?:fmt|log|slog|errors|reflect\.TypeOf)$/.test(of)
    return index === -1 && /^(?:R?(?:Un)?[Ll]ock|TryR?Lock|Error|String)$/.test(name)
  }

  private follow(declared: Declared, variable: Variable, rest: readonly string[]): void {
    if (!this.isNew(declared, `${variable.id} ${rest.join('.')}`)) return
    const owner = ownerOf(this.pkg.bodiesOf(declared), variable)
    for (const { use, body } of this.usesIn(declared))
      for (const { value, path } of partsOf(use.do === 'give' ? use.value : use.on)) {
        if (value.is !== 'place' || value.place.root !== variable) continue
        const left = leftOf(value.place, rest) ?? this.promoted(value.place, rest)
        if (!left) {
          if (this.isMethodValue(value.place, rest)) this.lose()
          continue
        }
        if (use.do !== 'give') {
          if (left.length === 0) this.note(use.do, declared, body, use, owner)
          continue
        }
        if (left.length === 0 && use.to.into === 'argument' && use.to.index === -1)
          this.note(use.to.call.name, declared, body, use, owner)
        const by = runnerAt(this.pkg, declared, body, owner)
        if (by !== 'goroutine' && use.to.into === 'argument') this.loosen(declared, body, use, by)
        this.give(declared, use.to, [...path, ...left], use, body)
      }
    this.settings(declared, variable, rest)
  }

  /** What else is set to be it: it has another name then. */
  private settings(declared: Declared, variable: Variable, rest: readonly string[]): void {
    for (const { use } of this.usesIn(declared)) {
      if (use.do !== 'give' || use.to.into !== 'place' || use.to.place.root !== variable) continue
      const left = leftOf(use.to.place, rest)
      if (!left) continue
      const found = partAt(use.value, left)
      if (found?.is === 'chan') this.make(declared, found)
      else if (found?.is === 'place' || found?.is === 'call') this.sourceOf(declared, use.value, left, use.to)
    }
  }

  /** A literal that others run takes it to a function: that one may do what it does at any time. */
  private loosen(declared: Declared, body: GoBody, use: Use, by: Runner): void {
    this.note('anything', declared, body, use, undefined, by)
  }

  private note(
    what: string,
    declared: Declared,
    body: GoBody,
    { line, isDeferred }: Use,
    owner: GoBody | undefined,
    by = runnerAt(this.pkg, declared, body, owner),
  ): void {
    this.ops.push({ what, declared, body, line, isDeferred, by })
    if (what !== 'Go') return
    // `wg.Go(f)`: Done comes when the literal is left.
    for (const literal of this.pkg.bodiesOf(declared))
      if (literal.isLiteral && literal.givenTo?.name === 'Go' && literal.firstLine === line)
        this.ops.push({ what: 'Done', declared, body: literal, line: literal.lastLine, isDeferred: true, by })
  }

  private make(declared: Declared, { capacity, line }: Extract<Value, { is: 'chan' }>): void {
    this.made.set(`${this.idOf(declared)} ${line}`, { declared, line, capacity })
  }

  private promoted({ path }: Place, rest: readonly string[]): readonly string[] | undefined {
    if (!path || path.length < 2 || rest.length === 0) return undefined
    return path.at(-1) === rest.at(-1) && path.at(-1) !== '[]' ? [] : undefined
  }

  /** `s.stop`, not called: whoever has it has s. */
  private isMethodValue({ path }: Place, rest: readonly string[]): boolean {
    const name = path?.at(-1)
    if (!path || name === undefined || path.length - 1 > rest.length) return false
    if (path.slice(1, -1).some((step, i) => step !== rest[i])) return false
    return this.pkg.named(name).some(({ receiver }) => receiver !== '')
  }

  private usesIn(declared: Declared): readonly Noted[] {
    const known = this.noted.get(declared)
    if (known) return known
    const noted = this.pkg.bodiesOf(declared).flatMap(body => body.uses.map(use => ({ use: this.named(use), body })))
    this.noted.set(declared, noted)
    return noted
  }

  private named(use: Use): Use {
    return use.do === 'give' ? { ...use, value: this.withNames(use.value) } : use
  }

  /** `session{a, b}`: the fields by their names. */
  private withNames(value: Value): Value {
    if (value.is !== 'struct') return value
    const names = value.fields.some(([name]) => /^\d/.test(name)) ? this.pkg.owners.fieldsOf(value.type) : []
    const fields = value.fields.map(
      ([name, inner], i) => [/^\d/.test(name) ? (names[i] ?? '?') : name, this.withNames(inner)] as const,
    )
    if (fields.some(([name]) => name === '?')) return { is: 'other' }
    return { ...value, fields }
  }

  private calls(call: Call, declared: Declared): boolean {
    return call.name === declared.name && calledBy(this.pkg, call).functions.includes(declared)
  }

  private callersOf(declared: Declared): readonly Declared[] {
    const call = new RegExp(`(?<![\\p{L}\\p{N}_])${declared.name}\\s*[([]`, 'u')
    return this.pkg.matching(text => call.test(text)).filter(one => one !== declared || isRecursive(one))
  }

  /** Functions of other packages may call it; or it is a value that anybody may call. */
  private isOpen({ name, receiver }: Declared): boolean {
    if (!this.isMain && /^\p{Lu}/u.test(name)) return true
    const value = new RegExp(
      `${receiver === '' ? '(?<![\\p{L}\\p{N}_".])' : '\\.'}${name}(?![\\p{L}\\p{N}_(:="]|\\s*[([:=])`,
      'u',
    )
    return this.pkg.files.some(({ text }) => text.includes(name) && value.test(text.replace(/\/\/.*$/gm, '')))
  }

  private isNew(declared: Declared, what: string): boolean {
    const key = `${this.idOf(declared)} ${what}`
    if (this.seen.has(key)) return false
    this.seen.add(key)
    if (this.seen.size > MAX_VARIABLES || this.pkg.isLate()) this.lose()
    return this.isWhole
  }

  private idOf(declared: Declared): number {
    const id = this.ids.get(declared) ?? this.ids.size
    this.ids.set(declared, id)
    return id
  }

  private lose(): void {
    this.isWhole = false
  }
}

/** Methods of sync's types: what they do is noted. */
const SYNC = /^(?:Wait|Done|Add|Go|Signal|Broadcast)$/

const isRecursive = ({ name, text }: Declared) => text.indexOf(`${name}(`) !== text.lastIndexOf(`${name}(`)
