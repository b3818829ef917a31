/** When what lies under the pointer began and ended, for rows whose bars are no spans: pauses, collections, tasks, regions. */
import type { Row, Timeline } from '../model.ts'

type Table = { readonly length: number; readonly startNs: Float64Array; readonly endNs: Float64Array }
export type Stretch = { readonly startNs: number; readonly endNs: number }

/** Beside a bar so many columns still mean it. */
const SLACK_COLUMNS = 2

/**
 * The innermost of those that hold the moment and are wide enough to be pointed at; else all together that are near, for
 * several within a pixel are one bar. undefined: nothing is there, or the row has no bars.
 */
export function stretchAt(timeline: Timeline, row: Row, timeNs: number, nsPerColumn: number): Stretch | undefined {
  const bars = barsOf(timeline, row)
  if (!bars || !(nsPerColumn > 0)) return undefined
  const { table, isMeant } = bars
  const { durationNs } = timeline.trace
  const slackNs = SLACK_COLUMNS * nsPerColumn
  let own: Stretch | undefined
  let near: Stretch | undefined
  for (let i = 0; i < table.length; i++) {
    const startNs = Number.isNaN(table.startNs[i]) ? 0 : table.startNs[i]
    const endNs = Number.isNaN(table.endNs[i]) ? durationNs : table.endNs[i]
    if (startNs > timeNs + slackNs || endNs < timeNs - slackNs || !isMeant(i)) continue
    const isWide = endNs - startNs >= nsPerColumn
    // Rows are in order of their begin, so the last one is the innermost.
    if (isWide && startNs <= timeNs && endNs >= timeNs) own = { startNs, endNs }
    near = near ? { startNs: Math.min(near.startNs, startNs), endNs: Math.max(near.endNs, endNs) } : { startNs, endNs }
  }
  const found = own ?? near
  return found && found.endNs > found.startNs ? found : undefined
}

function barsOf({ trace }: Timeline, { kind, subject }: Row) {
  const bars = (table: Table, isMeant: (row: number) => boolean) => ({ table, isMeant })
  const { ranges, tasks, regions } = trace
  if (kind === 'ranges') return bars(ranges, range => ranges.kind[range] === subject)
  if (kind === 'task') return bars(tasks, task => task === subject)
  if (kind === 'taskType') return bars(tasks, task => Math.max(0, tasks.type[task]) === subject)
  if (kind === 'regionType') return bars(regions, region => Math.max(0, regions.type[region]) === subject)
  return undefined
}
