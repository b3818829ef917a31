/**
 * Two traces side by side: what runs longer, what waits longer, by function and by what is waited for where. Traces differ
 * in length, so what is compared is time per second of trace: 3 s a second are three goroutines that wait all the time.
 *
 * Functions and reasons are matched by their text: rows, ids and lines are others in each trace and each build. A trace
 * compared with itself has no rows; with its two traces exchanged a comparison has the same rows, each change negated.
 */
import type { Site } from '../../analysis/diagnosis.ts'
import { waitClasses, waitName } from '../../analysis/scene/wait-classes.ts'
import type { Trace } from '../../trace/tables.ts'
import { entriesOf } from '../entries.ts'
import { STAY_KINDS, type StayKind } from '../functions/kinds.ts'
import { spentFunctions } from '../functions/tables.ts'
import type { Scope } from '../scope.ts'
import { WaitAdder, type WaitSums } from './waits.ts'
import { summaryOf } from './words.ts'

export const DIFF_SCHEMA = 'unhang.diff/1'

/** A trace of the two, and what of it is asked about. */
export type DiffSource = { readonly name: string; readonly trace: Trace; readonly scope: Scope }

export type TraceSide = {
  readonly name: string
  readonly goVersion: string
  /** What is compared of it. */
  readonly startNs: number
  readonly endNs: number
  /** Distinct goroutines that are there. */
  readonly goroutines: number
  /** What of the trace could not be read. */
  readonly problems: number
}

/** Time that the goroutines of a function spent so, in one of the traces. */
export type SpentSide = {
  readonly totalNs: number
  /** A second of trace. */
  readonly perSecondNs: number
  /** Of the function's goroutines; 0 where it has none. */
  readonly perGoroutineNs: number
  /** Of the function, distinct ids. */
  readonly goroutines: number
}

/** 'new': the function has goroutines in the later trace alone; 'gone': in the earlier one alone. */
export type Presence = 'both' | 'new' | 'gone'

export type FunctionChange = {
  /** That goroutines began with; '' where it is not known. */
  readonly function: string
  readonly kind: StayKind
  readonly presence: Presence
  readonly before: SpentSide
  readonly after: SpentSide
  /** Of `perSecondNs`: above 0 it is more in the later trace. */
  readonly changeNs: number
}

export type WaitSide = SpentSide & {
  /** Where, with the line that has the most of it; undefined: it does not wait so there, or no stack tells. */
  readonly site: Site | undefined
  /** How many waits, those that are cut by the range among them. */
  readonly waits: number
}

export type WaitChange = {
  readonly function: string
  /** In Go's words, "sync.Mutex.Lock"; '' where nothing tells. */
  readonly reason: string
  /** The function that holds the waiting line; '' where no stack tells. */
  readonly at: string
  readonly presence: Presence
  readonly before: WaitSide
  readonly after: WaitSide
  readonly changeNs: number
}

/** What `unhang diff --json` prints. */
export type TraceDiff = {
  readonly schema: typeof DIFF_SCHEMA
  readonly before: TraceSide
  readonly after: TraceSide
  /** What differs most, a sentence each. The first says whether anything does. */
  readonly summary: readonly string[]
  /** What differs at all, what grew most first. Their waits are the sum of what `waits` tells apart. */
  readonly functions: readonly FunctionChange[]
  readonly waits: readonly WaitChange[]
}

export function traceDiff(before: DiffSource, after: DiffSource): TraceDiff {
  const sides = [measured(before), measured(after)] as const
  const functions = changesOf(sides, ({ functions }) => functions, functionChange)
  const waits = changesOf(sides, ({ waits }) => waits, waitChange)
  const diff = {
    schema: DIFF_SCHEMA,
    before: sides[0].side,
    after: sides[1].side,
    summary: [],
    functions,
    waits,
  } as const
  return { ...diff, summary: summaryOf(diff) }
}

type FunctionPart = { readonly function: string; readonly kind: StayKind; ns: number }
type WaitPart = {
  readonly function: string
  readonly reason: string
  readonly at: string
  ns: number
  waits: number
  /** Of `site`. */
  mostNs: number
  site: Site | undefined
}

/** What one trace has, by texts. */
type Measured = {
  readonly side: TraceSide
  readonly lengthNs: number
  readonly goroutines: ReadonlyMap<string, number>
  readonly functions: ReadonlyMap<string, FunctionPart>
  readonly waits: ReadonlyMap<string, WaitPart>
}

const cache = new WeakMap<Scope, Measured>()

/** A scope is made anew with each question; the page keeps it for the trace whose range stays. */
function measured({ name, trace, scope }: DiffSource): Measured {
  const known = cache.get(scope)
  if (known?.side.name === name) return known
  const sums = new WaitAdder(trace)
  const table = spentFunctions(trace, scope, block => sums.add(block))
  const goroutines = new Map<string, number>()
  const functions = new Map<string, FunctionPart>()
  for (let row = 0; row < table.length; row++) {
    const of = trace.strings.text(table.entry[row])
    goroutines.set(of, table.goroutines[row])
    for (const [code, kind] of STAY_KINDS.entries()) {
      const ns = table.kindNs[code][row]
      if (ns > 0) functions.set(`${kind}\n${of}`, { function: of, kind, ns })
    }
  }
  const side = {
    name,
    goVersion: `1.${trace.version}`,
    startNs: scope.fromNs,
    endNs: scope.toNs,
    goroutines: table.goroutines.reduce((sum, count) => sum + count, 0),
    problems: trace.problems.length,
  }
  const made = { side, lengthNs: scope.toNs - scope.fromNs, goroutines, functions, waits: waitParts(trace, sums) }
  cache.set(scope, made)
  return made
}

function waitParts(trace: Trace, sums: WaitSums): ReadonlyMap<string, WaitPart> {
  const { strings, frames } = trace
  const { classes } = waitClasses(trace)
  const { entry } = entriesOf(trace)
  const parts = new Map<string, WaitPart>()
  for (let row = 0; row < sums.length; row++) {
    const ns = sums.ns[row]
    if (ns === 0) continue
    const { what, reason: said } = classes[sums.waitClass[row]]
    const frame = sums.site[row]
    const at = frame < 0 ? '' : strings.text(frames.function[frame])
    const of = strings.text(entry[sums.entry[row]])
    const reason = waitName(what, said)
    const key = `${reason}\n${at}\n${of}`
    const part: WaitPart = parts.get(key) ?? { function: of, reason, at, ns: 0, waits: 0, mostNs: 0, site: undefined }
    parts.set(key, part)
    part.ns += ns
    part.waits += sums.count[row]
    if (frame < 0 || ns <= part.mostNs) continue
    part.mostNs = ns
    part.site = { function: at, file: strings.text(frames.file[frame]), line: frames.line[frame] }
  }
  return parts
}

type Sides = readonly [before: Measured, after: Measured]

/** What grew most first; of equal ones the larger, then by their texts, so that it is the same whoever comes first. */
function changesOf<P, C extends { readonly changeNs: number; readonly before: SpentSide; readonly after: SpentSide }>(
  sides: Sides,
  partsOf: (one: Measured) => ReadonlyMap<string, P>,
  changeOf: (sides: Sides, before: P | undefined, after: P | undefined) => C,
): readonly C[] {
  const [before, after] = [partsOf(sides[0]), partsOf(sides[1])]
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort()
  const changes = keys
    .map(key => changeOf(sides, before.get(key), after.get(key)))
    .filter(({ changeNs }) => changeNs !== 0)
  const size = ({ before, after }: C) => before.perSecondNs + after.perSecondNs
  return changes.sort((a, b) => b.changeNs - a.changeNs || size(b) - size(a))
}

function functionChange(sides: Sides, one: FunctionPart | undefined, other: FunctionPart | undefined): FunctionChange {
  const { function: of, kind } = (one ?? other)!
  const before = spentIn(sides[0], of, one?.ns ?? 0)
  const after = spentIn(sides[1], of, other?.ns ?? 0)
  return { function: of, kind, presence: presenceOf(sides, of), before, after, changeNs: changeIn(before, after) }
}

function waitChange(sides: Sides, one: WaitPart | undefined, other: WaitPart | undefined): WaitChange {
  const { function: of, reason, at } = (one ?? other)!
  const before = { ...spentIn(sides[0], of, one?.ns ?? 0), site: one?.site, waits: one?.waits ?? 0 }
  const after = { ...spentIn(sides[1], of, other?.ns ?? 0), site: other?.site, waits: other?.waits ?? 0 }
  return { function: of, reason, at, presence: presenceOf(sides, of), before, after, changeNs: changeIn(before, after) }
}

function presenceOf([before, after]: Sides, of: string): Presence {
  if (!before.goroutines.has(of)) return 'new'
  return after.goroutines.has(of) ? 'both' : 'gone'
}

function spentIn({ goroutines: all, lengthNs }: Measured, of: string, totalNs: number): SpentSide {
  const goroutines = all.get(of) ?? 0
  return {
    totalNs,
    perSecondNs: lengthNs > 0 ? (totalNs / lengthNs) * 1e9 : 0,
    perGoroutineNs: goroutines > 0 ? totalNs / goroutines : 0,
    goroutines,
  }
}

/** What differs by the rounding of sums alone differs by nothing. */
const SMALLEST_NS = 1e-3

function changeIn(before: SpentSide, after: SpentSide): number {
  const changeNs = after.perSecondNs - before.perSecondNs
  return Math.abs(changeNs) < SMALLEST_NS ? 0 : changeNs
}
