/** What is written on boxes wide enough, and why a goroutine was in the state that a box shows. */
import { shortName } from '../../analysis/scene/names.ts'
import { GoState, RangeKind } from '../../trace/tables.ts'
import type { Row, Timeline } from '../model.ts'
import { capped, entryOf, textOf, waitOrReasonOf } from '../texts.ts'

/** A label of five letters needs this much at 12 px. */
export const LABEL_COLUMNS = 40
/** More than fits on the widest screen. */
const MAX_LABEL = 200

/** '' where there is nothing to be said that colour and row do not say already. */
export function boxText(timeline: Timeline, row: Row, ref: number): string {
  return capped(textFor(timeline, row, ref), MAX_LABEL)
}

function textFor(timeline: Timeline, { kind, subject }: Row, ref: number): string {
  const { trace } = timeline
  switch (kind) {
    case 'proc':
    case 'thread': {
      const g = trace.spans.goroutine[ref]
      return `${shortName(entryOf(trace, g))} g${trace.goroutines.id[g]}`.trim()
    }
    case 'goroutine':
      return (trace.spans.stateReason[ref] & 3) === GoState.running ? '' : waitOrReasonOf(trace, ref)
    case 'ranges':
      return ref < 0 ? '' : rangeText(textOf(trace, trace.ranges.name[ref]), subject)
    case 'task':
    case 'taskType':
      return ref < 0 ? '' : textOf(trace, trace.tasks.type[ref])
    case 'regionType': {
      const g = ref < 0 ? -1 : trace.regions.goroutine[ref]
      return g < 0 ? '' : `g${trace.goroutines.id[g]}`
    }
    default:
      return ''
  }
}

/** Go says "stop-the-world (GC mark termination)"; that it stops the world says the row. */
function rangeText(name: string, kind: number): string {
  const match = kind === RangeKind.stopTheWorld ? /^stop-the-world \((.*)\)$/s.exec(name) : null
  return match ? match[1] : name
}
