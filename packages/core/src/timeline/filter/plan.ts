/**
 * The terms about spans as tables of bits, one bit a term, so that a look at a span costs a few reads whatever the
 * filter: by state and reason, by kind of wait, by stack, by processor and thread. What needs to know where a span ends
 * (its length, what it overlaps) cannot be a table and stays a short list.
 */

import { spanOfGoroutineAt } from '../../trace/lookup.ts'
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'
import { WAIT_WORDS, type WaitClass, type Waits, waitsOf } from '../waits.ts'
import { bitsOfStacks, type Functions, functionsOf } from './functions.ts'
import { assistedSpans, type Stretches, stretchesOf } from './ranges.ts'
import type { IdRange, Term, TermOf, TextValue } from './spec.ts'
import { IdSet } from './values.ts'

export type SpanTerm = TermOf<'fn' | 'word' | 'state' | 'reason' | 'longer' | 'shorter' | 'proc' | 'thread' | 'during'>

export type SpanPlan = {
  /** Terms that a span itself must fit, whose texts may be of its goroutine, and that nothing may fit. */
  readonly hard: number
  readonly soft: number
  readonly negative: number
  /** Is there a term that asks for stacks, for kinds of waits, for places? */
  readonly looksAtStacks: boolean
  readonly looksAtWaits: boolean
  readonly looksAtPlaces: boolean
  readonly byStateReason: Int32Array
  readonly waits: Waits
  readonly byClass: Int32Array //  of waits.classes
  /** The same by stack, for the waiting spans of which `stateReason` is this (-1: none). */
  readonly waitAt: Int32Array
  readonly byWaitAt: Int32Array
  readonly byStack: Int32Array
  /** Spans that CPU samples caught somewhere: rows, ascending, and bits. */
  readonly sampled: { readonly row: Int32Array; readonly bits: Int32Array }
  /** By the two halves of a place. */
  readonly byProc: Int32Array
  readonly byThread: Int32Array
  /** By goroutine: what its id or the function that it began with fits. */
  readonly byGoroutine: Int32Array
  readonly lengths: readonly { readonly bit: number; readonly longer: boolean; readonly ns: number }[]
  readonly during: readonly {
    readonly bit: number
    readonly stretches: Stretches
    /** By span, where assists are meant too. */
    readonly assisted: Uint8Array | undefined
  }[]
}

/** Bits that no term has, for there are at most `MAX_TERMS`: one that nothing fits, one of goroutines, one of spans. */
export const NEVER = 1 << 29
/** One span of the goroutine fits all terms about spans. */
export const FIT = 1 << 30
/** The span shows a stack of the goroutine's own, or would if it were known. */
export const SHOWS = 1 << 31

export function isAboutSpans(term: Term): term is SpanTerm {
  return SPAN_KEYS.has(term.key)
}
const SPAN_KEYS = new Set<Term['key']>([
  'fn',
  'word',
  'state',
  'reason',
  'longer',
  'shorter',
  'proc',
  'thread',
  'during',
])

export function planSpans(timeline: Timeline, terms: readonly SpanTerm[]): SpanPlan {
  const { trace } = timeline
  const bitsWhere = (wanted: (term: SpanTerm) => boolean) =>
    terms.reduce((bits, term, i) => (wanted(term) ? bits | (1 << i) : bits), 0)
  const functions = functionsOf(timeline)
  const byFunction = functionBits(functions, terms)
  const byStack = bitsOfStacks(trace, functions, byFunction)
  const waits = waitsOf(timeline)
  const byClass = Int32Array.from(waits.classes, wait => bitsWhere(term => fitsWait(term, wait)))
  return {
    hard: bitsWhere(term => !term.negated && !hasFunctions(term)),
    soft: bitsWhere(term => !term.negated && hasFunctions(term)),
    negative: bitsWhere(term => term.negated),
    looksAtStacks: terms.some(hasFunctions),
    looksAtWaits: terms.some(({ key }) => key === 'reason' || key === 'word'),
    looksAtPlaces: terms.some(({ key }) => key === 'proc' || key === 'thread'),
    byStateReason: stateBits(trace, terms),
    waits,
    byClass,
    waitAt: waits.reasonAt.map(reason => (reason < 0 ? -1 : (reason << 2) | GoState.waiting)),
    byWaitAt: waits.classAt.map((index, stack) => (waits.reasonAt[stack] < 0 ? 0 : byClass[index])),
    byStack,
    sampled: sampledSpans(trace, byStack),
    byProc: idBits(trace.procs.id, terms, 'proc'),
    byThread: idBits(trace.threads.id, terms, 'thread'),
    byGoroutine: goroutineBits(trace, functions, byFunction, terms),
    lengths: terms.flatMap((term, i) =>
      term.key === 'longer' || term.key === 'shorter'
        ? [{ bit: 1 << i, longer: term.key === 'longer', ns: term.ns }]
        : [],
    ),
    during: terms.flatMap((term, i) => (term.key === 'during' ? [duringOf(trace, term, 1 << i)] : [])),
  }
}

function hasFunctions(term: SpanTerm): term is TermOf<'fn' | 'word'> {
  return term.key === 'fn' || term.key === 'word'
}

export function fitsText({ text, exact }: TextValue, name: string, lower: string): boolean {
  return exact ? name === text : lower.includes(text)
}

function functionBits(functions: Functions, terms: readonly SpanTerm[]): Int32Array {
  const bits = new Int32Array(functions.names.length)
  for (const [i, term] of terms.entries()) {
    if (!hasFunctions(term)) continue
    for (let f = 0; f < bits.length; f++) {
      if (term.texts.some(value => fitsText(value, functions.names[f], functions.lower[f]))) bits[f] |= 1 << i
    }
  }
  return bits
}

function fitsWait(term: SpanTerm, wait: WaitClass): boolean {
  if (term.key !== 'reason' && term.key !== 'word') return false
  const fits = term.texts.some(value => {
    const word = value.exact ? undefined : WAIT_WORDS.find(([name]) => name === value.text)
    if (word) return word[2](wait) || wait.reason === value.text
    // Sums call it so where neither the trace nor a stack says for what somebody waits.
    const said = wait.what === '' && wait.reason === '' ? ['unknown'] : [wait.what, wait.reason]
    return said.some(text => text !== '' && fitsText(value, text, text.toLowerCase()))
  })
  return term.key === 'reason' && term.except ? !fits : fits
}

/** What state and reason alone tell; of waits the state only. Preemptions have reasons too. */
function stateBits(trace: Trace, terms: readonly SpanTerm[]): Int32Array {
  const bits = new Int32Array(0x10000)
  for (let reason = 0; reason < trace.reasons.length; reason++) {
    const said = trace.strings.text(trace.reasons[reason])
    const lower = said.toLowerCase()
    for (let state = 0; state < 4; state++) {
      for (const [i, term] of terms.entries()) {
        if (fitsState(term, state as GoState, said, lower)) bits[(reason << 2) | state] |= 1 << i
      }
    }
  }
  return bits
}

function fitsState(term: SpanTerm, state: GoState, said: string, lower: string): boolean {
  if (term.key === 'state') return term.states.includes(state)
  if (term.key !== 'word' && !(term.key === 'reason' && !term.except)) return false
  if (state === GoState.waiting) return false
  return term.texts.some(value => {
    if (!value.exact && state === GoState.syscall && value.text === 'syscall') return true
    const isWord = !value.exact && WAIT_WORDS.some(([name]) => name === value.text)
    return said !== '' && (isWord ? said === value.text : fitsText(value, said, lower))
  })
}

function idBits(ids: Float64Array, terms: readonly SpanTerm[], key: 'proc' | 'thread'): Int32Array {
  // A place has 16 bits for each; what did not fit is 0xffff and fits no term.
  const bits = new Int32Array(0x10000)
  for (const [i, term] of terms.entries()) {
    if (term.key !== key) continue
    const wanted = new IdSet(term.ids)
    for (let row = 0; row < Math.min(ids.length, 0xffff); row++) if (wanted.has(ids[row])) bits[row] |= 1 << i
  }
  return bits
}

function goroutineBits(
  trace: Trace,
  functions: Functions,
  byFunction: Int32Array,
  terms: readonly SpanTerm[],
): Int32Array {
  const { id, length } = trace.goroutines
  const bits = new Int32Array(length)
  if (terms.some(hasFunctions)) {
    for (let g = 0; g < length; g++) if (functions.entryOf[g] >= 0) bits[g] = byFunction[functions.entryOf[g]]
  }
  for (const [i, term] of terms.entries()) {
    if (term.key === 'word' && term.ids.length > 0) addIds(bits, id, term.ids, 1 << i)
  }
  return bits
}

function addIds(bits: Int32Array, id: Float64Array, ids: readonly IdRange[], bit: number): void {
  const wanted = new IdSet(ids)
  for (let g = 0; g < bits.length; g++) if (wanted.has(id[g])) bits[g] |= bit
}

function sampledSpans(trace: Trace, byStack: Int32Array): SpanPlan['sampled'] {
  const { length, goroutine, timeNs, stack } = trace.samples
  const found = new Map<number, number>()
  for (let i = 0; i < length; i++) {
    const bits = stack[i] > 0 ? byStack[stack[i]] : 0
    if (bits === 0 || goroutine[i] < 0) continue
    const row = spanOfGoroutineAt(trace, goroutine[i], timeNs[i])
    if (row >= 0) found.set(row, (found.get(row) ?? 0) | bits)
  }
  const row = Int32Array.from(found.keys()).sort()
  return { row, bits: row.map(at => found.get(at) ?? 0) }
}

function duringOf(trace: Trace, term: TermOf<'during'>, bit: number): SpanPlan['during'][number] {
  return {
    bit,
    stretches: stretchesOf(trace, term.ranges),
    assisted: term.ranges.includes('assist') ? assistedSpans(trace) : undefined,
  }
}
