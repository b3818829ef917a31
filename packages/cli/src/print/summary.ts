/** `unhang summary` for people: the numbers of a trace on one screen; what is many is cut to the largest. */

import type { Summary } from '@unhang/core'
import { formatBytes, formatCount, formatNs } from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { type Alignment, table } from './table.ts'

/** Damage can have many consequences; the first ones tell where it is. */
const PROBLEMS = 5
/** Lines of a section that grows with the program. */
const TOP = 15

/** The whole text. `name` is what the trace is called. */
export function summaryText(name: string, summary: Summary, colors: Colors): string {
  const sections = [
    headText(name, summary, colors),
    section('states', stateRows(summary.states), 'lrr', colors),
    section('wait reasons', stateRows(summary.waitReasons), 'lrr', colors),
    section('waiting at the end', countRows(summary.waitingAtEnd, placeText), 'rl', colors),
    section('functions', functionRows(summary), 'rrrrrl', colors),
    section('metrics', metricRows(summary), 'lrrr', colors),
    section('ranges', countRows(summary.ranges), 'rl', colors),
    section('tasks', countRows(summary.tasks), 'rl', colors),
    section('regions', countRows(summary.regions), 'rl', colors),
  ]
  return sections.filter(text => text !== '').join('\n')
}

function headText(name: string, summary: Summary, colors: Colors): string {
  const events = { ...summary.transitions, ...summary.events }
  const lines = [
    `${colors.bold(printable(name))}   ${formatNs(summary.durationNs)}`,
    `${formatCount(summary.goroutines)} goroutines, ${summary.procs} procs, ${summary.threads} threads`,
    `events: ${listText(events)}`,
    `at the end: ${listText(summary.atEnd)}`,
  ]
  for (const { offset, message, lost } of (summary.problems ?? []).slice(0, PROBLEMS))
    lines.push(
      `${colors.yellow(`not whole: byte ${formatCount(offset)}: ${printable(message)}`)}; lost: ${printable(lost)}`,
    )
  return `${lines.join('\n')}\n`
}

function listText(counts: Record<string, number>): string {
  const entries = Object.entries(counts).sort((a, b) => b[1] - a[1])
  return entries.map(([key, count]) => `${printable(key)} ${formatCount(count)}`).join(', ') || 'none'
}

type Rows = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

function section(title: string, { head, rows }: Rows, alignment: string, colors: Colors): string {
  if (rows.length === 0) return ''
  const shown = rows.slice(0, TOP)
  const more = rows.length > TOP ? `  … ${formatCount(rows.length - TOP)} more (--json has all)\n` : ''
  return `${colors.bold(title)}\n${table([head, ...shown], [...alignment] as Alignment[])}${more}`
}

function stateRows(totals: Summary['states']): Rows {
  const entries = Object.entries(totals).sort((a, b) => b[1].ns - a[1].ns)
  return {
    head: ['', 'spans', 'time'],
    rows: entries.map(([key, { count, ns }]) => [printable(key) || '(none)', formatCount(count), formatNs(ns)]),
  }
}

function countRows(counts: Record<string, number>, text: (key: string) => string = key => key): Rows {
  const entries = Object.entries(counts).sort((a, b) => b[1] - a[1])
  return { head: ['count', ''], rows: entries.map(([key, count]) => [formatCount(count), printable(text(key))]) }
}

/** "reason @ function:line", of which either may be missing. */
function placeText(key: string): string {
  const at = key.indexOf(' @ ')
  return `${key.slice(0, at) || '(no reason)'} @ ${key.slice(at + 3) || '(no stack)'}`
}

function functionRows({ functions }: Summary): Rows {
  const entries = Object.entries(functions).sort((a, b) => b[1].goroutines - a[1].goroutines)
  return {
    head: ['goroutines', 'running', 'runnable', 'waiting', 'syscall', ''],
    rows: entries.map(([name, total]) => [
      formatCount(total.goroutines),
      formatNs(total.runningNs),
      formatNs(total.runnableNs),
      formatNs(total.waitingNs),
      formatNs(total.syscallNs),
      printable(name) || '(unknown)',
    ]),
  }
}

function metricRows({ metrics }: Summary): Rows {
  return {
    head: ['', 'samples', 'least', 'greatest'],
    rows: Object.entries(metrics).map(([name, [samples, least, greatest]]) => {
      const format = name.endsWith(':bytes') ? formatBytes : formatCount
      return [printable(name), formatCount(samples), format(least), format(greatest)]
    }),
  }
}

/**
 * The summary as JSON. A heap goal of 2^64 − 1 (Go's word for "no goal", with the collector off) is the one number of
 * a trace that a float64 rounds to what no 64 bits hold: it is written as Go writes it.
 */
export function summaryJson(summary: Summary): string {
  return `${JSON.stringify(summary, undefined, 1).replace(/\b18446744073709552000\b/g, '18446744073709551615')}\n`
}
