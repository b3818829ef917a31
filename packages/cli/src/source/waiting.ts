/**
 * Who waits where, as the source has it: the line of the program's own code at which a goroutine waits, and what is done
 * in that line. Where line and wait do not fit, the source is another version: nothing is said.
 */
import { isPlumbing, type Site, type StackFrame, type Standing, type Standings, words } from '@unhang/core'
import { isLineOf } from '../inputs/gofuncs.ts'
import type { SourceFiles } from '../inputs/source.ts'
import { workedMs } from './clock.ts'
import type { GoParser } from './grammar.ts'
import { type Declared, type GoFile, GoPackage } from './package.ts'
import type { Call, GoBody, Use, Value } from './steps.ts'

/** A line of a package whose source is at hand. */
export type Located = {
  readonly pkg: GoPackage
  /** "main", "example.com/shop/store". */
  readonly packageName: string
  readonly file: GoFile
  readonly declared: Declared
  /** The innermost function around it. */
  readonly body: GoBody
}

/** One package; all of its sites together. */
const PACKAGE_MS = 600

/** Packages whose source is at hand, each read once. */
export class Packages {
  private readonly source: SourceFiles
  private readonly parser: GoParser
  private readonly byFolder = new Map<string, GoPackage>()
  private readonly located = new Map<string, Located | undefined>()

  constructor(source: SourceFiles, parser: GoParser) {
    this.source = source
    this.parser = parser
  }

  at(site: Site): Located | undefined {
    const key = `${site.function} ${site.file}:${site.line}`
    if (!this.located.has(key)) this.located.set(key, this.locate(site))
    return this.located.get(key)
  }

  private locate(site: Site): Located | undefined {
    const folder = this.source.folderOf(site)
    if (!folder) return undefined
    const packageName = words.packageOf(site.function)
    const place = `${packageName} ${site.file.replace(/[^/\\]*$/, '')} ${folder.file.endsWith('_test.go')}`
    const known = this.byFolder.get(place)
    const pkg = known ?? new GoPackage(folder.files, this.parser, workedMs() + PACKAGE_MS, folder.isCut)
    if (!known) this.byFolder.set(place, pkg)
    const file = pkg.files.find(({ name }) => name === folder.file)
    const placed = file && bodyAt(pkg, file, site)
    return file && placed && { pkg, packageName, file, ...placed }
  }
}

/** The innermost function around a line; undefined: the line does not lie in the function that the frame names. */
export function bodyAt(
  pkg: GoPackage,
  file: GoFile,
  site: Pick<Site, 'function' | 'line'>,
): { readonly declared: Declared; readonly body: GoBody } | undefined {
  const { line } = site
  const functions = pkg.functionsOf(file)
  const declared = functions.find(one => one.firstLine <= line && line <= one.lastLine)
  if (!declared || !isLineOf(functions, line, site.function)) return undefined
  const depth = literalDepth(site.function)
  const around = pkg
    .bodiesOf(declared)
    .filter(one => one.depth <= depth && one.firstLine <= line && line <= one.lastLine)
    .toSorted((a, b) => b.depth - a.depth || b.firstLine - a.firstLine)
  const [body] = around
  return body && { declared, body }
}

/** 2 of "main.f.func3.1": a line may lie in more literals than the one that is meant. */
function literalDepth(name: string): number {
  const made = /(?:[.-](?:func|gowrap|deferwrap|range)?\d+)+(?:-fm)?$/.exec(name)?.[0] ?? ''
  return (made.match(/\.(?:func)?\d+/g) ?? []).length
}

/** What a goroutine waits for, by the words of the dump. */
export type WaitKind = 'send' | 'receive' | 'select' | 'Wait' | 'Acquire'

export type Waiting = Located & {
  readonly goroutine: Standing
  /** Of its file, as the capture calls it; with a slash at its end. */
  readonly folder: string
  /** Where it waits, and its number in the stack. */
  readonly frame: StackFrame
  readonly at: number
  readonly kind: WaitKind
  /** What it offers: one thing, or the cases of a select. */
  readonly offers: readonly Use[]
}

const KINDS: readonly (readonly [RegExp, WaitKind])[] = [
  [/^chan send/, 'send'],
  [/^chan receive/, 'receive'],
  [/^select/, 'select'],
  [/^(?:sync\.WaitGroup\.Wait|sync\.Cond\.Wait|semacquire)/, 'Wait'],
]

const kindOf = ({ reason }: Standing) => KINDS.find(([words]) => words.test(reason))?.[1]

/** What waits in these, waits where they are called. */
const GROUPS = /^golang\.org\/x\/sync\/(?:errgroup|semaphore|singleflight)\./

/** Number of the frame where it waits, if that is in the program's own code; -1: it is not. */
function siteIn({ frames }: Standing): number {
  const at = frames.findIndex(frame => !isPlumbing(frame.function, frame.file) && !GROUPS.test(frame.function))
  const isOwn = at >= 0 && !words.isStandard(frames[at].function) && !words.isDependencyFile(frames[at].file)
  return isOwn ? at : -1
}

/** Where somebody waits in the program's own code, each place once. */
export function ownSites({ goroutines }: Standings): readonly StackFrame[] {
  const sites = new Map<string, StackFrame>()
  for (const goroutine of goroutines) {
    const frame = kindOf(goroutine) && goroutine.frames[siteIn(goroutine)]
    if (frame) sites.set(`${frame.function} ${frame.file}:${frame.line}`, frame)
  }
  return [...sites.values()]
}

/** undefined: it does not wait, not in its program's own code, or the source does not fit. */
export function waitingAt(goroutine: Standing, packages: Packages): Waiting | undefined {
  const at = kindOf(goroutine) ? siteIn(goroutine) : -1
  const frame = goroutine.frames[at]
  const isOfSemaphore = goroutine.frames[at - 1]?.function === 'golang.org/x/sync/semaphore.(*Weighted).Acquire'
  const kind = isOfSemaphore ? 'Acquire' : kindOf(goroutine)
  if (!kind || !frame) return undefined
  const located = packages.at(frame)
  if (!located) return undefined
  const offers = offersAt(located, frame.line, kind)
  const folder = frame.file.replace(/[^/\\]*$/, '')
  return offers.length > 0 ? { ...located, goroutine, folder, frame, at, kind, offers } : undefined
}

/** [] where not exactly one thing is waited for in that line. */
export function offersAt({ body }: Located, line: number, kind: WaitKind): readonly Use[] {
  if (kind === 'Wait' || kind === 'Acquire') {
    const calls = body.uses.filter(use => use.line === line && isCallOf(use, kind))
    const [call] = calls
    if (!call || calls.length > 1) return []
    return kind === 'Wait' ? calls : withContext(call)
  }
  const ops = body.uses.filter(use => use.do !== 'give' && use.do !== 'close' && use.do !== 'call')
  if (kind === 'select') {
    const cases = ops.filter(use => use.do !== 'give' && use.select?.line === line)
    const [first] = cases
    return first?.do !== 'give' && first?.select?.hasDefault === false ? cases : []
  }
  const fitting = ops.filter(
    use =>
      use.line === line &&
      (use.do === kind || (kind === 'receive' && use.do === 'range')) &&
      // A select of one case alone waits as its case does.
      (use.select === undefined || ops.filter(one => one.do !== 'give' && one.select === use.select).length === 1),
  )
  return fitting.length === 1 ? fitting : []
}

/** It waits for the end of its context, too; [] where that is not known. */
function withContext(use: Use): readonly Use[] {
  const call = use.do === 'give' && use.to.into === 'argument' ? use.to.call : undefined
  const context = call?.arguments[0]
  if (context === undefined || ENDLESS.test(context.text)) return context ? [use] : []
  if (!context.path) return []
  const done: Call = { name: 'Done', on: context, arguments: [], isValue: false }
  const on: Value = { is: 'call', call: done, result: 0 }
  return [use, { do: 'receive', on, select: undefined, line: use.line, isDeferred: false }]
}

/** A context that nobody ends. */
export const ENDLESS = /^context\.(?:Background|TODO)\(\)$/

export function isCallOf(use: Use, name: string): boolean {
  return use.do === 'give' && use.to.into === 'argument' && use.to.index === -1 && use.to.call.name === name
}
