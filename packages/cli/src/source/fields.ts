/**
 * The life of what lies in a field of a type of the package, or in one of its variables, by that name alone: whichever value
 * it belongs to, and wherever those are kept. For what cannot be followed from hand to hand: values in lists and maps, in
 * variables of the package, in structures that hold their like. All of it is in sight where the name is used for nothing
 * but what a channel, a WaitGroup or a Cond is there for, and whoever does so is called in the package alone.
 */
import { importOf } from './clocks.ts'
import type { Life, Made, Op, Passing } from './life.ts'
import type { Declared, GoPackage } from './package.ts'
import { callsOf, literalsAround, runnerAt } from './runners.ts'
import type { GoBody, Place, Use, Value, Variable } from './steps.ts'
import { type Noted, type Uses, usesOf } from './uses.ts'
import type { Waiting } from './waiting.ts'
import { partsOf } from './ways.ts'

/** Functions that lead there; more are read by nobody. */
const MAX_FUNCTIONS = 150

/** undefined: not all of it is in sight. */
export function fieldLife({ pkg, packageName }: Waiting, value: Value): Life | undefined {
  const owner = value.is === 'place' ? pkg.owners.ownerOf(value.place) : undefined
  const name = /(?:^var |\.)([\p{L}_][\p{L}\p{N}_]*)$/u.exec(owner ?? '')?.[1]
  if (owner === undefined || name === undefined) return undefined
  if (packageName !== 'main' && /^\p{Lu}/u.test(name)) return undefined
  const reader = new FieldReader(pkg, usesOf(pkg, packageName), owner, name)
  return reader.read(packageName === 'main')
}

class FieldReader {
  private readonly pkg: GoPackage
  private readonly uses: Uses
  private readonly owner: string
  private readonly name: string
  private readonly ops: Op[] = []
  private readonly passings: Passing[] = []
  private readonly made: Made[] = []
  private isWhole = true

  constructor(pkg: GoPackage, uses: Uses, owner: string, name: string) {
    this.pkg = pkg
    this.uses = uses
    this.owner = owner
    this.name = name
  }

  read(isMain: boolean): Life | undefined {
    const { pkg, name } = this
    const named = new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, 'u')
    if (!pkg.files.every(file => this.isDeclaredAlone(file))) return undefined
    for (const declared of pkg.matching(text => named.test(text))) {
      if (!this.isWhole) return undefined
      if (this.hasHiddenParts(declared)) return undefined
      for (const noted of this.uses.in(declared)) this.look(declared, noted)
    }
    this.lead(isMain)
    const { ops, passings, made, isWhole } = this
    return isWhole && !pkg.isCut ? { ops, passings, made, isWhole, lost: undefined, ofCalls: [] } : undefined
  }

  /** Outside of functions it is declared, and made. */
  private isDeclaredAlone(file: GoPackage['files'][number]): boolean {
    if (!file.text.includes(this.name)) return true
    const inside = new Set<number>()
    for (const { firstLine, lastLine } of this.pkg.functionsOf(file))
      for (let line = firstLine; line <= lastLine; line++) inside.add(line)
    const { name } = this
    const word = new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, 'u')
    const declares = new RegExp(
      `^\\s*(?:var\\s+)?(?:[\\p{L}\\p{N}_]+\\s*,\\s*)*${name}\\s*(?:,\\s*[\\p{L}\\p{N}_]+)*\\s+(?:=\\s*(?:make\\(|sync\\.NewCond\\()|[\\p{L}*<[(])`,
      'u',
    )
    const makes = new RegExp(`(?<![\\p{L}\\p{N}_.])${name}:\\s*(?:make\\(|nil|sync\\.NewCond\\()`, 'u')
    return file.text.split('\n').every((line, i) => {
      const text = line.replace(/\/\/.*$/, '')
      return inside.has(i + 1) || !word.test(text) || /^type\s/.test(text) || declares.test(text) || makes.test(text)
    })
  }

  /** `{a, b}` in a list: its type is not written, and its parts are not noted. */
  private hasHiddenParts({ text }: Declared): boolean {
    if (this.owner.startsWith('var ')) return false
    const type = this.owner.slice(0, this.owner.indexOf('.'))
    const set = new RegExp(`(?<![\\p{L}\\p{N}_.])${this.name}:(?!\\s*(?:make\\(|nil|sync\\.NewCond\\())`, 'u')
    const lists = text.split(new RegExp(`\\]\\s*\\*?${type}\\s*\\{`, 'u')).slice(1)
    const isKeyed = (list: string) =>
      [...list.matchAll(/[{,]\s*(?=\{)\{([^}]*)/g)].every(([, parts]) => /^\s*(?:\w+:|$)/.test(parts))
    return lists.some(list => set.test(list) || !isKeyed(`{${list}`))
  }

  private look(declared: Declared, { use, body }: Noted): void {
    if (use.do === 'give') this.lookAtSetting(declared, use)
    for (const { value } of partsOf(use.do === 'give' ? use.value : use.on)) {
      if (value.is !== 'place' || !this.mayBe(value.place)) continue
      if (use.do !== 'give') this.note(use.do, declared, body, use, value.place)
      else if (use.to.into === 'nowhere') continue
      else if (use.to.into === 'argument' && use.to.index === -1)
        this.note(use.to.call.name, declared, body, use, value.place)
      else if (use.to.into === 'place' && use.to.place.root?.kind === 'local' && use.to.place.path?.length === 1)
        this.noteAlias(declared, use.to.place.root)
      else this.isWhole = false
    }
  }

  /** Of a type that is not known it may be this one. */
  private mayBe(place: Place): boolean {
    if (place.path?.at(-1) !== this.name) return false
    const owner = this.pkg.owners.ownerOf(place)
    return owner === undefined ? place.path.length > 1 : owner === this.owner
  }

  /** It is made anew wherever it is set. */
  private lookAtSetting(declared: Declared, { value, to }: Extract<Use, { do: 'give' }>): void {
    if (to.into === 'place' && this.mayBe(to.place)) this.set(declared, value)
    const type = this.owner.slice(0, this.owner.indexOf('.'))
    const inside = (one: Value): void => {
      if (one.is !== 'struct') return
      for (const [name, inner] of one.fields) {
        if (name === this.name && one.type.replace(/^\*/, '').replace(/\[.*$/, '') === type) this.set(declared, inner)
        inside(inner)
      }
    }
    inside(value)
  }

  private set(declared: Declared, value: Value): void {
    if (value.is === 'chan') this.made.push({ declared, line: value.line, capacity: value.capacity })
    else if (value.is === 'call' && value.call.name === 'NewCond' && importOf(value.call.on, this.pkg) === 'sync')
      return
    else if (value.is !== 'struct' || value.type !== '') this.isWhole = false
  }

  /** `done := s.done`: by another name, in the same function. */
  private noteAlias(declared: Declared, variable: Variable): void {
    for (const { use, body } of this.uses.in(declared))
      for (const { value } of partsOf(use.do === 'give' ? use.value : use.on)) {
        if (value.is !== 'place' || value.place.root !== variable) continue
        if (use.do !== 'give') this.note(use.do, declared, body, use, undefined)
        else if (use.to.into === 'argument' && use.to.index === -1)
          this.note(use.to.call.name, declared, body, use, undefined)
        else if (use.to.into !== 'nowhere') this.isWhole = false
      }
  }

  private note(what: string, declared: Declared, body: GoBody, { line, isDeferred }: Use, on: Place | undefined): void {
    // What a group runs, and what is no business of channels and their likes.
    if (what === 'Go' || !KNOWN.test(what)) this.isWhole = false
    const by = runnerAt(this.pkg, declared, body, undefined)
    this.ops.push({ what, declared, body, line, isDeferred, by, ...(on && { on }) })
    for (const { givenTo } of literalsAround(this.pkg, declared, body, undefined))
      for (const call of givenTo ? callsOf(this.pkg, givenTo) : []) this.passings.push({ ...call, to: declared })
  }

  /** Calls that lead to where something is done with it, told by the names of those that are called. */
  private lead(isMain: boolean): void {
    const leading = new Set(this.ops.map(({ declared }) => declared))
    for (const to of leading) {
      if (leading.size > MAX_FUNCTIONS || this.pkg.isLate() || this.isOpen(to, isMain)) this.isWhole = false
      if (!this.isWhole) return
      const call = new RegExp(
        `${to.receiver === '' ? '(?<![\\p{L}\\p{N}_.])' : '\\.'}${to.name}(?![\\p{L}\\p{N}_:])`,
        'u',
      )
      for (const declared of this.pkg.matching(text => call.test(text))) {
        const lines = declared.text.split('\n').flatMap((text, i) => (call.test(text) ? [declared.firstLine + i] : []))
        for (const line of lines) if (declared !== to || line !== to.firstLine) this.pass(declared, line, to)
        if (declared !== to || lines.length > 1) leading.add(declared)
      }
    }
  }

  private pass(declared: Declared, line: number, to: Declared): void {
    const around = this.pkg.bodiesOf(declared).filter(one => one.firstLine <= line && line <= one.lastLine)
    const body = around.toSorted((a, b) => b.depth - a.depth)[0]
    if (!body) return
    const by = runnerAt(this.pkg, declared, body, undefined)
    this.passings.push({ declared, body, line, isDeferred: false, by, to })
  }

  /** Others may call it: another package, whoever was given it, whoever knows an interface that it is a part of. */
  private isOpen(declared: Declared, isMain: boolean): boolean {
    if (declared.receiver === '' && /^(?:main|init)$/.test(declared.name)) return false
    if (!isMain && /^\p{Lu}/u.test(declared.name)) return true
    return (declared.receiver !== '' && INTERFACES.test(declared.name)) || this.uses.isOpen(declared)
  }
}

const KNOWN = /^(?:send|receive|range|close|Wait|Done|Add|Signal|Broadcast)$/

/** Methods of the standard library's interfaces: it calls them itself. */
const INTERFACES =
  /^(?:ServeHTTP|RoundTrip|Read|Write|Close|Seek|ReadFrom|WriteTo|ReadAt|WriteAt|String|Error|Format|Less|Len|Swap|Push|Pop|Set|Value|Scan|Handle|Enabled|Accept|Dial|Done|Err|(?:Un)?[mM]arshal\w*|(?:Un)?[lL]ock)$/
