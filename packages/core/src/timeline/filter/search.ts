/** What `/` finds: goroutines by their id, functions and reasons of waits by their names, each with the filter for it. */
import { goroutines, thousands } from '../../analysis/scene/words.ts'
import type { SearchHit, Timeline } from '../model.ts'
import { capped, entryOf } from '../texts.ts'
import { type FunctionCounts, functionCountsOf } from './counts.ts'
import { quoteExactly } from './lex.ts'
import { offersOf } from './offers.ts'

/** Longer ones are nobody's question. */
const MAX_QUERY = 1000
const MAX_SHOWN = 2000

/**
 * How well a name fits. "main" is all of it, or its first part and its last ("main.main"); its first part
 * ("main.worker": who types a package means that); its last ("runtime.main"); a part begins so; it is somewhere inside.
 */
const WHOLE = 0
const FIRST = 1
const LAST = 2
const BEGIN = 3
const INSIDE = 4
const FITS = [WHOLE, FIRST, LAST, BEGIN, INSIDE]

/** The best `limit` hits of `total`. */
export function searchTimeline(
  timeline: Timeline,
  text: string,
  limit: number,
): { readonly hits: readonly SearchHit[]; readonly total: number } {
  const query = text.slice(0, MAX_QUERY).trim().toLowerCase()
  const most = Math.max(0, Math.trunc(limit) || 0)
  if (query === '') return { hits: [], total: 0 }
  const ids = searchIds(timeline, query, most)
  const reasons = searchReasons(timeline, query)
  const functions = searchFunctions(timeline, query, most)
  const named = (fit: number) => [...reasons[fit], ...functions.hits[fit]]
  const inside = named(INSIDE)
  // A short number begins a million ids; what has it somewhere in its name gets half of the room.
  const first = [...ids.exact, ...named(WHOLE), ...named(FIRST), ...named(LAST), ...named(BEGIN)]
  const room = Math.max(0, most - first.length)
  const begun = ids.begun.slice(0, Math.max(Math.ceil(room / 2), room - inside.length))
  return {
    hits: [...first, ...begun, ...inside].slice(0, most),
    total: ids.total + functions.total + reasons.flat().length,
  }
}

/** By how many digits the ids are longer than what was typed: none are the exact ones. */
function searchIds(timeline: Timeline, query: string, most: number) {
  const digits = /^g?(\d{1,20})$/.exec(query)?.[1]
  const rows: number[][] = []
  let total = 0
  // No id begins with a zero, but for 0 itself.
  if (digits !== undefined && (digits === '0' || digits[0] !== '0')) {
    const { id, length } = timeline.trace.goroutines
    let max = 0
    for (let g = 0; g < length; g++) if (id[g] > max) max = id[g]
    for (let from = Number(digits), size = 1; from <= max; from *= 10, size *= 10) {
      const found: number[] = []
      for (let g = 0; g < length; g++) {
        if (id[g] < from || id[g] >= from + size) continue
        total++
        if (found.length < most) found.push(g)
      }
      rows.push(found)
      if (from === 0) break
    }
  }
  const [exact = [], ...begun] = rows.map(found => found.map(g => goroutineHit(timeline, g)))
  return { exact, begun: begun.flat(), total }
}

function goroutineHit({ trace }: Timeline, g: number): SearchHit {
  const id = String(trace.goroutines.id[g])
  return { kind: 'goroutine', text: id, note: entryOf(trace, g), filter: `g:${id}` }
}

/** By how well they fit. */
function searchReasons(timeline: Timeline, query: string): SearchHit[][] {
  const hits: SearchHit[][] = FITS.map(() => [])
  for (const { text, count } of offersOf(timeline).reasons) {
    const fit = fitOf(text.toLowerCase(), query)
    if (fit < 0) continue
    const note = count === 1 ? 'once' : `${thousands(count)} times`
    hits[fit].push({ kind: 'reason', text: capped(text, MAX_SHOWN), note, filter: `reason:${quoteExactly(text)}` })
  }
  return hits
}

/** By how well they fit; of those that fit alike the ones that goroutines began in come first, then by how many have them. */
function searchFunctions(timeline: Timeline, query: string, most: number) {
  const counts = functionCountsOf(timeline)
  const found: number[][] = FITS.flatMap(() => [[], []])
  let total = 0
  for (const index of counts.byCount) {
    // From there on nobody was seen in them: no filter finds anything.
    if (counts.exact && counts.goroutines[index] === 0) break
    const fit = fitOf(counts.functions.lower[index], query)
    if (fit < 0) continue
    total++
    const list = found[2 * fit + (counts.began[index] > 0 ? 0 : 1)]
    if (list.length < most) list.push(index)
  }
  const hits = FITS.map(fit =>
    [...found[2 * fit], ...found[2 * fit + 1]].slice(0, most).map(index => functionHit(counts, index)),
  )
  return { hits, total }
}

function functionHit(counts: FunctionCounts, index: number): SearchHit {
  const name = counts.functions.names[index]
  const began = counts.began[index]
  const seen = counts.exact
    ? goroutines(counts.goroutines[index])
    : `at least ${goroutines(Math.max(1, counts.goroutines[index]))}`
  const beganIn = began === counts.goroutines[index] ? 'began in it' : `${thousands(began)} began in it`
  return {
    kind: 'function',
    text: capped(name, MAX_SHOWN),
    note: began === 0 ? seen : `${seen}, ${beganIn}`,
    filter: `fn:${quoteExactly(name)}`,
  }
}

/** -1: it does not fit. Names have parts: "net/http.(*conn).serve". */
function fitOf(lower: string, query: string): number {
  let fit = -1
  for (let at = lower.indexOf(query); at >= 0; at = lower.indexOf(query, at + 1)) {
    const end = at + query.length
    const isPart = end === lower.length || !WORD.test(lower[end])
    if (at > 0 && !PART.test(lower[at - 1])) fit = fit < 0 ? INSIDE : fit
    else if (end === lower.length) return at === 0 || fit === FIRST ? WHOLE : LAST
    else if (at === 0 && isPart) fit = FIRST
    else if (fit !== FIRST) fit = BEGIN
  }
  return fit
}
const PART = /[\s./*(]/
const WORD = /[\p{L}\p{N}_]/u
