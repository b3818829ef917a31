/** Where two summaries of a trace differ: ours and the oracle's. */
import type { Summary } from '../src/analysis/summary.ts'

/** Go rounds each time to whole nanoseconds; a handful of short spans may then be off by more than a thousandth. */
const SLACK_NS = 16
/** Ours and Go's may differ by this part of a time. */
const TOLERANCE = 0.001

/** One line for each number that differs, as "path: ours, oracle's". The text of `error` is not compared. */
export function disagreements(ours: Summary, oracle: Summary): string[] {
  const lines: string[] = []
  compare('', { ...ours, error: undefined }, { ...oracle, error: undefined }, lines)
  return lines
}

function compare(path: string, ours: unknown, oracle: unknown, lines: string[]): void {
  if (typeof ours === 'object' && ours && typeof oracle === 'object' && oracle) {
    const left = ours as Record<string, unknown>
    const right = oracle as Record<string, unknown>
    const keys = new Set([...Object.keys(left), ...Object.keys(right)])
    for (const key of keys) compare(path === '' ? key : `${path}.${key}`, left[key], right[key], lines)
  } else if (ours !== oracle && !bothNear(path, ours, oracle))
    lines.push(`${path}: ${show(ours)}, oracle ${show(oracle)}`)
}

function bothNear(path: string, ours: unknown, oracle: unknown): boolean {
  if (!/[nN]s$/.test(path) || typeof ours !== 'number' || typeof oracle !== 'number') return false
  return Math.abs(ours - oracle) <= Math.max(SLACK_NS, TOLERANCE * Math.abs(oracle))
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
