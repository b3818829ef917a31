/**
 * What of an address is about the page "functions": which of them are shown, how its tables are sorted, the function that
 * is open, and the bucket of a histogram that is chosen.
 *
 *   functions.name=worker&functions.sort=running&functions.open=main.worker&functions.by=-total&functions.stays=sync:20-22
 *
 * A minus turns the order of a column round.
 */
import {
  BUCKET_NS,
  FUNCTION_SORTS,
  type FunctionSort,
  GOROUTINE_SORTS,
  type GoroutineSort,
  HISTOGRAMS,
  type StayAsk,
} from '@unhang/core'
import type { Reading, Writing } from './groups-url.ts'

export type Sorted<Column> = { readonly column: Column; readonly isReversed: boolean }

export type FunctionsPlace = {
  /** Part of a function's name, whatever its case; '': all are shown. */
  readonly name: string
  readonly sort: Sorted<FunctionSort>
  /** Name of the function that is open; undefined: none, and '' is one that is not known. */
  readonly open: string | undefined
  /** Of its goroutines. */
  readonly by: Sorted<GoroutineSort>
  /** Only goroutines with such a stay. */
  readonly stays: StayAsk | undefined
}

export const FUNCTIONS_START: FunctionsPlace = {
  name: '',
  sort: { column: 'total', isReversed: false },
  open: undefined,
  by: { column: 'total', isReversed: false },
  stays: undefined,
}

/** A longer name is none that this page could show. */
export const NAME_LIMIT = 2000

export function formatFunctions(place: FunctionsPlace, { encode }: Pick<Writing, 'encode'>): string[] {
  const parts: string[] = []
  const { name, sort, open, by, stays } = place
  if (name !== '') parts.push(`functions.name=${encode(name.slice(0, NAME_LIMIT))}`)
  if (sort.column !== 'total' || sort.isReversed) parts.push(`functions.sort=${sortText(sort)}`)
  if (open !== undefined) parts.push(`functions.open=${encode(open.slice(0, NAME_LIMIT))}`)
  if (by.column !== 'total' || by.isReversed) parts.push(`functions.by=${sortText(by)}`)
  if (stays) parts.push(`functions.stays=${stays.kind}:${stays.fromBucket}-${stays.toBucket}`)
  return parts
}

export function parseFunctions(
  values: ReadonlyMap<string, string>,
  { decode }: Pick<Reading, 'decode'>,
): FunctionsPlace {
  const open = values.get('functions.open')
  return {
    name: decode(values.get('functions.name') ?? '').slice(0, NAME_LIMIT),
    sort: sortOf(values.get('functions.sort'), FUNCTION_SORTS) ?? FUNCTIONS_START.sort,
    open: open === undefined ? undefined : decode(open).slice(0, NAME_LIMIT),
    by: sortOf(values.get('functions.by'), GOROUTINE_SORTS) ?? FUNCTIONS_START.by,
    stays: staysOf(values.get('functions.stays')),
  }
}

function sortText({ column, isReversed }: Sorted<string>): string {
  return `${isReversed ? '-' : ''}${column}`
}

function sortOf<Column extends string>(text = '', columns: readonly Column[]): Sorted<Column> | undefined {
  const isReversed = text.startsWith('-')
  const column = columns.find(name => name === (isReversed ? text.slice(1) : text))
  return column && { column, isReversed }
}

function staysOf(text = ''): StayAsk | undefined {
  const [, name, from, to] = /^([a-z]+):(\d{1,2})-(\d{1,2})$/.exec(text) ?? []
  const kind = HISTOGRAMS.find(known => known === name)
  const fromBucket = Number(from)
  const toBucket = Number(to)
  if (!kind || fromBucket > toBucket || toBucket >= BUCKET_NS.length) return undefined
  return { kind, fromBucket, toBucket }
}
