/** Goroutines that wait for the same reason in the same stack, as one group: what a person reads of a dump. */

import { SiteFinder } from './site.ts'
import type { Dump } from './tables.ts'

/** A list of ids is there to pick some from, not to be read to its end. */
const MAX_IDS = 100

export type DumpGroup = {
  readonly count: number
  readonly reason: number //       row in strings; -1: unknown
  readonly stack: number //        row in stacks
  /** Shortest and longest wait that the headers show, as lower bounds; 0 where they show none. */
  readonly minutes: readonly [number, number]
  readonly site: number //         row in frames: see `site.ts`; -1: empty stack
  readonly createdBy: number //    row in frames; -1: unknown, or not the same for all
  readonly leaked: boolean //      Go's own leak detection says that nothing can wake them
  readonly elided: boolean //      Go left frames out of the stack's middle
  /** The first 100 ids, in the dump's order; empty where the form has none. */
  readonly goroutines: readonly number[]
}

type Draft = { -readonly [K in keyof DumpGroup]: DumpGroup[K] } & { minutes: [number, number]; goroutines: number[] }

/** Groups the rows of a dump: the largest group first, equal ones in the dump's order. */
export function groupDump(dump: Dump): DumpGroup[] {
  const { rows } = dump
  const sites = new SiteFinder(dump)
  const groups: Draft[] = []
  const byKey = new Map<number, Draft>()
  for (let row = 0; row < rows.length; row++) {
    // Exact as a double while both rows fit into 26 bits; an input with more stacks than that has gigabytes.
    const key = (rows.stack[row] * 0x4000000 + rows.reason[row] + 1) * 2 + rows.leaked[row]
    const known = byKey.get(key)
    if (known) add(known, dump, row)
    else {
      const group = first(dump, row, sites)
      byKey.set(key, group)
      groups.push(group)
    }
  }
  return groups.sort((a, b) => b.count - a.count)
}

function first(dump: Dump, row: number, sites: SiteFinder): Draft {
  const { rows } = dump
  const stack = rows.stack[row]
  const minutes = Math.max(0, rows.minutes[row])
  return {
    count: rows.count[row],
    reason: rows.reason[row],
    stack,
    minutes: [minutes, minutes],
    site: sites.site(stack),
    createdBy: rows.createdBy[row],
    leaked: rows.leaked[row] === 1,
    elided: rows.elided[row] === 1,
    goroutines: Number.isNaN(rows.id[row]) ? [] : [rows.id[row]],
  }
}

function add(group: Draft, dump: Dump, row: number): void {
  const { rows } = dump
  const minutes = Math.max(0, rows.minutes[row])
  group.count += rows.count[row]
  group.minutes[0] = Math.min(group.minutes[0], minutes)
  group.minutes[1] = Math.max(group.minutes[1], minutes)
  if (group.createdBy !== rows.createdBy[row]) group.createdBy = -1
  if (rows.elided[row] === 1) group.elided = true
  if (group.goroutines.length < MAX_IDS && !Number.isNaN(rows.id[row])) group.goroutines.push(rows.id[row])
}
