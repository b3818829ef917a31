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
import { printable } from './printable.ts'

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
export function latencyCells(latency: Latency | undefined): string[] {
  return latency ? [latency.p50Ns, latency.p95Ns, latency.p99Ns, latency.maxNs].map(formatNs) : ['', '', '', '']
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
