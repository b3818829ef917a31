/** The score as text: a line for each capture that is not told right, and the sums. Returns strings. */
import type { Way } from './live.ts'
import { type JudgedGroup, ownFunction, sentence, short, type Told, type Verdict, type View } from './verdict.ts'

export type Result = Verdict & { readonly way: Way; readonly view: View }

const TOLD: readonly Told[] = ['named', 'wrong', 'other', 'possible', 'nothing', 'absent']

/** `detail` 0: who is missed. 1: and what is said instead. 2: all that is said, and the stacks of the stuck. */
export function resultsText(results: readonly Result[], detail: number): string {
  return `${results.map(result => resultText(result, detail)).join('')}\n${sumsText(results)}`
}

function resultText(result: Result, detail: number): string {
  const head = `${result.name} ${result.way}${result.view === 'both' ? '' : ` ${result.view}`}`
  const lines: string[] = []
  for (const group of result.groups)
    if (group.told !== 'named' || detail > 1) lines.push(...groupLines(head, group, detail))
  for (const said of result.accused) lines.push(`${'ACCUSED'.padEnd(9)} ${head}: ${said}`)
  if (detail > 1) {
    for (const finding of result.diagnosis.findings)
      lines.push(`   found: ${sentence(finding)}`, ...finding.evidence.map(text => `      ${text}`))
    for (const group of result.stuck) {
      lines.push(`   stuck: ${group.count} at ${short(ownFunction(group) ?? '')}, ${group.reason}`)
      for (const frame of group.frames)
        lines.push(`      ${frame.function} ${frame.file.replace(/^.*\//, '')}:${frame.line}`)
      if (group.createdBy) lines.push(`      created by ${group.createdBy.function}`)
    }
  }
  return lines.map(line => `${line}\n`).join('')
}

function groupLines(head: string, group: JudgedGroup, detail: number): string[] {
  const truth = `${short(group.function)} ${group.kinds.join('|')} ${group.causes.join('|')}`
  const line = `${group.told.padEnd(9)} ${head}: ${truth}`
  return detail > 0 ? [line, ...group.said.map(said => `          ${said}`)] : [line]
}

/** A line for each way and view, and how many healthy ones are. */
function sumsText(results: readonly Result[]): string {
  const rows = [['way', 'view', 'groups', ...TOLD, 'accused', 'healthy']]
  const keys = [...new Set(results.map(({ way, view }) => `${way} ${view}`))]
  for (const key of keys)
    rows.push([...key.split(' '), ...sums(results.filter(({ way, view }) => key === `${way} ${view}`))])
  if (keys.length > 1) rows.push(['all', '', ...sums(results)])
  return rows
    .map(
      row =>
        `${row
          .map(cell => cell.padEnd(9))
          .join('')
          .trimEnd()}\n`,
    )
    .join('')
}

function sums(results: readonly Result[]): string[] {
  const groups = results.flatMap(result => result.groups)
  const healthy = results.filter(result => result.groups.length === 0)
  return [
    String(groups.length),
    ...TOLD.map(told => String(groups.filter(group => group.told === told).length)),
    String(results.reduce((sum, { accused }) => sum + accused.length, 0)),
    `${healthy.filter(({ diagnosis }) => diagnosis.verdict === 'healthy').length}/${healthy.length}`,
  ]
}
