/** Damage repeats: one lost batch makes a thousand events that do not fit. Each kind is told once, with its number. */
import type { TraceBuilder } from '../build.ts'

const KINDS = {
  order: ['events that do not follow from those before them', 'they were taken where their time stands'],
  clock: ['times that run backwards or far ahead', 'those times were moved to fit their neighbours'],
  state: ['events of goroutines that cannot do that in their state', 'what does not fit was left out or mended'],
  names: ['strings defined twice', 'the first definition is used'],
  stacks: ['events whose stack is defined nowhere', 'these events have no stack'],
  procs: ['batches of more procs than any machine has', 'these batches are left out'],
  samples: ['CPU samples at impossible times', 'these samples are left out'],
} as const
export type ComplaintKind = keyof typeof KINDS

export class Complaints {
  private readonly found = new Map<ComplaintKind, { offset: number; count: number }>()

  note(kind: ComplaintKind, offset: number): void {
    const known = this.found.get(kind)
    if (known) known.count++
    else this.found.set(kind, { offset, count: 1 })
  }

  get isEmpty(): boolean {
    return this.found.size === 0
  }

  /** Hands all that was noted to the builder. */
  report(builder: TraceBuilder): void {
    for (const [kind, { offset, count }] of this.found)
      builder.problem(offset, `${count} ${KINDS[kind][0]}, the first at byte ${offset}`, KINDS[kind][1])
  }
}
