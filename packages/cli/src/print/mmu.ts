/** `unhang mmu` for people: the curve in blocks, a table at usual lengths, the worst windows. */
import {
  formatCount,
  formatNs,
  type MmuPoint,
  type MmuReport,
  type MmuWork,
  rangeText,
  SAMPLED_WINDOWS,
} from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { table } from './table.ts'

const WORK_NAMES: { readonly [work in MmuWork]: string } = {
  stw: 'stops of the world',
  background: 'background workers',
  assist: 'mark assists',
  sweep: 'sweeping',
}

/** The whole text. `name` is what the trace is called. */
export function mmuText(name: string, report: MmuReport, colors: Colors): string {
  const sections = [headText(name, report, colors)]
  if (report.mean < 1)
    sections.push(plotText(report.curve, colors), usualText(report.usual, colors), worstText(report, colors))
  return sections.filter(text => text !== '').join('\n')
}

function headText(name: string, report: MmuReport, colors: Colors): string {
  const { startNs, endNs, procs, cycles, stops, stoppedNs, flags, perProc, asGo } = report
  const [least, most] = procs
  const parts = [
    counted(cycles, 'garbage collection'),
    `${counted(stops, 'stop')} of the world${stops > 0 ? ` of ${formatNs(stoppedNs)} in all` : ''}`,
    least === most ? counted(most, 'proc') : `${least} to ${most} procs`,
  ]
  const against = flags.map(work => WORK_NAMES[work]).join(', ') || 'nothing'
  const how = `${perProc ? '; each proc alone' : ''}${asGo ? '; as go tool trace has it' : ''}`
  return [
    `${colors.bold(printable(name))}   ${rangeText({ startNs, endNs })}, ${formatNs(endNs - startNs)}\n`,
    `${parts.join(', ')}\n`,
    `counted against the program: ${against}${how}\n`,
    `\n${colors.bold(meaningText(report))}\n`,
  ].join('')
}

/** One sentence on what it means. */
function meaningText({ cycles, stops, mean, worst, perProc }: MmuReport): string {
  if (cycles === 0 && stops === 0 && mean === 1)
    return 'There was no garbage collection: the program had all of the procs, all of the time.'
  if (mean === 1) return 'Nothing of what is counted happened: the program had all of the procs, all of the time.'
  const window = formatNs(worst.windowNs)
  const least =
    worst.minimum === 0
      ? `for ${window} ${perProc ? "a proc was the collector's alone" : 'it left nothing'}`
      : `in any ${window} at least ${percent(worst.minimum)}${perProc ? ' of each' : ''}`
  return `The collector left ${percent(mean)} of the procs to the program; ${least}.`
}

const PLOT_ROWS = 8
const PLOT_COLUMNS = 64
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** Length of windows from left to right, each column as many times longer; filled up to the minimum. */
function plotText(curve: readonly MmuPoint[], colors: Colors): string {
  const columns = Array.from(
    { length: PLOT_COLUMNS },
    (_, i) => curve[Math.round((i * (curve.length - 1)) / (PLOT_COLUMNS - 1))],
  )
  const lines = Array.from({ length: PLOT_ROWS }, (_, row) => {
    const below = PLOT_ROWS - 1 - row
    const cells = columns.map(({ minimum }) => {
      const eighths = Math.round(minimum * PLOT_ROWS * 8) - below * 8
      // What is more than nothing shows.
      return EIGHTHS[Math.max(below === 0 && minimum > 0 ? 1 : 0, Math.min(8, eighths))]
    })
    const label = row % 2 === 0 ? `${100 - (row * 100) / PLOT_ROWS} %` : ''
    return `  ${label.padStart(5)} ${colors.dim('│')}${colors.green(cells.join('').trimEnd())}\n`
  })
  const axis = `  ${'0 %'.padStart(5)} ${colors.dim(`└${'─'.repeat(PLOT_COLUMNS)}`)}\n`
  return `${colors.bold('minimum mutator utilisation')}, by length of the window\n${lines.join('')}${axis}${axisText(columns)}`
}

/** Lengths below the columns that are the first to reach 1, 10, 100 µs and so on. */
function axisText(columns: readonly MmuPoint[]): string {
  let line = ''
  let next = 10 ** Math.floor(Math.log10(columns[0].windowNs))
  for (const [i, { windowNs }] of columns.entries()) {
    if (windowNs < next) continue
    while (next <= windowNs) next *= 10
    const label = formatNs(next / 10)
    if (line.length <= i) line = line.padEnd(i) + label
  }
  return `        ${line}\n`
}

function usualText(usual: readonly MmuPoint[], colors: Colors): string {
  if (usual.length === 0) return ''
  const rows = usual.map(({ windowNs, minimum, p999, p99, p95 }) => [
    formatNs(windowNs),
    percent(minimum),
    percent(p999),
    percent(p99),
    percent(p95),
  ])
  const sampled = usual.some(({ isSampled }) => isSampled)
    ? `, of ${formatCount(SAMPLED_WINDOWS)} that stand for all: the collector came and went too often`
    : ''
  const explained = colors.dim(`p99: one window of a hundred has at most that${sampled}`)
  return `${table([['window', 'minimum', 'p99.9', 'p99', 'p95'], ...rows], ['r', 'r', 'r', 'r', 'r'])}  ${explained}\n`
}

function worstText({ worst }: MmuReport, colors: Colors): string {
  const rows = worst.windows.map(({ startNs, endNs, utilisation, proc }) => [
    percent(utilisation),
    rangeText({ startNs, endNs }),
    proc === undefined ? '' : `proc ${proc}`,
  ])
  if (rows.length === 0) return ''
  return `${colors.bold(`worst windows of ${formatNs(worst.windowNs)}`)}, none overlapping another\n${table(rows, ['r', 'l', 'l'])}`
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`
}

/** "0 %", "0.04 %", "66.5 %", "99.97 %", "100 %": 0 and 100 are exact. */
function percent(share: number): string {
  const value = share * 100
  if (value === 0 || value === 100) return `${value} %`
  const digits = value < 1 || value > 99 ? 2 : 1
  const shown = Math.min(100 - 10 ** -digits, Math.max(10 ** -digits, value))
  return `${shown.toFixed(digits)} %`
}
