/** The span that a row shows at a time: what is under the pointer. */
import { spanOfGoroutineAt } from '../../trace/lookup.ts'
import type { Row, Timeline } from '../model.ts'
import { trackSpanAt, tracksOf } from '../tracks.ts'

/** -1: none is there, or the row does not show spans of one goroutine, proc or thread. */
export function spanAt(timeline: Timeline, row: Row, timeNs: number): number {
  switch (row.kind) {
    case 'goroutine':
      return spanOfGoroutineAt(timeline.trace, row.subject, timeNs)
    case 'proc':
      return trackSpanAt(timeline.trace, tracksOf(timeline).procs, row.subject, timeNs)
    case 'thread':
      return trackSpanAt(timeline.trace, tracksOf(timeline).threads, row.subject, timeNs)
    default:
      return -1
  }
}
