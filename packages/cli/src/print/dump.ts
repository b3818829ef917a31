/**
 * `unhang dump` for people: one screen. The longest wait first; the first groups with the end of their stacks, others
 * in a line each. `--all` prints every group with its whole stack.
 */

import type { DumpReport, ReportGroup } from '@unhang/core'
import { formatCount } from '@unhang/core'
import { counted, cut, frameText, idsText, isSame, lostLines, minutesText, siteText, stateColored, stateText, widthOf } from './frames.ts' // biome-ignore format: one line
import type { Colors } from './output.ts'
import { wrap } from './wrap.ts'

export type DumpView = { readonly colors: Colors; readonly columns?: number | undefined; readonly all: boolean }

/** Groups with frames, and groups in a line, that fit on a screen. */
const BLOCKS = 5
const LINES = 25
/** Frames below the site: its callers. */
const CALLERS = 3

export function dumpText(report: DumpReport, view: DumpView): string {
  return [...dumpPieces(report, view)].join('')
}

/** The text in pieces: at its finest, a dump has a group for each goroutine. */
export function* dumpPieces(report: DumpReport, view: DumpView): Generator<string> {
  const width = widthOf(view.columns)
  yield headText(report, view.colors, width)
  const blocks = view.all ? report.groups.length : BLOCKS
  for (const group of report.groups.slice(0, blocks)) yield `\n${groupText(group, view, width)}`
  const rest = report.groups.slice(blocks)
  if (rest.length === 0) return
  const digits = Math.max(...rest.slice(0, LINES).map(({ count }) => formatCount(count).length))
  yield '\n'
  for (const group of rest.slice(0, LINES)) yield lineText(group, digits, view.colors, width)
  const more = rest.slice(LINES)
  const hidden = more.reduce((sum, { count }) => sum + count, 0)
  const rests =
    more.length === 0 ? '' : `and ${counted(more.length, 'more group')} of ${counted(hidden, 'goroutine')}; `
  for (const line of wrap(`${rests}all of them, with whole stacks: --all`, width)) yield `${view.colors.dim(line)}\n`
}

function headText({ goroutines, groups, selection, lost = [] }: DumpReport, colors: Colors, width: number): string {
  const all = counted(goroutines, 'goroutine')
  const kept = selection ? `${formatCount(selection.goroutines)} of ${all}` : all
  const lines = [colors.bold(`${kept} in ${counted(groups.length, 'group')}`)]
  if (selection && selection.unknown > 0) {
    const who = counted(selection.unknown, 'goroutine')
    const text = `of ${who} this form does not tell what they wait for, or how long: give the full dump (debug=2)`
    lines.push(...wrap(text, width).map(line => colors.yellow(line)))
  }
  lines.push(...lostLines(lost, colors, width))
  return `${lines.join('\n')}\n`
}

function groupText(group: ReportGroup, view: DumpView, width: number): string {
  const { colors, all } = view
  const room = width - 4
  const what = stateColored(stateText(group), group, colors)
  const locked = group.locked ? `, ${group.count === 1 ? '' : `${group.locked} `}locked to thread` : ''
  const lines = [`${colors.bold(formatCount(group.count))}  ${what}${minutesText(group.minutes)}${locked}`]
  if (group.goroutines.length > 0) lines.push(`    ${colors.dim(idsText(group.goroutines, group.count, room))}`)
  lines.push(...(all ? wholeStack(group, colors) : shortStack(group, colors, room)))
  if (group.elided) lines.push(`    ${colors.dim('…frames in the middle left out by Go…')}`)
  if (group.createdBy) {
    const place = all ? frameText(group.createdBy) : siteText(group.createdBy, room - 11)
    lines.push(`    ${colors.dim(`created by ${place}`)}`)
  }
  return `${lines.join('\n')}\n`
}

function wholeStack({ frames, site }: ReportGroup, colors: Colors): string[] {
  const at = frames.findIndex(frame => isSame(frame, site))
  return frames.map((frame, i) => (i === at ? colors.bold(`  ▸ ${frameText(frame)}`) : `    ${frameText(frame)}`))
}

/** From the site on; what is above it says how one waits, which the reason says already. */
function shortStack({ frames, site }: ReportGroup, colors: Colors, room: number): string[] {
  const at = Math.max(
    0,
    frames.findIndex(frame => isSame(frame, site)),
  )
  const shown = frames.slice(at, at + 1 + CALLERS)
  const lines = shown.map((frame, i) =>
    i === 0 ? `  ▸ ${colors.bold(siteText(frame, room))}` : `    ${siteText(frame, room)}`,
  )
  const more = frames.length - at - shown.length
  return more > 0 ? [...lines, `    ${colors.dim(`… ${counted(more, 'more frame')}`)}`] : lines
}

/** Room for the longest common reasons: "sync.RWMutex.RLock", "select (no cases)". */
const REASON = 20

function lineText(group: ReportGroup, digits: number, colors: Colors, width: number): string {
  const count = formatCount(group.count).padStart(digits)
  const minutes = group.minutes[1] > 0 ? ` ${group.minutes[1]} min` : ''
  const what = cut(stateText(group), REASON - minutes.length) + minutes
  const place = siteText(group.site, width - digits - REASON - 4)
  return `${colors.bold(count)}  ${stateColored(what.padEnd(REASON), group, colors)}  ${place}\n`
}
