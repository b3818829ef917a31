/** Numbers and places as the sentences of an answer say them. */
import { formatNs } from '../../base/units.ts'
import type { Finding, Site } from '../diagnosis.ts'
import { isDependencyFile, isStandard, packageOf, shortFile, shortName } from './names.ts'

export { isDependencyFile, isStandard, packageOf, shortName }

/** Three digits and a unit: "2.30 s", "12.4 ms", "810 ns", "3 min 5 s". */
export function duration(ns: number): string {
  if (!(ns >= 0)) return 'an unknown time'
  if (ns < 1e3) return `${Math.round(ns)} ns`
  if (ns < 1e6) return `${digits(ns / 1e3)} µs`
  if (ns < 1e9) return `${digits(ns / 1e6)} ms`
  if (ns < 120e9) return `${digits(ns / 1e9)} s`
  return `${Math.floor(ns / 60e9)} min ${Math.round((ns % 60e9) / 1e9)} s`
}

/** A moment of a trace: always in seconds, finely enough to tell it from its neighbours. */
export function moment(ns: number): string {
  return `${(ns / 1e9).toFixed(ns < 10e9 ? 3 : 2)} s`
}

function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value))
}

/** "1 goroutine", "1,990 goroutines"; 0 is a dump that does not tell how many stand at a place. */
export function goroutines(count: number): string {
  if (count === 0) return 'an unknown number of goroutines'
  return count === 1 ? '1 goroutine' : `${thousands(count)} goroutines`
}

export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** "main.(*server).AcquireLock (server/main.go:26)"; packages by their last element. */
export function at(site: Site): string {
  return site.file === '' ? shortName(site.function) : `${shortName(site.function)} (${line(site)})`
}

/** "server/main.go:26". */
export function line(site: Site): string {
  return `${shortFile(site.file)}:${site.line}`
}

/** "goroutine 7", or "a goroutine" where no id is known. */
export function goroutine(id: number): string {
  return Number.isNaN(id) ? 'a goroutine' : `goroutine ${id}`
}

/** "wait" for many, "waits" for one. */
export function verb(count: number, plural: string, singular = `${plural}s`): string {
  return count === 1 ? singular : plural
}

/** Since when those of a finding wait, and how long that was seen. */
export function since({ cause, waiters }: Finding): string {
  const { sinceNs, longestNs, count, sinceStart } = waiters
  if (cause === 'contention') {
    const longest = `the longest wait is ${sinceStart ? 'at least ' : ''}${formatNs(longestNs)}`
    if (sinceNs === undefined && !sinceStart) return `then and now; ${longest}`
    const since = sinceNs === undefined ? 'before the capture began' : `${formatNs(sinceNs)} into the trace`
    return `${since}, of those that wait now; ${longest}`
  }
  const nobody = count === 1 ? 'it has not moved' : 'none has moved'
  if (sinceNs !== undefined) return `${formatNs(sinceNs)} into the trace; ${nobody} in the ${formatNs(longestNs)} after`
  return longestNs > 0 ? `before the capture began; at least ${formatNs(longestNs)}` : 'before the capture began'
}
