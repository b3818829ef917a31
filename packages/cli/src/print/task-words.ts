/** What `unhang tasks` and `unhang regions` say in the same way: names of types, ranges, places, and what is left out. */
import {
  formatCount,
  formatNs,
  type Latency,
  momentText,
  type PlaceText,
  stepOfStretch,
  type Trace,
  words,
} from '@unhang/core'
import { histogramLines, sparkText } from './histogram.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { type Alignment, table } from './table.ts'

/** Lines of what is many. */
export const MOST_TYPES = 30
export const MOST_LISTED = 50
const NAME = 40
const PLACE = 120

/** A stranger's name for a type; one that shows nothing is told as such. */
export function typeText(type: string): string {
  const shown = printable(type, NAME).trim()
  return shown === '' ? '(no name)' : shown
}

/** "main.load  tasks/main.go:78". */
export function placeWords(place: PlaceText): string {
  return printable(`${words.shortName(place.function)}  ${words.line(place)}`, PLACE)
}

/** "   20.0 ms to 40.0 ms", for the head; '' for all of the trace. */
export function rangeText({ durationNs }: Trace, { startNs, endNs }: { startNs: number; endNs: number }): string {
  if (startNs === 0 && endNs === durationNs) return ''
  const step = stepOfStretch(endNs - startNs)
  return `   ${momentText(startNs, step, durationNs)} to ${momentText(endNs, step, durationNs)}`
}

/** Cells of a table: median, 95 %, 99 %, the longest. */
function latencyCells(latency: Latency | undefined): string[] {
  return latency ? [latency.p50Ns, latency.p95Ns, latency.p99Ns, latency.maxNs].map(formatNs) : ['', '', '', '']
}

type TypeRow = {
  readonly type: string
  readonly count: number
  readonly unended: number
  readonly latency: Latency | undefined
}

/** Types with what they took; `nameOf` says what one is called. */
export function typesText<T extends TypeRow>(
  what: 'tasks' | 'regions',
  types: readonly T[],
  nameOf: (type: T) => string,
  colors: Colors,
): string {
  const head = [what, 'open', 'p50', 'p95', 'p99', 'longest', 'type', 'latencies']
  const rows = types
    .slice(0, MOST_TYPES)
    .map(type => [
      formatCount(type.count),
      type.unended > 0 ? formatCount(type.unended) : '',
      ...latencyCells(type.latency),
      nameOf(type),
      type.latency ? sparkText(type.latency.histogram) : '',
    ])
  return `${colors.bold('types')}\n${table([head, ...rows], [...'rrrrrrll'] as Alignment[])}${more(types.length - rows.length)}`
}

/** How many took how long, where there is one type alone: a section, or none. */
export function latencyTexts(types: readonly TypeRow[], colors: Colors): readonly string[] {
  const latency = types.length === 1 ? types[0].latency : undefined
  return latency ? [`${colors.bold('latencies')}\n${histogramLines(latency.histogram).join('\n')}\n`] : []
}

/** When something began, of a table over the whole trace. */
export function beginText(startNs: number | null, traceNs: number): string {
  return startNs === null ? 'before' : momentText(startNs, stepOfStretch(traceNs), traceNs)
}

export function spentCells(spent: {
  runningNs: number
  runnableNs: number
  waitingNs: number
  syscallNs: number
}): string[] {
  return [spent.runningNs, spent.runnableNs, spent.waitingNs, spent.syscallNs].map(ns => (ns > 0 ? formatNs(ns) : ''))
}

export function more(count: number): string {
  return count > 0 ? `  … ${formatCount(count)} more (--json has them)\n` : ''
}
