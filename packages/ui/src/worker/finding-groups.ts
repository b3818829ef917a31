/** Which groups are the waiters of a finding, and in which moment they are seen best. */
import type { Dump, Finding, Grouping } from '@unhang/core'
import type { GroupPlace, MomentRef } from '../protocol.ts'
import type { Moments } from './moments.ts'

/** By row and by stack of a dump the finding of which they are waiters. */
export type FindingMarks = {
  readonly ofRow: ReadonlyMap<number, number>
  readonly ofStack: ReadonlyMap<number, number>
}

/** An answer lists at most a hundred ids: of more, and where ids are not known, those count that stand in the same stack. */
export function marksOf(dump: Dump, findings: readonly Finding[]): FindingMarks {
  const ofRow = new Map<number, number>()
  const ofStack = new Map<number, number>()
  const hasIds = dump.form === 'debug2'
  const wanted = new Map<number, number[]>()
  findings.forEach((finding, i) => {
    for (const id of finding.waiters.goroutines) wanted.set(id, [...(wanted.get(id) ?? []), i])
    if (hasIds) return
    for (const stack of stacksAt(dump, finding)) if (!ofStack.has(stack)) ofStack.set(stack, i)
  })
  if (!hasIds || wanted.size === 0) return { ofRow, ofStack }
  const { rows } = dump
  for (let row = 0; row < rows.length; row++) {
    // Two processes may have goroutines of the same ids: the site tells whose they are.
    const at = wanted.get(rows.id[row])?.find(i => holds(dump, rows.stack[row], findings[i].site.function))
    if (at === undefined) continue
    ofRow.set(row, at)
    const { count, goroutines } = findings[at].waiters
    if (count > goroutines.length && !ofStack.has(rows.stack[row])) ofStack.set(rows.stack[row], at)
  }
  return { ofRow, ofStack }
}

/** A group of a million is of one finding, or its first rows are not. */
const LOOKED_AT = 1000

/** The finding of a group; -1: none. */
export function findingOf({ ofRow, ofStack }: FindingMarks, { dump, first, row }: Grouping, group: number): number {
  if (ofRow.size === 0 && ofStack.size === 0) return -1
  const end = Math.min(first[group + 1], first[group] + LOOKED_AT)
  for (let at = first[group]; at < end; at++) {
    const found = ofRow.get(row[at]) ?? ofStack.get(dump.rows.stack[row[at]])
    if (found !== undefined) return found
  }
  return -1
}

/** For each finding the group of its waiters: in the newest dump that knows their ids, in a trace, or in any dump. */
export function findingGroups(moments: Moments, findings: readonly Finding[]): (GroupPlace | undefined)[] {
  const { dumps, traces } = moments
  const refs: MomentRef[] = [
    ...dumps.map((_, index) => ({ kind: 'dump' as const, index })).reverse(),
    ...traces.map((_, index) => ({ kind: 'trace' as const, index, atNs: undefined })),
  ]
  const places: (GroupPlace | undefined)[] = findings.map(() => undefined)
  const withIds = refs.filter(of => of.kind === 'trace' || dumps[of.index].dump.form === 'debug2')
  const others = refs.filter(of => !withIds.includes(of))
  for (const of of [...withIds, ...others]) {
    if (places.every(place => place !== undefined)) break
    const dump = of.kind === 'dump' ? dumps[of.index].dump : moments.at(of).snapshot.main
    const { ofRow, ofStack } = marksOf(dump, findings)
    for (const [row, at] of ofRow) places[at] ??= { of, key: keyOf(dump, row) }
    for (const [stack, at] of ofStack) places[at] ??= { of, key: keyOf(dump, dump.rows.stack.indexOf(stack)) }
  }
  return places
}

/** Names a group by one of its rows. */
export function keyOf({ rows }: Dump, row: number): string {
  return Number.isSafeInteger(rows.id[row]) ? `g${rows.id[row]}` : `r${row}`
}

/** The stacks with the very line that a finding is about. */
function stacksAt({ stacks, frames, strings }: Dump, { site }: Finding): number[] {
  const fitting = new Set<number>()
  for (let frame = 0; frame < frames.length; frame++)
    if (frames.line[frame] === site.line && strings.text(frames.function[frame]) === site.function) fitting.add(frame)
  const found: number[] = []
  for (let stack = 0; fitting.size > 0 && stack < stacks.length; stack++)
    if (stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1]).some(frame => fitting.has(frame)))
      found.push(stack)
  return found
}

function holds({ stacks, frames, strings }: Dump, stack: number, name: string): boolean {
  if (stack < 0) return false
  for (let at = stacks.first[stack]; at < stacks.first[stack + 1]; at++)
    if (strings.text(frames.function[stacks.frame[at]]) === name) return true
  return false
}
