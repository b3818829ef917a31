/** `unhang dump` for people: one block a group, the largest first. */
import type { DumpReport, ReportFrame, ReportGroup } from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { formatCount } from './units.ts'

/** Ids that fit on a line of 80 columns, whatever their length. */
const IDS_SHOWN = 8

export function dumpText(report: DumpReport, colors: Colors): string {
  const head = `${formatCount(report.goroutines)} ${plural(report.goroutines, 'goroutine')} in ${formatCount(report.groups.length)} ${plural(report.groups.length, 'group')}`
  const lost = (report.lost ?? []).map(
    problem =>
      `${colors.yellow(problem.cut ? 'not whole' : 'damaged')}: ${printable(problem.message)}; lost: ${printable(problem.lost)}\n`,
  )
  return `${colors.bold(head)}\n${lost.join('')}${report.groups.map(group => groupText(group, colors)).join('')}`
}

function groupText(group: ReportGroup, colors: Colors): string {
  const what = group.state === 'waiting' ? group.reason : group.state
  const lines = [`${colors.bold(formatCount(group.count))}  ${printable(what)}${minutesText(group.minutes)}`]
  if (group.goroutines.length > 0) lines.push(`    ${colors.dim(idsText(group))}`)
  let marked = false
  for (const frame of group.frames) {
    const isSite: boolean = !marked && isSame(frame, group.site)
    marked ||= isSite
    lines.push(isSite ? colors.bold(`  ▸ ${frameText(frame)}`) : `    ${frameText(frame)}`)
  }
  if (group.createdBy) lines.push(`    ${colors.dim(`created by ${frameText(group.createdBy)}`)}`)
  return `\n${lines.join('\n')}\n`
}

function minutesText([least, most]: readonly [number, number]): string {
  if (most === 0) return ''
  return least === most ? `, at least ${most} min` : `, ${least} to ${most} min`
}

function idsText({ count, goroutines }: ReportGroup): string {
  const shown = goroutines.slice(0, IDS_SHOWN)
  const more = count - shown.length
  return `${plural(count, 'goroutine')} ${shown.join(' ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`
}

function frameText(frame: ReportFrame): string {
  return printable(`${frame.function}  ${frame.file}:${frame.line}`)
}

function isSame(frame: ReportFrame, site: ReportFrame | undefined): boolean {
  return frame.function === site?.function && frame.file === site.file && frame.line === site.line
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`
}
