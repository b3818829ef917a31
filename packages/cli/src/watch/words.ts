/** What a watch tells, as lines for people and as lines of JSON. */
import { type Finding, formatCount, formatNs, titleOf, words } from '@unhang/core'
import type { Colors } from '../print/output.ts'
import { printable } from '../print/printable.ts'
import { wrap } from '../print/wrap.ts'
import type { Change, Outage, WatchEvent } from './rounds.ts'
import type { Captured, Told } from './watch.ts'

export const WATCH_SCHEMA = 'unhang.watch/1'

type Words = { readonly label: string; readonly text: string; readonly more?: readonly string[] }

/** "2026-11-24T03:12:31Z": as logs, manifests and folders' names have it, wherever the reader sits. */
const TIME_WIDTH = 20
const LABEL_WIDTH = 9
const MAX_COLUMNS = 120

/** A line for a log; on a screen of so many columns it is broken. Ends with a line end. */
export function toldText(told: Told, at: Date, colors: Colors, columns: number | undefined): string {
  const { label, text, more = [] } = wordsOf(told)
  const indent = TIME_WIDTH + LABEL_WIDTH + 2
  const width = columns === undefined ? Number.POSITIVE_INFINITY : Math.min(columns, MAX_COLUMNS)
  const head = `${colors.dim(timeText(at))} ${paint(label, colors)(label.padEnd(LABEL_WIDTH))} `
  const said = [text, ...more].map(line => printable(line, 2000))
  if (columns === undefined) return `${head}${said.join('   ')}\n`
  // A command that is broken in two cannot be copied: `more` keeps lines of its own.
  const lines = [...wrap(said[0], Math.max(20, width - indent)), ...said.slice(1)]
  return lines.map((line, i) => (i === 0 ? `${head}${line}\n` : `${' '.repeat(indent)}${line}\n`)).join('')
}

function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}

const RED: ReadonlySet<string> = new Set(['HANG', 'silent', 'gone'])
const YELLOW: ReadonlySet<string> = new Set(['LEAK', 'SLOW', 'refused', 'slow', 'grew', 'stands', 'no room', 'failed'])

function paint(label: string, colors: Colors): (text: string) => string {
  if (RED.has(label)) return text => colors.bold(colors.red(text))
  return YELLOW.has(label) ? text => colors.bold(colors.yellow(text)) : colors.bold
}

function wordsOf(told: Told): Words {
  switch (told.kind) {
    case 'captured':
      return capturedWords(told)
    case 'uncaptured':
      return { label: told.why === 'failed' ? 'failed' : 'no room', text: `not captured: ${told.text}` }
    case 'paced':
      return { label: 'asks', text: `a profile takes ${ms(told.tookMs)}: asked every ${ms(told.everyMs)} from now on` }
    default:
      return eventWords(told)
  }
}

function eventWords(event: WatchEvent): Words {
  switch (event.kind) {
    case 'grew':
      return {
        label: 'grew',
        text: `${waiting(event)}, ${event.before === 0 ? 'none' : formatCount(event.before)} before`,
      }
    case 'fell':
      return fellWords(event)
    case 'capture':
      return captureWords(event)
    case 'outage':
      return outageWords(event.outage)
    case 'back':
      return {
        label: 'back',
        text: `it answers again after ${ms(event.afterMs)}: ${words.goroutines(event.goroutines)}`,
      }
    case 'slow':
      return {
        label: 'slow',
        text: `a profile takes ${ms(event.tookMs)}, ${ms(event.usualMs)} before: is it stopped for long, or is it, or this machine, starved of CPU?`,
      }
    case 'quick':
      return { label: 'quick', text: `a profile takes ${ms(event.tookMs)} again` }
  }
}

function waiting({ group }: Change): string {
  const { what, site, caller, count } = group
  const from = caller ? `, called from ${words.at(caller)}` : ''
  return `${words.goroutines(count)} ${words.verb(count, 'wait')} in ${what} at ${words.at(site)}${from}`
}

function fellWords(event: Change): Words {
  const { count, what, site } = event.group
  const before = `${formatCount(event.before)} before`
  if (count > 0) return { label: 'fell', text: `${waiting(event)}, ${before}` }
  return { label: 'gone', text: `none waits in ${what} at ${words.at(site)} any more, ${before}` }
}

function captureWords(event: WatchEvent & { readonly kind: 'capture' }): Words {
  const { others, standsMs } = event
  const more = others === 0 ? '' : `, and more at ${others === 1 ? 'another line' : `${others} other lines`}`
  const stands = standsMs === undefined ? '' : ` for ${ms(standsMs)}`
  return { label: 'capture', text: `${waiting(event)}${stands}${more}: capturing` }
}

function outageWords({ kind, found, remedy }: Outage): Words {
  return { label: kind, text: `${found}. ${remedy[0].toUpperCase()}${remedy.slice(1)}` }
}

function capturedWords({ verdict, findings, folder, missing, removed, command, problem }: Captured): Words {
  const parts = missing.map(({ expected, found }) => `without ${expected}: ${found}`)
  const more = [command, ...parts, ...(removed === undefined ? [] : [`removed, for it showed nothing: ${removed}`])]
  if (verdict === undefined) return { label: 'captured', text: `${folder}; not diagnosed: ${problem}`, more }
  const [first] = findings
  const rest = findings.length > 1 ? `; ${formatCount(findings.length - 1)} more` : ''
  if (verdict !== 'healthy') return { label: verdict.toUpperCase(), text: `${headline(first)}${rest}`, more }
  const look = first ? `; worth a look: ${headline(first)}${rest}` : ''
  return { label: 'HEALTHY', text: `nothing is seen to hang${look}`, more }
}

/** "14 goroutines wait for a lock that nobody is left to release (likely) at main.take (main.go:26)". */
function headline(finding: Finding): string {
  return `${titleOf(finding)} (${finding.certainty}) at ${words.at(finding.site)}`
}

function ms(value: number): string {
  return formatNs(value * 1e6)
}

/** An event as one line of JSON. */
export function eventJson(event: string, told: object): string {
  const { kind, ...rest } = told as { readonly kind?: unknown }
  return `${JSON.stringify({ schema: WATCH_SCHEMA, time: new Date().toISOString(), event, ...rest })}\n`
}
