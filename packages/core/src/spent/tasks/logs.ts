/**
 * Logs (`runtime/trace.Log`) by what they say: what `/usertask?logtext=` of `go tool trace` asks of messages
 * (`cmd/trace/tasks.go`), here of categories, too, and whatever the case.
 */
import type { Trace } from '../../trace/tables.ts'
import { taskLinks } from './links.ts'
import { textAt } from './places.ts'

/** Of the logs of a task that hold the text: how many, and the first. */
export type LogFound = {
  readonly count: number
  readonly atNs: number
  /** Go's id; null: not seen. */
  readonly goroutine: number | null
  readonly category: string
  readonly message: string
}

/** By row in logs: 1: it holds the text. */
export type LogFits = Uint8Array

const newest = new WeakMap<Trace, { readonly text: string; readonly fits: LogFits }>()

/** Logs whose category or message holds the text, whatever the case. Each string is looked at once. */
export function logsWith(trace: Trace, text: string): LogFits {
  const known = newest.get(trace)
  if (known?.text === text) return known.fits
  const { logs, strings } = trace
  const sought = text.toLowerCase()
  // 0: not looked at yet; else whether it holds the text, plus one.
  const state = new Uint8Array(strings.length)
  const holds = (row: number) => {
    if (row < 0) return sought === ''
    if (state[row] === 0) state[row] = strings.text(row).toLowerCase().includes(sought) ? 2 : 1
    return state[row] === 2
  }
  const fits = new Uint8Array(logs.length)
  for (let row = 0; row < logs.length; row++) fits[row] = holds(logs.category[row]) || holds(logs.message[row]) ? 1 : 0
  newest.set(trace, { text, fits })
  return fits
}

/** Has a task such a log? `task`: a row in tasks, or that of the background. */
export function hasLog(trace: Trace, fits: LogFits, task: number): boolean {
  const { first, row } = taskLinks(trace).logs
  for (let i = first[task]; i < first[task + 1]; i++) if (fits[row[i]] === 1) return true
  return false
}

/** undefined: none of its logs is such a one. */
export function logFound(trace: Trace, fits: LogFits, task: number): LogFound | undefined {
  const { logs, goroutines } = trace
  const { first, row } = taskLinks(trace).logs
  const own = row.subarray(first[task], first[task + 1])
  const at = own.find(log => fits[log] === 1)
  if (at === undefined) return undefined
  return {
    count: own.reduce((sum, log) => sum + fits[log], 0),
    atNs: logs.timeNs[at],
    goroutine: logs.goroutine[at] < 0 ? null : goroutines.id[logs.goroutine[at]],
    category: textAt(trace, logs.category[at]),
    message: textAt(trace, logs.message[at]),
  }
}

/** So much of a long text that what is sought is seen in it, with something before it. */
export function aroundText(text: string, sought: string, limit: number): string {
  const at = text.toLowerCase().indexOf(sought.toLowerCase())
  const from = at + sought.length <= limit ? 0 : Math.max(0, at - Math.floor(limit / 4))
  return `${from > 0 ? '…' : ''}${text.slice(from, from + limit)}${from + limit < text.length ? '…' : ''}`
}
