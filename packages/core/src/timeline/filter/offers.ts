/** What there is in a trace to filter by, with how often it occurs: reasons of waits, types of tasks and regions, labels. */
import type { Trace } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'
import { WAIT_WORDS, type Waits, waitsOf } from '../waits.ts'

/** A text and how many of the things it is said of. */
export type Offer = { readonly text: string; readonly count: number; readonly note: string }

export type Offers = {
  /** People's words for waits, of those that occur. */
  readonly words: readonly Offer[]
  /** Reasons as the trace says them, and as Go's dumps would. */
  readonly reasons: readonly Offer[]
  readonly tasks: readonly Offer[]
  readonly regions: readonly Offer[]
  readonly labels: readonly Offer[]
  /** Spans by state. */
  readonly states: readonly number[]
}

const cache = new WeakMap<Timeline, Offers>()

export function offersOf(timeline: Timeline): Offers {
  const known = cache.get(timeline)
  if (known) return known
  const { trace } = timeline
  const waits = waitsOf(timeline)
  const made: Offers = {
    words: wordsIn(waits),
    reasons: reasonsIn(trace, waits),
    tasks: textsIn(trace, trace.tasks.type),
    regions: textsIn(trace, trace.regions.type),
    labels: textsIn(trace, trace.labels.label),
    states: statesIn(waits),
  }
  cache.set(timeline, made)
  return made
}

function wordsIn({ classes, spansOf }: Waits): Offer[] {
  let calls = 0
  for (let sr = 3; sr < spansOf.length; sr += 4) calls += spansOf[sr]
  const counted = WAIT_WORDS.map(([text, note, fits]) => ({
    text,
    note,
    count: classes.reduce((sum, wait) => sum + (fits(wait) ? wait.spans : 0), text === 'syscall' ? calls : 0),
  }))
  return counted.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
}

/** Preemptions have reasons, too. */
function reasonsIn(trace: Trace, { classes, spansOf }: Waits): Offer[] {
  const counts = new Map<string, number>()
  const add = (text: string, count: number) => counts.set(text, (counts.get(text) ?? 0) + count)
  for (const { what, reason, spans } of classes) for (const said of new Set([what, reason])) add(said, spans)
  for (let reason = 1; reason < trace.reasons.length; reason++) {
    const text = trace.strings.text(trace.reasons[reason])
    for (const state of [0, 1, 3]) add(text, spansOf[(reason << 2) | state])
  }
  return ranked(counts)
}

function textsIn(trace: Trace, rows: Int32Array): Offer[] {
  const byRow = new Map<number, number>()
  for (let i = 0; i < rows.length; i++) if (rows[i] > 0) byRow.set(rows[i], (byRow.get(rows[i]) ?? 0) + 1)
  const counts = new Map<string, number>()
  for (const [row, count] of byRow) {
    const text = trace.strings.text(row)
    counts.set(text, (counts.get(text) ?? 0) + count)
  }
  return ranked(counts)
}

function ranked(counts: ReadonlyMap<string, number>): Offer[] {
  const offers: Offer[] = []
  for (const [text, count] of counts) if (text !== '' && count > 0) offers.push({ text, count, note: '' })
  return offers.sort((a, b) => b.count - a.count)
}

function statesIn({ spansOf }: Waits): number[] {
  const states = [0, 0, 0, 0]
  for (let sr = 0; sr < spansOf.length; sr++) states[sr & 3] += spansOf[sr]
  return states
}
