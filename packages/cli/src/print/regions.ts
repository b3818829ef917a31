/** `unhang regions` for people: types with what they took and how that was spent, then those that were asked for. */
import {
  formatCount,
  formatNs,
  type RegionFilter,
  type RegionSpent,
  type RegionsReport,
  type Trace,
} from '@unhang/core'
import { counted } from './frames.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { type Alignment, table } from './table.ts'
import {
  beginText,
  latencyTexts,
  MOST_LISTED,
  MOST_TYPES,
  more,
  placeWords,
  rangeText,
  spentCells,
  typesText,
  typeText,
} from './task-words.ts'

/** Of what a kind waits for. */
const REASONS = 3

type Asked = {
  readonly name: string
  readonly trace: Trace
  readonly report: RegionsReport
  readonly filter: RegionFilter
}

export function regionsText({ name, trace, report, filter }: Asked, colors: Colors): string {
  const { count, unended, types } = report
  const open = unended > 0 ? `, ${colors.red(`${formatCount(unended)} of them never closed`)}` : ''
  const asked = `${formatNs(trace.durationNs)}${rangeText(trace, report)}`
  const kinds = counted(types.length, 'kind')
  const head = `${colors.bold(printable(name))}   ${asked}   ${counted(count, 'region')} of ${kinds}${open}\n`
  if (count === 0)
    return `${head}\nNo region is left: ask for less with --type, --unended, --min, --max, --goroutine, --function, --region and --range.\n`
  const named = typesText('regions', types, ({ type }) => typeText(type), colors)
  const sections = [head, named, spentText(report, colors), ...latencyTexts(types, colors)]
  if (Object.keys(filter).length > 0) sections.push(listText(trace, report, colors))
  return sections.join('\n')
}

/** Where the time of each kind went, in shares of it; what it waited for and where it begins stand below, for they are long. */
function spentText({ types }: RegionsReport, colors: Colors): string {
  const head = ['total', 'running', 'runnable', 'waiting', 'syscall', 'assist', 'type', 'begins at']
  const rows = types.slice(0, MOST_TYPES).map(({ type, totalNs, spent, place }) => {
    const { runningNs, runnableNs, waitingNs, syscallNs, assistNs } = spent
    const shares = [runningNs, runnableNs, waitingNs, syscallNs, assistNs].map(ns => shareText(ns, totalNs))
    return [formatNs(totalNs), ...shares, typeText(type), place ? placeWords(place) : '(begin not seen)']
  })
  const waits = types
    .slice(0, MOST_TYPES)
    .filter(({ spent }) => spent.waits.length > 0)
    .map(({ type, spent }) => `  ${typeText(type)} waits for ${waitsText(spent)}\n`)
  const title = `${colors.bold('how that time was spent')}`
  return `${title}\n${table([head, ...rows], [...'rrrrrrll'] as Alignment[])}${more(types.length - rows.length)}${waits.join('')}`
}

function shareText(ns: number, totalNs: number): string {
  if (ns <= 0 || totalNs <= 0) return ''
  const percent = (ns / totalNs) * 100
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`
}

function waitsText({ waits }: RegionSpent): string {
  const told = waits.slice(0, REASONS).map(({ reason, ns }) => `${printable(reason, 40)} ${formatNs(ns)}`)
  return told.join(', ') + (waits.length > REASONS ? ', …' : '')
}

function listText(trace: Trace, { regions, omitted }: RegionsReport, colors: Colors): string {
  const head = ['begin', 'took', '', 'goroutine', 'task', 'running', 'runnable', 'waiting', 'syscall', 'type']
  const rows = regions
    .slice(0, MOST_LISTED)
    .map(region => [
      beginText(region.startNs, trace.durationNs),
      formatNs(region.durationNs),
      region.endNs === null ? 'so far' : '',
      region.goroutine === null ? '' : String(region.goroutine),
      region.task === 0 ? '' : String(region.task),
      ...spentCells(region),
      typeText(region.type),
    ])
  const title = `${colors.bold('regions')}   those that were never closed first, then the longest`
  return `${title}\n${table([head, ...rows], [...'rrlrrrrrrl'] as Alignment[])}${more(regions.length - rows.length + omitted)}`
}
