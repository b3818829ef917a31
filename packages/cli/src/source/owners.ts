/**
 * Which lock of a package a place in a function is: "server.mu" for every `x.mu` where x is a server, "var mu" for a
 * variable of the package. Types are read off declarations: what would need the whole of Go's rules stays unknown.
 */

import type { GoParser } from './grammar.ts'
import type { Call, Place, Value, Variable } from './steps.ts'
import { part, partsOf, type Syntax, textOf } from './syntax.ts'

/** What is asked of the package. */
export type Declarations = {
  /** The text behind `type NAME`, to its end. */
  readonly typeText: (name: string) => string | undefined
  /** The text behind `var NAME`, to the end of its line. */
  readonly variableText: (name: string) => string | undefined
  readonly isImport: (name: string) => boolean
  /** First result of the function or method; '' where that is not known. */
  readonly resultOf: (name: string, receiver: string | undefined) => string
}

type Struct = {
  readonly fields: ReadonlyMap<string, string>
  /** Types, as written. */
  readonly embedded: readonly string[]
}

const EMBEDDED_LOCK = /^\*?sync\.(?:RW)?Mutex$/
/** Structs in structs, variables from variables. */
const MAX_STEPS = 8

export class Owners {
  private readonly declarations: Declarations
  private readonly parser: GoParser
  private readonly structs = new Map<string, Struct | undefined>()

  constructor(declarations: Declarations, parser: GoParser) {
    this.declarations = declarations
    this.parser = parser
  }

  /** "server.mu", "var mu", "variable 3 of …" is told by its key alone; undefined: not known. */
  ownerOf({ path, root }: Place): string | undefined {
    if (!path) return undefined
    const field = path.at(-1)!
    if (path.length === 1) {
      const type = this.startType(root, field)
      const embedded = type === undefined ? undefined : this.embeddedLock(baseOf(type), MAX_STEPS)
      return embedded ?? (root ? undefined : `var ${field}`)
    }
    const holder = this.typeAt(root, path.slice(0, -1))
    if (holder === undefined || field === '[]') return root ? undefined : `var ${path.join('.')}`
    const base = baseOf(holder)
    if (base === '' || base.startsWith('struct')) return root ? undefined : `var ${path.join('.')}`
    const { owner, type } = this.fieldOf(base, field, MAX_STEPS) ?? { owner: base, type: '' }
    // A field that is a struct with a lock in it: `s.cache.Lock()`.
    return this.embeddedLock(baseOf(type), MAX_STEPS) ?? `${owner}.${field}`
  }

  /** The type of a place, without pointers and type arguments; undefined: not known. */
  typeOf({ path, root }: Place): string | undefined {
    const type = path && this.typeAt(root, path)
    return type === undefined || type === '' ? undefined : baseOf(type)
  }

  /** The type of a place as it is written somewhere: "<-chan time.Time"; undefined: not known. */
  textOf({ path, root }: Place): string | undefined {
    return path && this.typeAt(root, path)?.trim()
  }

  /** Of what stands before a dot and is no place; undefined: not known. */
  typeOfValue(value: Value): string | undefined {
    const type = value.is === 'struct' ? value.type : value.is === 'call' ? this.resultOf(value.call) : undefined
    return type === undefined || type === '' ? undefined : baseOf(type)
  }

  /** The type of what a call gives, as written. */
  resultText(call: Call): string | undefined {
    return this.resultOf(call)
  }

  /** The fields of a struct of this package, in their order; [] for anything else. */
  fieldsOf(type: string): readonly string[] {
    return [...(this.structOf(baseOf(type))?.fields.keys() ?? [])]
  }

  /** Types that a type embeds, of this package. */
  embeddedIn(type: string): readonly string[] {
    return this.structOf(type)?.embedded.map(baseOf) ?? []
  }

  private typeAt(root: Variable | undefined, path: readonly string[], left = MAX_STEPS): string | undefined {
    let type = this.startType(root, path[0], left)
    for (const step of path.slice(1)) {
      if (type === undefined) return undefined
      type = step === '[]' ? this.elementOf(type) : this.fieldOf(baseOf(type), step, MAX_STEPS)?.type
    }
    return type
  }

  private startType(root: Variable | undefined, name: string, left = MAX_STEPS): string | undefined {
    if (!root) return this.packageVariable(name)
    if (root.type !== '') return root.type
    const { from } = root
    if (!from || left === 0) return undefined
    if ('name' in from) return this.resultOf(from)
    return from.path && this.typeAt(from.root, from.path, left - 1)
  }

  private resultOf({ name, on, isValue }: Call): string | undefined {
    if (isValue && !on) return undefined
    if (on?.root === undefined && on?.path?.length === 1 && this.declarations.isImport(on.path[0])) return undefined
    const receiver = on && this.typeOf(on)
    if (on && receiver === undefined) return undefined
    return this.declarations.resultOf(name, receiver) || undefined
  }

  /** `var x T`, `x = T{`, `x = &T{`, `x = new(T)`. */
  private packageVariable(name: string): string | undefined {
    const text = this.declarations.variableText(name)?.trim()
    if (text === undefined) return undefined
    const value = /^=\s*(?:&?\s*([\w.]+)(?:\[[^\]]*\])?\s*\{|new\(([\w.]+)\))/.exec(text)
    if (value) return value[1] ?? value[2]
    return text.startsWith('=') ? undefined : text.replace(/\s*(?:=|\/\/).*$/, '')
  }

  private fieldOf(type: string, field: string, left: number): { owner: string; type: string } | undefined {
    const struct = this.structOf(type)
    const own = struct?.fields.get(field)
    if (own !== undefined) return { owner: type, type: own }
    if (!struct || left === 0) return undefined
    for (const embedded of struct.embedded) {
      const found = this.fieldOf(baseOf(embedded), field, left - 1)
      if (found) return found
    }
    return undefined
  }

  /** "server.Mutex" for a type that embeds one, so that `s.Lock()` and `s.Mutex.Lock()` are the same. */
  private embeddedLock(type: string, left: number): string | undefined {
    const struct = this.structOf(type)
    if (!struct || left === 0) return undefined
    const lock = struct.embedded.find(one => EMBEDDED_LOCK.test(one))
    if (lock !== undefined) return `${type}.${nameOf(lock)}`
    for (const embedded of struct.embedded) {
      const found = this.embeddedLock(baseOf(embedded), left - 1)
      if (found !== undefined) return found
    }
    return undefined
  }

  private elementOf(type: string): string | undefined {
    const bare = type.replace(/^[*(\s]+/, '')
    const named = /^\w+$/.test(bare) ? this.declarations.typeText(bare) : undefined
    const text = (named ?? bare).trim()
    if (text.startsWith('map[') || text.startsWith('[')) return behindBracket(text)
    return /^(?:<-\s*)?chan\b(?:\s*<-)?\s*(.*)$/.exec(text)?.[1]
  }

  private structOf(type: string): Struct | undefined {
    if (type === '' || type.includes('.')) return undefined
    if (!this.structs.has(type)) this.structs.set(type, this.readStruct(type))
    return this.structs.get(type)
  }

  private readStruct(type: string): Struct | undefined {
    const text = this.declarations.typeText(type)
    if (!text || !/^(?:\[[^\]]*\])?\s*struct\b/.test(text)) return undefined
    const list = find(
      this.parser.parse(`type ${type}${text.startsWith('[') ? '' : ' '}${text}\n`, 1),
      'field_declaration_list',
    )
    if (!list) return undefined
    const fields = new Map<string, string>()
    const embedded: string[] = []
    for (const one of list.parts) {
      const type = part(one, 'type')
      if (!type) continue
      const names = partsOf(one, 'name')
      // The star of an embedded pointer is left out by the grammar's field.
      if (names.length === 0) {
        embedded.push(textOf(type))
        fields.set(nameOf(textOf(type)), textOf(type))
      }
      for (const name of names) fields.set(textOf(name), textOf(type))
    }
    return { fields, embedded }
  }
}

function find(node: Syntax | undefined, type: string): Syntax | undefined {
  if (!node || node.type === type) return node
  for (const one of node.parts) {
    const found = find(one, type)
    if (found) return found
  }
  return undefined
}

/** "*Cache[K, V]" as "Cache". */
function baseOf(type: string): string {
  const bare = type.replace(/^[*(\s]+/, '')
  return (/^[\p{L}_][\p{L}\p{N}_.]*/u.exec(bare)?.[0] ?? '').replace(/^(?:map|chan|func|interface)$/, '')
}

/** "sync.RWMutex" is embedded as "RWMutex". */
function nameOf(type: string): string {
  const base = baseOf(type)
  return base.slice(base.lastIndexOf('.') + 1)
}

/** "[]*T" and "map[string]T" without the bracket. */
function behindBracket(text: string): string | undefined {
  let depth = 0
  for (let at = text.indexOf('['); at >= 0 && at < text.length; at++) {
    if (text[at] === '[') depth++
    else if (text[at] === ']' && --depth === 0) return text.slice(at + 1).trim()
  }
  return undefined
}
