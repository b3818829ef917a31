/** What a tooltip says of a tick beside the pointer: what was logged, or where the program was when its CPU time was sampled. */
import type { Row, Timeline } from '../model.ts'
import { momentText } from '../moments.ts'
import { capped, framesOf } from '../texts.ts'
import { firstFrom, type Ticks, ticksOf } from '../ticks.ts'
import { countText, nameText, type Pointed, siteText } from './describe-words.ts'

const MAX_MESSAGE = 120
/** A tick is a pixel wide, and pointers are not that sharp. */
const NEAR_COLUMNS = 3
/** Callers that are named: the line has room for these. */
const CALLERS = 2

/** No line where no tick is near. */
export function tickLines(timeline: Timeline, row: Row, pointed: Pointed): string[] {
  const ticks = ticksOf(timeline, row)
  const { first, end } = ticks === undefined ? { first: 0, end: 0 } : nearTicks(ticks, pointed)
  if (ticks === undefined || first === end) return []
  const { timeNs, rows } = ticks
  const far = (at: number) => Math.abs(timeNs[rows[at]] - pointed.timeNs)
  let nearest = first
  for (let at = first + 1; at < end; at++) if (far(at) < far(nearest)) nearest = at
  const tick = rows[nearest]
  const when = momentText(timeNs[tick], pointed.nsPerColumn, pointed.traceNs)
  const more = end - first > 1 ? `, and ${countText(end - first - 1, 'more', 'more')} beside it` : ''
  const text = row.kind === 'task' ? `logged at ${when}: ${logText(timeline, tick)}` : sampleText(timeline, tick, when)
  return [`${text}${more}`]
}

/** Of millions within a pixel some are enough. */
const MAX_NEAR = 10_000

function nearTicks({ timeNs, rows }: Ticks, { timeNs: ns, nsPerColumn }: Pointed): { first: number; end: number } {
  const within = Math.max(NEAR_COLUMNS * nsPerColumn, 1)
  const first = firstFrom(timeNs, rows, 0, ns - within)
  let end = first
  while (end < rows.length && timeNs[rows[end]] <= ns + within && end - first < MAX_NEAR) end++
  return { first, end }
}

function logText({ trace: { logs, strings } }: Timeline, log: number): string {
  const category = capped(strings.text(logs.category[log]), MAX_MESSAGE)
  const message = capped(strings.text(logs.message[log]), MAX_MESSAGE)
  return category === '' ? message : `${category}: ${message}`
}

function sampleText(timeline: Timeline, sample: number, when: string): string {
  const { trace } = timeline
  const [top, ...callers] = framesOf(trace, trace.samples.stack[sample])
  if (!top) return `CPU sample at ${when}`
  const names = callers.slice(0, CALLERS).map(frame => ` ‹ ${nameText(frame.function)}`)
  return `CPU sample at ${when}: ${siteText(top)}${names.join('')}`
}
