/** What a filter means, done span by span and term by term with no thought of speed: `applyFilter` has to agree. */
import { FrameBook } from '../src/analysis/scene/frames.ts'
import { type Wait, waitOf } from '../src/analysis/scene/waits.ts'
import type { Filter, Is, Term, TermOf, TextValue } from '../src/timeline/filter/spec.ts'
import type { Timeline } from '../src/timeline/model.ts'
import { WAIT_WORDS } from '../src/timeline/waits.ts'
import { GoState, procOf, RangeKind, type Trace, threadOf } from '../src/trace/tables.ts'

type Span = {
  readonly row: number
  readonly g: number
  readonly state: number
  readonly reason: string
  readonly wait: Wait
  readonly startNs: number
  readonly endNs: number
  readonly proc: number
  readonly thread: number
  /** Its stack is (or would be) its own. */
  readonly shows: boolean
  /** On its own stack, by samples. */
  readonly own: Set<string>
  /** When it woke others. */
  readonly waking: Set<string>
}

type SpanTerm = TermOf<'state' | 'reason' | 'longer' | 'shorter' | 'proc' | 'thread' | 'during'>
type SoftTerm = TermOf<'fn' | 'word'>

export function applySlowly(timeline: Timeline, { terms }: Filter): { kept: Set<number>; marked: Set<number> } {
  const { trace } = timeline
  const spans = allSpans(trace)
  const kept = new Set<number>()
  const marked = new Set<number>()
  const positive = terms.filter(term => !term.negated)
  const soft = positive.filter(isSoft)
  const hard = positive.filter(isHard)
  for (let g = 0; g < trace.goroutines.length; g++) {
    const mine = spans.filter(span => span.g === g)
    const fits = (term: Term) =>
      isHard(term) ? mine.some(span => spanFits(trace, span, term)) : goroutineFits(timeline, spans, g, term)
    if (terms.some(term => fits(term) === term.negated)) continue
    const fitting = mine.filter(
      (span, i) =>
        hard.every(term => spanFits(trace, span, term)) &&
        soft.every(term => shows(span, term) || (hard.length > 0 && isThere(timeline, mine, i, term))),
    )
    if (hard.length > 0 && fitting.length === 0) continue
    kept.add(g)
    if (hard.length + soft.length > 0) for (const { row } of fitting) marked.add(row)
  }
  return { kept, marked }
}

const isSoft = (term: Term): term is SoftTerm => term.key === 'fn' || term.key === 'word'
const isHard = (term: Term): term is SpanTerm =>
  ['state', 'reason', 'longer', 'shorter', 'proc', 'thread', 'during'].includes(term.key)

function allSpans(trace: Trace): Span[] {
  const { spans } = trace
  const book = new FrameBook()
  const all: Span[] = []
  for (let row = 0; row < spans.length; row++) {
    const g = spans.goroutine[row]
    const state = spans.stateReason[row] & 3
    const reason = trace.strings.text(trace.reasons[spans.stateReason[row] >> 2])
    const next = Array.from(spans.goroutine).indexOf(g, row + 1)
    const death = trace.goroutines.deathNs[g]
    const placed = state === GoState.running || state === GoState.syscall
    const preempted = state === GoState.runnable && spans.place[row] === -1 && reason !== ''
    const hasOwn = state === GoState.waiting || state === GoState.syscall || preempted
    const waking = new Set<string>()
    const functions = functionsOn(trace, spans.stack[row])
    if (state === GoState.runnable && spans.place[row] >= 0) {
      const waker = all.findLast(span => span.g === spans.place[row])
      for (const name of functions) waker?.waking.add(name)
    }
    all.push({
      row,
      g,
      state,
      reason,
      wait: waitOf(book.stack(trace, spans.stack[row]), reason),
      startNs: spans.startNs[row],
      endNs: next >= 0 ? spans.startNs[next] : Number.isNaN(death) ? trace.durationNs : death,
      proc: placed ? (trace.procs.id[procOf(spans.place[row])] ?? -1) : -1,
      thread: placed ? (trace.threads.id[threadOf(spans.place[row])] ?? -1) : -1,
      shows: hasOwn,
      own: new Set(hasOwn ? functions : []),
      waking,
    })
  }
  addSamples(trace, all)
  return all
}

function addSamples(trace: Trace, all: readonly Span[]): void {
  const { samples, goroutines } = trace
  for (let i = 0; i < samples.length; i++) {
    const g = samples.goroutine[i]
    const at = samples.timeNs[i]
    const span = all.findLast(one => one.g === g && one.startNs <= at)
    if (!span) continue
    const isLast = all.findLast(one => one.g === g) === span
    const lives = isLast && Number.isNaN(goroutines.deathNs[g])
    if (at < span.endNs || (lives && at === span.endNs)) {
      for (const name of functionsOn(trace, samples.stack[i])) span.own.add(name)
    }
  }
}

function functionsOn({ stacks, frames, strings }: Trace, stack: number): string[] {
  if (stack < 0) return []
  return Array.from(stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1]), frame =>
    strings.text(frames.function[frame]),
  )
}

const fitsText = ({ text, exact }: TextValue, said: string) =>
  said !== '' && (exact ? said === text : said.toLowerCase().includes(text))
const fitsAny = (texts: readonly TextValue[], said: Iterable<string>) =>
  [...said].some(one => texts.some(value => fitsText(value, one)))
const inRanges = (ids: readonly { from: number; to: number }[], id: number) =>
  ids.some(({ from, to }) => from <= id && id <= to)

function reasonFits(span: Span, texts: readonly TextValue[]): boolean {
  return texts.some(value => {
    const word = value.exact ? undefined : WAIT_WORDS.find(([name]) => name === value.text)
    if (span.state === GoState.waiting) {
      if (word) return span.reason === value.text || word[2]({ ...span.wait, reason: span.reason, spans: 0 })
      const isUnknown = span.reason === '' && span.wait.what === ''
      return fitsAny([value], isUnknown ? ['unknown'] : [span.reason, span.wait.what])
    }
    if (word) return span.reason === value.text || (word[0] === 'syscall' && span.state === GoState.syscall)
    return fitsAny([value], [span.reason])
  })
}

/** Does the span itself show what a term about functions asks for? */
function shows(span: Span, term: SoftTerm): boolean {
  return fitsAny(term.texts, [...span.own, ...span.waking]) || (term.key === 'word' && reasonFits(span, term.texts))
}

/** Was the goroutine there in that span, as far as is known? */
function isThere(timeline: Timeline, mine: readonly Span[], i: number, term: SoftTerm): boolean {
  const span = mine[i]
  const { trace } = timeline
  if (isWhole(trace, span.g, term)) return true
  const stood = (other: Span | undefined) =>
    other !== undefined && (fitsAny(term.texts, other.own) || (term.key === 'word' && reasonFits(other, term.texts)))
  const before = mine.slice(0, i).findLast(other => other.shows)
  const after = mine[i + 1]
  if (!span.shows && stood(before)) return true
  return span.state === GoState.running && after?.shows === true && stood(after)
}

function isWhole(trace: Trace, g: number, term: SoftTerm): boolean {
  if (term.key === 'word' && inRanges(term.ids, trace.goroutines.id[g])) return true
  return fitsAny(term.texts, [trace.strings.text(trace.goroutines.entry[g])])
}

function spanFits(trace: Trace, span: Span, term: SpanTerm): boolean {
  switch (term.key) {
    case 'state':
      return term.states.some(state => state === span.state)
    case 'reason':
      if (term.except) return span.state === GoState.waiting && !reasonFits(span, term.texts)
      return reasonFits(span, term.texts)
    case 'longer':
      return span.endNs - span.startNs > term.ns
    case 'shorter':
      return span.endNs - span.startNs < term.ns
    case 'proc':
      return span.proc >= 0 && inRanges(term.ids, span.proc)
    case 'thread':
      return span.thread >= 0 && inRanges(term.ids, span.thread)
    case 'during':
      return term.ranges.some(word => overlaps(trace, span, word))
  }
}

function overlaps({ ranges, durationNs }: Trace, span: Span, word: string): boolean {
  const kind = {
    gc: RangeKind.gcMark,
    sweep: RangeKind.gcSweep,
    stw: RangeKind.stopTheWorld,
    assist: RangeKind.markAssist,
  }[word]
  for (let row = 0; row < ranges.length; row++) {
    if (ranges.kind[row] !== kind || (word === 'assist' && ranges.goroutine[row] !== span.g)) continue
    const endNs = Number.isNaN(ranges.endNs[row]) ? durationNs : ranges.endNs[row]
    if (ranges.startNs[row] < span.endNs && endNs > span.startNs) return true
  }
  return false
}

function goroutineFits(timeline: Timeline, spans: readonly Span[], g: number, term: Exclude<Term, SpanTerm>): boolean {
  const { trace } = timeline
  const { goroutines, strings, tasks, regions, logs, labels } = trace
  switch (term.key) {
    case 'fn':
    case 'word':
      return (
        isWhole(trace, g, term) ||
        fitsAny(term.texts, functionsOn(trace, goroutines.creationStack[g])) ||
        wokeFrom(trace, g).some(stack => fitsAny(term.texts, functionsOn(trace, stack))) ||
        spans.some(span => span.g === g && shows(span, term))
      )
    case 'g':
      return inRanges(term.ids, goroutines.id[g])
    case 'is':
      return term.words.some(word => isSo(timeline, g, word))
    case 'region':
      return rowsOf(regions.goroutine, g).some(row => fitsAny(term.texts, [strings.text(regions.type[row])]))
    case 'label':
      return (
        fitsAny(term.texts, [strings.text(goroutines.label[g])]) ||
        rowsOf(labels.goroutine, g).some(row => fitsAny(term.texts, [strings.text(labels.label[row])]))
      )
    case 'task': {
      const wanted = (task: number) =>
        task >= 0 && (inRanges(term.ids, tasks.id[task]) || fitsAny(term.texts, [strings.text(tasks.type[task])]))
      return (
        rowsOf(tasks.goroutine, g).some(wanted) ||
        rowsOf(regions.goroutine, g).some(row => wanted(regions.task[row])) ||
        rowsOf(logs.goroutine, g).some(row => wanted(logs.task[row]))
      )
    }
    case 'with':
      return term.centers.some(({ id, steps }) => distances(trace, id)[g] <= steps)
  }
}

const rowsOf = (owner: Int32Array, g: number) => [...owner.keys()].filter(row => owner[row] === g)

/** Stacks from which it woke somebody, whether or not it has a span. */
function wokeFrom({ spans }: Trace, g: number): number[] {
  const rows = [...spans.place.keys()].filter(
    row => (spans.stateReason[row] & 3) === GoState.runnable && spans.place[row] === g,
  )
  return rows.map(row => spans.stack[row])
}

function isSo({ trace, stuck }: Timeline, g: number, word: Is): boolean {
  const { birthNs, deathNs, entry } = trace.goroutines
  const name = trace.strings.text(entry[g])
  return {
    stuck: stuck[g] === 1,
    alive: Number.isNaN(deathNs[g]),
    ended: !Number.isNaN(deathNs[g]),
    old: Number.isNaN(birthNs[g]),
    new: !Number.isNaN(birthNs[g]),
    system: name.startsWith('runtime.') && name !== 'runtime.main',
  }[word]
}

/** Steps from any goroutine with that id, by going over all pairs until nothing gets nearer. */
function distances({ goroutines, spans }: Trace, id: number): number[] {
  const far = Array.from(goroutines.id, one => (one === id ? 0 : Number.POSITIVE_INFINITY))
  const pairs: [number, number][] = []
  for (let g = 0; g < goroutines.length; g++) if (goroutines.creator[g] >= 0) pairs.push([g, goroutines.creator[g]])
  for (let row = 0; row < spans.length; row++) {
    if ((spans.stateReason[row] & 3) === GoState.runnable && spans.place[row] >= 0)
      pairs.push([spans.goroutine[row], spans.place[row]])
  }
  for (let round = 0; round < goroutines.length; round++) {
    for (const [a, b] of pairs) {
      far[a] = Math.min(far[a], far[b] + 1)
      far[b] = Math.min(far[b], far[a] + 1)
    }
  }
  return far
}
