/** A group as the page shows it: a row of the table, and all of it when it is open. */
import { type Dump, type FrameText, idsByKind, idsOf, type Kind, stateOf } from '@unhang/core'
import type { GroupDetail, GroupId, GroupRow } from '../protocol.ts'
import { type FindingMarks, findingOf, keyOf } from './finding-groups.ts'
import { type Grouped, type Seen, seenOf } from './group-list.ts'

/** Go prints at most 100 frames; a stranger's dump may have more, and longer names than anybody reads. */
const MAX_FRAMES = 200
const MAX_TEXT = 1000
/** A list of ids is there to pick some from. */
const MAX_IDS = 100

export type MarksOf = (dump: Dump) => FindingMarks

export function rowOf(grouped: Grouped, entry: number, marksOf: MarksOf): GroupRow {
  const seen = seenOf(grouped, entry)
  const { grouping, group } = seen
  const { dump } = grouping
  const reason = textOf(dump, grouping.reason[group])
  const state = stateOf(reason)
  const createdBy = grouping.createdBy[group]
  return {
    key: keyOfSeen(seen),
    count: grouped.count[entry],
    change: changeOf(grouped, entry),
    state,
    reason: state === 'waiting' ? reason : '',
    leaked: grouping.leaked[group] === 1,
    leastNs: grouped.leastNs[entry],
    mostNs: grouped.mostNs[entry],
    isAtLeast: grouped.isAtLeast[entry] === 1,
    site: grouping.site[group] < 0 ? undefined : frameOf(dump, grouping.site[group]),
    createdBy: createdBy < 0 ? undefined : frameOf(dump, createdBy),
    finding: findingOf(marksOf(dump), grouping, group),
  }
}

function keyOfSeen({ grouping, group, source }: Seen): string {
  const row = grouping.row[grouping.first[group]]
  return source === 1 ? `c${row}` : keyOf(grouping.dump, row)
}

function changeOf({ diff }: Grouped, entry: number): GroupRow['change'] {
  if (!diff) return undefined
  return {
    before: diff.before[entry],
    came: diff.appeared[entry] + diff.arrived[entry],
    gone: diff.vanished[entry] + diff.left[entry],
    still: diff.still[entry],
  }
}

export function detailOf(
  grouped: Grouped,
  entry: number,
  marksOf: MarksOf,
  isTraced: (trace: number, id: number) => boolean,
): GroupDetail {
  const seen = seenOf(grouped, entry)
  const { moment, grouping, group } = seen
  const { dump } = grouping
  const leader = grouping.row[grouping.first[group]]
  const ids = (some: readonly number[]) => some.map((id): GroupId => ({ id, isTraced: isTraced(moment.trace, id) }))
  const frames = framesOf(dump, grouping.stack[group], leader)
  const isSpecial = grouping.like !== 'exact' && grouping.first[group + 1] - grouping.first[group] > 1
  const hasArgs = frames.some(({ args }) => args !== '')
  const { stacks, rows } = dump
  const stack = Math.max(0, grouping.stack[group])
  return {
    row: rowOf(grouped, entry, marksOf),
    frames,
    moreFrames: Math.max(0, stacks.first[stack + 1] - stacks.first[stack] - MAX_FRAMES),
    argsOf: isSpecial && hasArgs ? rows.id[leader] : undefined,
    elided: grouping.elided[group] === 1,
    locked: grouping.locked[group],
    labels: textOf(dump, rows.labels[leader]),
    creator: Number.isNaN(rows.creator[leader]) ? undefined : rows.creator[leader],
    ids: kindsOf(grouped, entry, seen).map(kind => ({ ...kind, ids: ids(kind.ids) })),
    trace: moment.trace,
    timeNs: moment.timeNs,
  }
}

type IdsOfKind = { readonly kind: string; readonly count: number; readonly ids: readonly number[] }

const KINDS: readonly Kind[] = ['appeared', 'arrived', 'vanished', 'left', 'still']

function kindsOf(grouped: Grouped, entry: number, { grouping, group }: Seen): readonly IdsOfKind[] {
  const { diff } = grouped
  if (diff?.by !== 'ids') return [{ kind: '', count: grouped.count[entry], ids: idsOf(grouping, group, MAX_IDS) }]
  const found = idsByKind(diff, entry, MAX_IDS)
  return KINDS.map(kind => ({ kind, count: diff[kind][entry], ids: found[kind] })).filter(({ count }) => count > 0)
}

function framesOf(dump: Dump, stack: number, row: number): GroupDetail['frames'] {
  if (stack < 0) return []
  const { stacks, rows, frameArgs } = dump
  const from = stacks.first[stack]
  const count = Math.min(MAX_FRAMES, stacks.first[stack + 1] - from)
  const args = rows.firstArg[row]
  return Array.from({ length: count }, (_, i) => ({
    ...frameOf(dump, stacks.frame[from + i]),
    args: args + i < rows.firstArg[row + 1] ? textOf(dump, frameArgs[args + i]) : '',
  }))
}

function frameOf(dump: Dump, row: number): FrameText {
  const { frames } = dump
  return { function: textOf(dump, frames.function[row]), file: textOf(dump, frames.file[row]), line: frames.line[row] }
}

function textOf(dump: Dump, row: number): string {
  return dump.strings.text(row).slice(0, MAX_TEXT)
}
