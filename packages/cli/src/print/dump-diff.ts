/** `unhang dump --diff` for people: what it may mean, then each place with how many came, went and stayed. */

import type { DiffGroup, DiffSide, DumpDiffReport } from '@unhang/core'
import { formatCount } from '@unhang/core'
import type { DumpView } from './dump.ts'
import {
  counted,
  cut,
  cutBegin,
  frameText,
  idsText,
  isSame,
  lostLines,
  siteText,
  stateColored,
  stateText,
  widthOf,
} from './frames.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { wrap } from './wrap.ts'

/** Places that fit on a screen. */
const LINES = 30
const REASON = 18

/** The text in pieces, as `dumpPieces`. */
export function* diffPieces(report: DumpDiffReport, view: DumpView): Generator<string> {
  const width = widthOf(view.columns)
  yield headText(report, view.colors, width)
  const { groups, moves } = report
  // What stays as it is fills no screen: it comes last, and in short.
  const shown = view.all ? groups : groups.slice(0, LINES)
  const rows = shown.map(group => cellsOf(group))
  const head = moves ? ['came', 'gone', 'still'] : ['before', 'after', '']
  const widths = head.map((title, i) => rows.reduce((most, row) => Math.max(most, row[i].length), title.length))
  const pad = (cells: readonly string[]) => cells.map((cell, i) => cell.padStart(widths[i])).join('  ')
  if (shown.length > 0) yield `\n${view.colors.dim(pad(head).trimEnd())}\n`
  for (const [i, group] of shown.entries()) {
    yield placeText(group, pad(rows[i]), view, width)
  }
  const more = groups.length - shown.length
  const rest = more > 0 ? `and ${counted(more, 'more group')}; ` : ''
  if (view.all || shown.length === 0) return
  for (const line of wrap(`${rest}all of them, with ids and whole stacks: --all`, width))
    yield `${view.colors.dim(line)}\n`
}

function headText(report: DumpDiffReport, colors: Colors, width: number): string {
  const { before, after, moves, by, summary, selection } = report
  const lines = [...sideText('before', before, colors, width), ...sideText('after', after, colors, width)]
  if (moves) {
    const { appeared, vanished, moved, still } = moves
    lines.push(`${formatCount(appeared)} appeared, ${formatCount(vanished)} vanished, ${formatCount(moved)} moved, ${formatCount(still)} stand where they stood`) // biome-ignore format: one line
  } else if (by === 'counts')
    lines.push(...wrap('matched by counts: without ids nobody knows which ones stayed', width))
  if (selection)
    lines.push(`the filter keeps ${formatCount(selection.before)} before, ${formatCount(selection.after)} after`)
  if (summary.length > 0) lines.push('')
  for (const sentence of summary) {
    const [first, ...rest] = wrap(printable(sentence, 1000), width - 2)
    lines.push(`• ${colors.bold(first)}`, ...rest.map(line => `  ${colors.bold(line)}`))
  }
  return `${lines.join('\n')}\n`
}

function sideText(word: string, { name, goroutines, lost = [] }: DiffSide, colors: Colors, width: number) {
  const count = counted(goroutines, 'goroutine')
  return [
    `${word.padEnd(6)}  ${cutBegin(printable(name), width - count.length - 10)}  ${count}`,
    ...lostLines(lost, colors, width - 8).map(line => `        ${line}`),
  ]
}

/** Came, gone, still; or before and after, where goroutines have no ids. */
function cellsOf({ before, after, moves }: DiffGroup): [string, string, string] {
  if (!moves) {
    const growth = after - before
    return [formatCount(before), formatCount(after), growth === 0 ? '' : signed(growth)]
  }
  return [signed(moves.appeared + moves.arrived), signed(-moves.vanished - moves.left), formatCount(moves.still)]
}

function signed(count: number): string {
  if (count === 0) return '0'
  return count > 0 ? `+${formatCount(count)}` : `−${formatCount(-count)}`
}

function placeText(group: DiffGroup, cells: string, view: DumpView, width: number): string {
  const { colors, all } = view
  const minutes = group.minutes[1] > 0 ? ` ${group.minutes[1]} min` : ''
  const what = cut(stateText(group), REASON - minutes.length) + minutes
  const place = siteText(group.site, width - cells.length - REASON - 4)
  const line = `${colors.bold(cells)}  ${stateColored(what.padEnd(REASON), group, colors)}  ${place}\n`
  return all ? `${line}${detailText(group, colors, width)}\n` : line
}

const KINDS = ['appeared', 'arrived', 'vanished', 'left', 'still'] as const

function detailText({ ids = {}, moves, frames, site, createdBy }: DiffGroup, colors: Colors, width: number): string {
  const lines = KINDS.flatMap(kind => {
    const some = ids[kind]
    return moves && some ? [colors.dim(`${kind}: ${idsText(some, moves[kind], width - 15)}`)] : []
  })
  const at = frames.findIndex(frame => isSame(frame, site))
  lines.push(...frames.map((frame, i) => (i === at ? colors.bold(frameText(frame)) : frameText(frame))))
  if (createdBy) lines.push(colors.dim(`created by ${frameText(createdBy)}`))
  return lines.map(line => `    ${line}\n`).join('')
}
