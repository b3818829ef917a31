/**
 * What is asked about: a range of time, and in it all goroutines, those of one entry function, some by their ids, or
 * what they did within a region. Every table, profile and histogram follows the same scope.
 */
import { editDistance } from '../base/near.ts'
import { formatNs } from '../base/units.ts'
import type { Trace } from '../trace/tables.ts'
import { entriesOf, entryNames } from './entries.ts'

/** As a command line or an address says it; all that is given must hold. */
export type ScopeAsk = {
  readonly range?: { readonly startNs: number; readonly endNs: number } | undefined
  /** Name of the function that goroutines began with; '': those whose function is not known. */
  readonly function?: string | undefined
  /** Go's ids. */
  readonly goroutines?: readonly number[] | undefined
  /** Type of a user region: what goroutines did while it was open. */
  readonly region?: string | undefined
}

export type Scope = {
  /** Within the trace. */
  readonly fromNs: number
  readonly toNs: number
  /** By goroutine: 1 is asked about; undefined: all are. */
  readonly keep: Uint8Array | undefined
  /** Stretches of each goroutine that are asked about; undefined: all of its time is. */
  readonly within: Stretches | undefined
}

/** Those of goroutine g are first[g] … first[g + 1] - 1: in order of time, none overlapping another. */
export type Stretches = {
  readonly first: Uint32Array
  readonly startNs: Float64Array
  readonly endNs: Float64Array
}

/** A scope that cannot be: what was expected, what the trace has instead, what to do. Never a fault of the trace. */
export class ScopeError extends Error {
  readonly expected: string
  readonly found: string
  readonly remedy: string
  constructor(expected: string, found: string, remedy: string) {
    super(`expected ${expected}, found ${found}: ${remedy}`)
    this.name = 'ScopeError'
    this.expected = expected
    this.found = found
    this.remedy = remedy
  }
}

/** All of a trace. */
export function wholeScope(trace: Trace): Scope {
  return { fromNs: 0, toNs: trace.durationNs, keep: undefined, within: undefined }
}

/** Throws `ScopeError` where it names what the trace does not have. */
export function scopeOf(trace: Trace, ask: ScopeAsk): Scope {
  const { fromNs, toNs } = rangeOf(trace, ask.range)
  const within = ask.region === undefined ? undefined : regionStretches(trace, ask.region)
  return { fromNs, toNs, keep: kept(trace, ask), within }
}

/** Throws `ScopeError` where nobody is left: each part of what is asked has some, but none has both. */
export function requireSomebody(ask: ScopeAsk, ...scopes: readonly Scope[]): void {
  const { function: name, goroutines } = ask
  if (name === undefined || goroutines === undefined || scopes.some(({ keep }) => keep?.includes(1))) return
  throw new ScopeError(
    `goroutines that began with ${name}`,
    `of those asked for none: ${goroutines.join(', ')}`,
    'leave --goroutine or --function out',
  )
}

function rangeOf({ durationNs }: Trace, range: ScopeAsk['range']): { fromNs: number; toNs: number } {
  if (!range) return { fromNs: 0, toNs: durationNs }
  const { startNs, endNs } = range
  const length = `a trace of ${formatNs(durationNs)}`
  const found = `${startNs / 1e9}s-${endNs / 1e9}s`
  if (!(startNs < endNs))
    throw new ScopeError('a range that ends after its begin', found, `give a part of ${length}, such as 0.2s-0.5s`)
  if (endNs <= 0 || startNs >= durationNs)
    throw new ScopeError(`a range within ${length}`, found, 'its times count from the begin of the trace')
  return { fromNs: Math.max(0, startNs), toNs: Math.min(durationNs, endNs) }
}

function kept(trace: Trace, { function: name, goroutines }: ScopeAsk): Uint8Array | undefined {
  const byName = name === undefined ? undefined : ofFunction(trace, name)
  const byId = goroutines === undefined ? undefined : ofIds(trace, goroutines)
  if (!byName || !byId) return byName ?? byId
  return byName.map((is, g) => is & byId[g])
}

function ofFunction(trace: Trace, name: string): Uint8Array {
  const k = entryNames(trace).get(name)
  if (k === undefined) {
    const near = namesLike(trace, name)
    const remedy = near.length > 0 ? `did you mean ${near.join(', or ')}?` : 'unhang functions FILE lists them'
    throw new ScopeError('a function that goroutines of this trace began with', `'${name}'`, remedy)
  }
  const { first, row } = entriesOf(trace).members
  const keep = new Uint8Array(trace.goroutines.length)
  for (let i = first[k]; i < first[k + 1]; i++) keep[row[i]] = 1
  return keep
}

const MOST_OFFERED = 3

/** Longer ones are not typed, and comparing them letter by letter takes its time. */
const MOST_TYPED = 60

/**
 * Entry functions that hold the text, or its last part, whatever its case, or end nearly as it does; of each kind those
 * with the most goroutines first.
 */
export function namesLike(trace: Trace, text: string): readonly string[] {
  const { entry, members, length } = entriesOf(trace)
  const sought = text.toLowerCase()
  const last = lastPart(sought)
  const found: { name: string; rank: number; count: number }[] = []
  for (let k = 0; k < length; k++) {
    const name = trace.strings.text(entry[k])
    const rank = name === '' || last === '' ? FAR : rankOf(name.toLowerCase(), sought, last)
    if (rank < FAR) found.push({ name, rank, count: members.first[k + 1] - members.first[k] })
  }
  found.sort((a, b) => a.rank - b.rank || b.count - a.count || (a.name < b.name ? -1 : 1))
  return found.slice(0, MOST_OFFERED).map(({ name }) => name)
}

const FAR = 3

function rankOf(name: string, sought: string, last: string): number {
  if (name.includes(sought)) return 0
  if (name.includes(last)) return 1
  const end = lastPart(name)
  const isTyped = last.length <= MOST_TYPED && end.length <= MOST_TYPED
  return isTyped && editDistance(last, end) <= Math.ceil(end.length / 3) ? 2 : FAR
}

const lastPart = (name: string) => name.slice(name.lastIndexOf('.') + 1)

function ofIds(trace: Trace, ids: readonly number[]): Uint8Array {
  const wanted = new Set(ids)
  const missing = new Set(ids)
  const keep = new Uint8Array(trace.goroutines.length)
  for (let g = 0; g < keep.length; g++) {
    if (!wanted.has(trace.goroutines.id[g])) continue
    keep[g] = 1
    missing.delete(trace.goroutines.id[g])
  }
  const [first] = missing
  if (first !== undefined)
    throw new ScopeError(
      'goroutines of this trace',
      `no goroutine ${first}`,
      'unhang goroutines FILE --function NAME lists them',
    )
  return keep
}

/** The outermost regions of a type by goroutine, as `pprofMatchingRegions` of `cmd/trace/pprof.go` picks them. */
function regionStretches(trace: Trace, type: string): Stretches {
  const { regions, strings, goroutines, durationNs } = trace
  const rows: number[] = []
  const types = new Set<string>()
  for (let row = 0; row < regions.length; row++) {
    const text = strings.text(regions.type[row])
    types.add(text)
    if (text === type && regions.goroutine[row] >= 0) rows.push(row)
  }
  if (rows.length === 0) {
    const has = [...types].slice(0, MOST_OFFERED).join(', ')
    throw new ScopeError(
      'a type of user regions in this trace',
      `'${type}'`,
      has === '' ? 'this trace has no regions: runtime/trace.WithRegion makes them' : `it has ${has}`,
    )
  }
  const startOf = (row: number) => (Number.isNaN(regions.startNs[row]) ? 0 : regions.startNs[row])
  const endOf = (row: number) => (Number.isNaN(regions.endNs[row]) ? durationNs : regions.endNs[row])
  rows.sort((a, b) => regions.goroutine[a] - regions.goroutine[b] || startOf(a) - startOf(b) || endOf(a) - endOf(b))
  const first = new Uint32Array(goroutines.length + 1)
  const startNs = new Float64Array(rows.length)
  const endNs = new Float64Array(rows.length)
  let count = 0
  let last = -1
  for (const row of rows) {
    const g = regions.goroutine[row]
    const isSame = g === last
    if (isSame && endNs[count - 1] > startOf(row)) continue
    startNs[count] = startOf(row)
    endNs[count++] = endOf(row)
    first[g + 1]++
    last = g
  }
  for (let g = 0; g < goroutines.length; g++) first[g + 1] += first[g]
  return { first, startNs: startNs.slice(0, count), endNs: endNs.slice(0, count) }
}
