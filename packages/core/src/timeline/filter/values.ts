/** Values of a filter's terms: lengths of time, ids, and what somebody may have meant who mistyped a word. */
import type { IdRange } from './spec.ts'

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3, // the micro sign
  μs: 1e3, // the Greek letter, which Go prints too
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/** "10ms", "1.5s", and as Go prints longer ones: "1m30s"; undefined: it is none. */
export function lengthNs(text: string): number | undefined {
  const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/iy
  let sum = 0
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at
    const match = part.exec(text)
    if (!match) return undefined
    sum += Number(match[1]) * UNIT_NS[match[2].toLowerCase()]
  }
  return text === '' ? undefined : sum
}

/** "41", "50-60", either with the prefix before its numbers ("g41"); undefined: it is none. */
export function rangeOf(text: string, prefix: string): IdRange | undefined {
  const match = /^([a-z]?)(\d{1,20})(?:-([a-z]?)(\d{1,20}))?$/i.exec(text)
  if (!match) return undefined
  const [, before, first, beforeLast = '', last = first] = match
  const strange = (letter: string) => letter !== '' && letter.toLowerCase() !== prefix
  if (strange(before) || strange(beforeLast)) return undefined
  const [a, b] = [Number(first), Number(last)]
  return { from: Math.min(a, b), to: Math.max(a, b) }
}

/** Whether ids are in one of the ranges: a list of thousands must not cost more than a few steps an id. */
export class IdSet {
  private readonly from: Float64Array
  private readonly to: Float64Array

  constructor(ranges: readonly IdRange[]) {
    const sorted = [...ranges].sort((a, b) => a.from - b.from)
    const merged: { from: number; to: number }[] = []
    for (const { from, to } of sorted) {
      const last = merged[merged.length - 1]
      if (last && from <= last.to) last.to = Math.max(last.to, to)
      else merged.push({ from, to })
    }
    this.from = Float64Array.from(merged, range => range.from)
    this.to = Float64Array.from(merged, range => range.to)
  }

  has(id: number): boolean {
    let low = 0
    let high = this.from.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.from[middle] <= id) low = middle + 1
      else high = middle
    }
    return low > 0 && id <= this.to[low - 1]
  }
}

/** Other people's words for the same. */
const ALIASES: Readonly<Record<string, string>> = {
  func: 'fn',
  function: 'fn',
  frame: 'fn',
  stack: 'fn',
  goroutine: 'g',
  go: 'g',
  id: 'g',
  p: 'proc',
  m: 'thread',
  processor: 'proc',
  why: 'reason',
  wait: 'reason',
  min: 'longer',
  max: 'shorter',
  over: 'longer',
  under: 'shorter',
  type: 'task',
  blocked: 'waiting',
  dead: 'ended',
}

/** The word that was probably meant: two slips at most, and fewer than it has letters; undefined: none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const alias = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined
  if (alias !== undefined && words.includes(alias)) return alias
  if (word.length > 20) return undefined
  let best: string | undefined
  let bestSlips = 3
  for (const known of words) {
    const slips = known.startsWith(word) && word.length >= 2 ? 0.5 : slipsBetween(word, known)
    if (slips < bestSlips && slips < Math.min(word.length, known.length)) {
      best = known
      bestSlips = slips
    }
  }
  return best
}

/** Letters to put in, take out or exchange (Levenshtein). */
function slipsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++)
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    above = row
  }
  return above[b.length]
}
