/**
 * The rows of goroutines: groups in the order of what matters, the goroutines of an open one below it. A group costs a
 * few numbers, a goroutine none: where a million stand, their rows are made when they are looked at.
 */
import { shortName } from '../../analysis/scene/names.ts'
import { goroutine as goroutineWord, thousands } from '../../analysis/scene/words.ts'
import { remembered } from '../../base/remembered.ts'
import type { Row, Timeline } from '../model.ts'
import { groupNamed } from '../timeline.ts'
import { goroutineIds, groupOrder, type Kept, keptOf, membersInOrder } from './members.ts'
import { Outline, type Part, shortened } from './part.ts'

export type GroupsPart = Part & {
  /** Goroutines that the filter keeps. */
  readonly kept: number
  /** Index of a goroutine's own row, else of its group's; -1: filtered out. */
  indexOfGoroutine(goroutine: number): number
}

/** `keep`: by goroutine row, 1 is kept; undefined: all are. Groups that lose everybody are left out. */
export function groupsPart(
  timeline: Timeline,
  keep: Uint8Array | undefined,
  expanded: ReadonlySet<string>,
): GroupsPart {
  return new Groups(timeline, keep, expanded)
}

class Groups implements GroupsPart {
  private readonly timeline: Timeline
  private readonly keep: Uint8Array | undefined
  private readonly counts: Kept
  private readonly shown: Uint32Array // groups
  private readonly placeOf: Int32Array // by group: where it stands among those shown; -1
  private readonly isOpen: Uint8Array // by group
  private readonly outline: Outline
  private readonly lists = new Map<number, Uint32Array>()

  constructor(timeline: Timeline, keep: Uint8Array | undefined, expanded: ReadonlySet<string>) {
    this.timeline = timeline
    this.keep = keep
    this.counts = keptOf(timeline, keep)
    const { count } = this.counts
    this.shown = groupOrder(timeline).filter(k => count[k] > 0)
    this.placeOf = new Int32Array(timeline.groups.length).fill(-1)
    for (let place = 0; place < this.shown.length; place++) this.placeOf[this.shown[place]] = place
    this.isOpen = new Uint8Array(timeline.groups.length)
    for (const key of expanded) {
      const k = key.startsWith('f:') ? groupNamed(timeline, key.slice(2)) : -1
      if (k >= 0 && count[k] > 1) this.isOpen[k] = 1
    }
    this.outline = new Outline(this.shown.map(k => (this.isOpen[k] === 1 ? count[k] : 0)))
  }

  get rowCount(): number {
    return this.outline.rowCount
  }

  get kept(): number {
    return this.counts.total
  }

  rowAt(index: number): Row {
    const { parent, child } = this.outline.at(index)
    const k = this.shown[parent]
    if (child >= 0) return this.memberRow(this.list(k)[child])
    return this.counts.count[k] === 1 ? this.loneRow(k) : this.groupRow(k)
  }

  private groupRow(k: number): Row {
    const { timeline, counts } = this
    return {
      key: `f:${timeline.trace.strings.text(timeline.groups.entry[k])}`,
      kind: 'group',
      subject: k,
      label: groupLabels(timeline)[k],
      note: this.countNote(k),
      depth: 0,
      expanded: this.isOpen[k] === 1,
      stuck: counts.stuckCount[k] > 0,
    }
  }

  /** "11", "3 of 11", "10 stuck of 11", "1 stuck, 2 of 4": what matters first, for notes are cut from their ends. */
  private countNote(k: number): string {
    const { first } = this.timeline.groups.members
    const all = first[k + 1] - first[k]
    const count = this.counts.count[k]
    const stuck = this.counts.stuckCount[k]
    const counted = count === all ? thousands(count) : `${thousands(count)} of ${thousands(all)}`
    if (stuck === 0) return counted
    const stuckWords = `${thousands(stuck)} stuck`
    if (count < all) return `${stuckWords}, ${counted}`
    return stuck < count ? `${stuckWords} of ${counted}` : stuckWords
  }

  /** Nobody wants to open a group of one to see it. */
  private loneRow(k: number): Row {
    const { timeline, counts } = this
    const { first } = timeline.groups.members
    const g = counts.only[k]
    const name = goroutineWord(timeline.trace.goroutines.id[g])
    const all = first[k + 1] - first[k]
    return {
      ...this.memberRow(g),
      label: groupLabels(timeline)[k],
      note: all === 1 ? name : `${name}, 1 of ${thousands(all)}`,
      depth: 0,
    }
  }

  private memberRow(g: number): Row {
    const { timeline } = this
    const word = goroutineIds(timeline).wordOf(g)
    return {
      key: `g${word}`,
      kind: 'goroutine',
      subject: g,
      label: word,
      note: noteOf(timeline, g),
      depth: 1,
      expanded: undefined,
      stuck: timeline.stuck[g] === 1,
    }
  }

  /** The goroutines kept of a group, in order. */
  private list(k: number): Uint32Array {
    const known = this.lists.get(k)
    if (known) return known
    const { order } = membersInOrder(this.timeline, k)
    const { keep } = this
    const list = keep ? order.filter(g => keep[g] === 1) : order
    this.lists.set(k, list)
    return list
  }

  indexOf(key: string): number {
    if (key.startsWith('f:')) {
      const k = groupNamed(this.timeline, key.slice(2))
      return k < 0 || this.placeOf[k] < 0 ? -1 : this.outline.startOf(this.placeOf[k])
    }
    if (!/^g\d/.test(key)) return -1
    const g = goroutineIds(this.timeline).rowOf(key.slice(1))
    const k = g < 0 ? -1 : this.timeline.groups.groupOf[g]
    return k >= 0 && (this.isOpen[k] === 1 || this.counts.count[k] === 1) ? this.indexOfGoroutine(g) : -1
  }

  indexOfGoroutine(goroutine: number): number {
    const k = this.timeline.groups.groupOf[goroutine]
    if (k === undefined || (this.keep && this.keep[goroutine] !== 1)) return -1
    const start = this.outline.startOf(this.placeOf[k])
    return this.isOpen[k] === 1 ? start + 1 + this.childOf(k, goroutine) : start
  }

  /** Where the goroutine stands among the kept ones of its open group: ranks ascend in every list. */
  private childOf(k: number, goroutine: number): number {
    const list = this.list(k)
    const { rankOf } = membersInOrder(this.timeline, k)
    let low = 0
    let high = list.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (rankOf[list[middle]] <= rankOf[goroutine]) low = middle
      else high = middle
    }
    return low
  }
}

/** What tells a goroutine from its neighbours: its label, else who created it where that was not the same for all. */
function noteOf(timeline: Timeline, g: number): string {
  const { trace, groups } = timeline
  const label = trace.strings.text(trace.goroutines.label[g])
  if (label !== '') return shortened(label)
  const stack = trace.goroutines.creationStack[g]
  if (stack <= 0 || creationStacks(timeline)[groups.groupOf[g]] !== SEVERAL) return ''
  const at = trace.stacks.first[stack]
  if (at === trace.stacks.first[stack + 1]) return ''
  const creator = trace.frames.function[trace.stacks.frame[at]]
  return shortened(`by ${shortName(trace.strings.text(creator))}`)
}

const SEVERAL = -2

/** By group: the stack where all that are known of it were created, or `SEVERAL`; -1: none is known. */
const creationStacks = remembered(({ groups, trace }: Timeline) => {
  const stacks = new Int32Array(groups.length).fill(-1)
  for (let g = 0; g < groups.groupOf.length; g++) {
    const k = groups.groupOf[g]
    const stack = trace.goroutines.creationStack[g]
    if (stack > 0 && stack !== stacks[k]) stacks[k] = stacks[k] === -1 ? stack : SEVERAL
  }
  return stacks
})

/** By group: "http.(*conn).serve", "grpc.(*Server).Serve.func3": as tooltips and sums call them. */
const groupLabels = remembered((timeline: Timeline): readonly string[] => {
  const { groups, trace } = timeline
  const names = Array.from(groups.entry, row => trace.strings.text(row))
  // The paths of packages are long, and their ends say most, unless two of them end alike.
  const shorts = names.map(shortName)
  const uses = new Map<string, number>()
  for (const short of shorts) uses.set(short, (uses.get(short) ?? 0) + 1)
  return shorts.map((short, k) => {
    if (names[k] === '') return 'unknown function'
    return shortened(uses.get(short) === 1 ? short : names[k])
  })
})
