/** Pieces of what a tooltip says: short lines, in the words of the answers. */
import { duration, shortName, line as siteLine, thousands, goroutine as withId } from '../../analysis/scene/words.ts'
import type { Trace } from '../../trace/tables.ts'
import type { FrameText } from '../model.ts'
import { momentText, stepOfStretch } from '../moments.ts'
import { capped, entryOf, textOf } from '../texts.ts'

const MAX_LINE = 200
/** So that what stands behind a name is still on the line. */
const MAX_NAME = 90
/** Nobody reads more of them while the pointer rests. */
const MAX_LINES = 8

/** Line breaks, and marks that turn the direction of what follows, would have their way with the line. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu

/** Lines as they are handed out: not empty, on one line each, bounded. */
export function tidy(lines: readonly string[]): string[] {
  const printable = lines.map(text => capped(text.replace(UNPRINTABLE, ' '), MAX_LINE))
  return printable.filter(text => text !== '').slice(0, MAX_LINES)
}

export function nameText(name: string): string {
  return capped(shortName(name), MAX_NAME)
}

/** A text of the user's own, as the type of a task: whole, for a slash in it ends no path. */
export function userText(text: string): string {
  return capped(text, MAX_NAME)
}

/** "goroutine 41 main.worker". */
export function whoText(trace: Trace, g: number): string {
  const name = nameText(entryOf(trace, g))
  const label = textOf(trace, trace.goroutines.label[g])
  const labelled = label === '' ? '' : ` · ${capped(label, MAX_NAME)}`
  return `${withId(trace.goroutines.id[g])}${name === '' ? '' : ` ${name}`}${labelled}`
}

/** "main.work (server/main.go:20)"; '' where nothing is known. */
export function siteText(frame: FrameText | undefined): string {
  if (!frame) return ''
  const name = nameText(frame.function)
  if (frame.file === '') return name
  // Of a path the end tells.
  return `${name} (${siteLine({ ...frame, file: frame.file.slice(-MAX_NAME) })})`
}

/** "P1 · thread 3": Go's ids; what is no row is left out. */
export function placeText(trace: Trace, proc: number, thread: number): string {
  const parts: string[] = []
  if (proc >= 0 && proc < trace.procs.length) parts.push(`P${trace.procs.id[proc]}`)
  if (thread >= 0 && thread < trace.threads.length) parts.push(`thread ${trace.threads.id[thread]}`)
  return parts.join(' · ')
}

/** Where the pointer is: a time, how much of it a column shows, and how long the trace is. */
export type Pointed = { readonly timeNs: number; readonly nsPerColumn: number; readonly traceNs: number }

/** "at 0.7121 s", to the column but no finer. */
export function atText({ timeNs, nsPerColumn, traceNs }: Pointed): string {
  return `at ${momentText(timeNs, nsPerColumn, traceNs)}`
}

/** The time that a column shows, half-open. */
export type Column = { readonly fromNs: number; readonly toNs: number }

export function columnAt({ durationNs }: Trace, { timeNs, nsPerColumn }: Omit<Pointed, 'traceNs'>): Column {
  return { fromNs: Math.max(0, timeNs - nsPerColumn / 2), toNs: Math.min(durationNs, timeNs + nsPerColumn / 2) }
}

/** "1.23 ms, 1.712150 s → 1.713380 s". NaN: from before the trace, or beyond its end. */
export function stretchText(trace: Trace, startNs: number, endNs: number): string {
  const isOpen = Number.isNaN(startNs) || Number.isNaN(endNs)
  const lengthNs = (Number.isNaN(endNs) ? trace.durationNs : endNs) - (Number.isNaN(startNs) ? 0 : startNs)
  const text = (ns: number) => momentText(ns, stepOfStretch(lengthNs), trace.durationNs)
  const from = Number.isNaN(startNs) ? 'before the trace' : text(startNs)
  const to = Number.isNaN(endNs) ? "the trace's end" : text(endNs)
  return `${isOpen ? 'at least ' : ''}${duration(lengthNs)}, ${from} → ${to}`
}

/** "1,234 spans". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`
}

/** "running 45 %, waiting 40 %": parts of `whole`, the largest first, those of nothing left out. */
export function sharesText(names: readonly string[], parts: ArrayLike<number>, whole: number): string {
  const order = names.map((_, i) => i).filter(i => parts[i] > 0)
  order.sort((a, b) => parts[b] - parts[a])
  return order.map(i => `${names[i]} ${percentText(parts[i] / whole)}`).join(', ')
}

export function percentText(share: number): string {
  const percent = share * 100
  if (percent < 1) return '< 1 %'
  // Nearly all is not all.
  return `${percent < 100 ? Math.min(99, Math.round(percent)) : 100} %`
}

/** "running 2, waiting 980". */
export function countsText(names: readonly string[], counts: ArrayLike<number>): string {
  const there = names.map((_, i) => i).filter(i => counts[i] > 0)
  return there.map(i => `${names[i]} ${thousands(counts[i])}`).join(', ')
}

const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** "912 B", "1.23 KiB", "89.0 MiB": as Go itself counts its heap. */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < SIZE_UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${SIZE_UNITS[unit]}`
}
