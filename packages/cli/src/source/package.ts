/**
 * The functions of a package: the .go files of one folder. A name is found by its declaration in the text, and a
 * function is parsed when somebody asks for what it does: a package may have a million lines.
 */
import { type GoFunc, goFuncs } from '../inputs/gofuncs.ts'
import { workedMs } from './clock.ts'
import type { GoParser } from './grammar.ts'
import { lowerFunction } from './lower.ts'
import { Owners } from './owners.ts'
import type { GoBody } from './steps.ts'
import type { Syntax } from './syntax.ts'

export type GoFile = { readonly name: string; readonly text: string }

/** A function in its file. */
export type Declared = {
  readonly file: GoFile
  readonly name: string
  /** Type of the receiver, without `*`; '' for a function. */
  readonly receiver: string
  readonly firstLine: number
  readonly lastLine: number
  readonly text: string
}

export class GoPackage {
  readonly files: readonly GoFile[]
  readonly owners: Owners
  /** Time or files ran out: what was found is not all. */
  isCut: boolean
  private readonly parser: GoParser
  /** Of `workedMs`. */
  private readonly endMs: number
  private readonly funcs = new Map<GoFile, readonly Declared[]>()
  private readonly bodies = new Map<Declared, readonly GoBody[]>()
  private names: Map<string, GoFile[]> | undefined
  private readonly found = new Map<string, readonly Declared[]>()
  private imports: Set<string> | undefined
  private declared: Declarations | undefined

  constructor(files: readonly GoFile[], parser: GoParser, endMs: number, isCut = false) {
    this.files = files
    this.parser = parser
    this.endMs = endMs
    this.isCut = isCut
    this.owners = new Owners(
      {
        typeText: name => this.declarationOf('type', name),
        variableText: name => this.declarationOf('var', name),
        isImport: name => this.isImport(name),
        resultOf: (name, receiver) => this.resultOf(name, receiver),
      },
      parser,
    )
  }

  functionsOf(file: GoFile): readonly Declared[] {
    let declared = this.funcs.get(file)
    if (!declared) {
      const lines = lineStarts(file.text)
      declared = goFuncs(file.text).map(func => declaredOf(file, func, lines))
      this.funcs.set(file, declared)
    }
    return declared
  }

  /** Functions and methods of that name. */
  named(name: string): readonly Declared[] {
    let found = this.found.get(name)
    if (!found) {
      this.names ??= namesOf(this.files)
      const files = this.names.get(name) ?? []
      found = files.flatMap(file => this.functionsOf(file).filter(one => one.name === name))
      this.found.set(name, found)
    }
    return found
  }

  /** All functions whose text the test finds something in. */
  matching(isFound: (text: string) => boolean): readonly Declared[] {
    const files = this.files.filter(({ text }) => isFound(text))
    return files.flatMap(file => this.functionsOf(file).filter(({ text }) => isFound(text)))
  }

  /** What it does, and the literals in it that others run; [] where it can't be read. */
  bodiesOf(declared: Declared): readonly GoBody[] {
    let bodies = this.bodies.get(declared)
    if (!bodies) {
      bodies = this.read(declared)
      this.bodies.set(declared, bodies)
    }
    return bodies
  }

  private read(declared: Declared): readonly GoBody[] {
    const syntax = this.isLate() ? undefined : this.parser.parse(declared.text, declared.firstLine)
    const declaration = syntax?.parts.find(isDeclaration)
    if (!declaration) this.isCut = true
    return declaration ? lowerFunction(declaration, shownName(declared)) : []
  }

  isLate(): boolean {
    if (workedMs() > this.endMs) this.isCut = true
    return this.isCut
  }

  private resultOf(name: string, receiver: string | undefined): string {
    const found = this.named(name).find(one => one.receiver === (receiver ?? ''))
    return found ? (this.bodiesOf(found)[0]?.result ?? '') : ''
  }

  private declarationOf(keyword: Keyword, name: string): string | undefined {
    this.declared ??= declarationsOf(this.files)
    const found = this.declared[keyword].get(name)
    return found && cut[keyword](found.text, found.from).trim()
  }

  isImport(name: string): boolean {
    this.imports ??= importsOf(this.files)
    return this.imports.has(name)
  }
}

const isDeclaration = ({ type }: Syntax) => type === 'function_declaration' || type === 'method_declaration'

/** "(*server).AcquireLock" as a stack would say, without knowing whether there is a star. */
export function shownName({ name, receiver, text }: Declared): string {
  if (receiver === '') return name
  const isPointer = /^func\s*\([^)]*\*/.test(text)
  return isPointer ? `(*${receiver}).${name}` : `${receiver}.${name}`
}

function declaredOf(file: GoFile, func: GoFunc, lines: readonly number[]): Declared {
  const to = lines[func.lastLine] ?? file.text.length
  return { ...func, file, text: file.text.slice(lines[func.firstLine - 1], to) }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function namesOf(files: readonly GoFile[]): Map<string, GoFile[]> {
  const names = new Map<string, GoFile[]>()
  for (const file of files)
    for (const match of file.text.matchAll(/^func\s*(?:\([^)]*\)+\s*)?([\p{L}_][\p{L}\p{N}_]*)/gmu)) {
      const same = names.get(match[1])
      if (!same) names.set(match[1], [file])
      else if (!same.includes(file)) same.push(file)
    }
  return names
}

function importsOf(files: readonly GoFile[]): Set<string> {
  const names = new Set<string>()
  for (const { text } of files)
    for (const match of text.matchAll(/^(?:import\s+|\t)(?:([\p{L}_][\p{L}\p{N}_]*)\s+)?"([^"\n]+)"/gmu))
      names.add(match[1] ?? match[2].replace(/\/v\d+$/, '').replace(/^.*\//, ''))
  return names
}

type Keyword = 'type' | 'var'
/** Where the text behind a declared name begins. */
type Declarations = { readonly [keyword in Keyword]: Map<string, { readonly text: string; readonly from: number }> }

/** As gofmt writes them: a declaration begins at the margin, the names of a list one tab further. */
function declarationsOf(files: readonly GoFile[]): Declarations {
  const declared: Declarations = { type: new Map(), var: new Map() }
  for (const { text } of files)
    for (const { 0: head, 1: keyword, 2: name, index } of text.matchAll(/^(type|var)[ \t]+(\(|[^\s()[\]{}=,.*]+)/gm)) {
      const names = declared[keyword as Keyword]
      const from = index + head.length
      if (name !== '(') names.set(name, { text, from })
      else noteList(text, from, names)
    }
  return declared
}

function noteList(text: string, from: number, names: Declarations[Keyword]): void {
  const end = text.indexOf('\n)', from)
  const list = text.slice(from, end < 0 ? from : end)
  for (const inside of list.matchAll(/^\t([^\s()[\]{}=,.*]+)/gm))
    names.set(inside[1], { text, from: from + inside.index + inside[0].length })
}

function toLineEnd(text: string, from: number): string {
  const end = text.indexOf('\n', from)
  return text.slice(from, end < 0 ? text.length : end)
}

/** A type's declaration, to the bracket that closes it, or to the end of the line. */
function toEnd(text: string, from: number): string {
  let depth = 0
  const limit = Math.min(text.length, from + MAX_TYPE)
  for (let at = from; at < limit; at++) {
    const char = text[at]
    if (char === '{' || char === '(' || char === '[') depth++
    else if (char === '}' || char === ')' || char === ']') depth--
    if (depth < 0 || (depth === 0 && char === '\n')) return text.slice(from, at)
  }
  return text.slice(from, limit)
}

/** Characters; no struct is longer. */
const MAX_TYPE = 100_000

const cut = { type: toEnd, var: toLineEnd }
