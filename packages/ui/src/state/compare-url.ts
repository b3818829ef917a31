/**
 * What of an address is about the page "compare": with which trace, by what, in which order.
 *
 *   compare.with=2&compare.range=both&compare.by=waits&compare.sort=-change
 *
 * A minus turns the order of a column round.
 */
import { COMPARE_SORTS, type CompareAsk, type CompareSort } from '../protocol/compare.ts'

export type ComparePlace = {
  /** Index of the earlier trace; undefined: the first that is not the shown one. */
  readonly against: number | undefined
  readonly isOfBoth: boolean
  readonly table: CompareAsk['table']
  readonly sort: CompareSort
  readonly isReversed: boolean
}

export const COMPARE_START: ComparePlace = {
  against: undefined,
  isOfBoth: false,
  table: 'waits',
  sort: 'change',
  isReversed: false,
}

const INDEX_LIMIT = 9999

export function formatCompare({ against, isOfBoth, table, sort, isReversed }: ComparePlace): string[] {
  const parts: string[] = []
  if (against !== undefined) parts.push(`compare.with=${against + 1}`)
  if (isOfBoth) parts.push('compare.range=both')
  if (table !== COMPARE_START.table) parts.push(`compare.by=${table}`)
  if (sort !== COMPARE_START.sort || isReversed) parts.push(`compare.sort=${isReversed ? '-' : ''}${sort}`)
  return parts
}

export function parseCompare(values: ReadonlyMap<string, string>): ComparePlace {
  const number = /^\d{1,5}$/.test(values.get('compare.with') ?? '') ? Number(values.get('compare.with')) - 1 : -1
  const sort = values.get('compare.sort') ?? ''
  const isReversed = sort.startsWith('-')
  const column = COMPARE_SORTS.find(one => one === sort.slice(isReversed ? 1 : 0))
  return {
    against: number >= 0 && number <= INDEX_LIMIT ? number : undefined,
    isOfBoth: values.get('compare.range') === 'both',
    table: values.get('compare.by') === 'functions' ? 'functions' : COMPARE_START.table,
    sort: column ?? COMPARE_START.sort,
    isReversed: column !== undefined && isReversed,
  }
}
