/**
 * What must be true of every `Trace`, whichever format and however damaged a file it came from. Tests run this on every
 * trace they open; it costs a few passes over the tables, so the product itself does not.
 *
 *  1. columns of a table are equally long, and every reference is a row of the table that it points into
 *  2. a goroutine's spans begin at its birth (or with the trace), follow each other, and end by its death
 *  3. rows are in the order of time, and nothing lies before the trace's begin or behind its end
 *  4. a proc runs one goroutine at a time; so does a thread, and a goroutine in a syscall holds its thread
 *  5. what ends does so after its begin
 */
import { EVENT_KINDS, GoState, METRIC_NAMES, procOf, type RowIndex, spanEndNs, type Trace, threadOf } from './tables.ts'

/** The first ones tell the story. */
const MAX_FINDINGS = 20

class Findings {
  readonly messages: string[] = []

  add(message: string): void {
    if (this.messages.length < MAX_FINDINGS) this.messages.push(message)
  }

  get full(): boolean {
    return this.messages.length >= MAX_FINDINGS
  }
}

/** One sentence for each thing that is not as it must be (the first 20); empty for a sound trace. */
export function validate(trace: Trace): string[] {
  const findings = new Findings()
  checkColumns(trace, findings)
  // With references out of range the rest would read past the ends of columns.
  if (findings.messages.length > 0) return findings.messages
  checkWhole(trace, findings)
  checkSpanIndex(trace, findings)
  checkLives(trace, findings)
  checkSpanOrder(trace, findings)
  checkPlaces(trace, findings)
  checkPairs(trace, findings)
  checkInstants(trace, findings)
  return findings.messages
}

type IntegerColumn = Int32Array | Uint32Array | Uint16Array | Uint8Array

/** Every column that holds rows of another table: name, column, rows there, and whether -1 (none) may stand in it. */
function references(trace: Trace): [name: string, column: IntegerColumn, rows: number, none: boolean][] {
  const { goroutines, spans, ranges, metrics, tasks, regions, logs, samples, labels, frames, stacks } = trace
  const g = goroutines.length
  const s = stacks.length
  const t = trace.strings.length
  return [
    ['frames.function', frames.function, t, true],
    ['frames.file', frames.file, t, true],
    ['stacks.frame', stacks.frame, frames.length, false],
    ['reasons', trace.reasons, t, false],
    ['goroutines.entry', goroutines.entry, t, true],
    ['goroutines.creator', goroutines.creator, g, true],
    ['goroutines.creationStack', goroutines.creationStack, s, true],
    ['goroutines.label', goroutines.label, t, true],
    ['spans.goroutine', spans.goroutine, g, false],
    ['spans.stack', spans.stack, s, true],
    ['spansOf.row', trace.spansOf.row, spans.length, false],
    ['ranges.kind', ranges.kind, 4, false],
    ['ranges.name', ranges.name, t, false],
    ['ranges.goroutine', ranges.goroutine, g, true],
    ['ranges.proc', ranges.proc, trace.procs.length, true],
    ['ranges.stack', ranges.stack, s, true],
    ['ranges.stated.range', ranges.stated.range, ranges.length, false],
    ['ranges.stated.proc', ranges.stated.proc, trace.procs.length, true],
    ['metrics.kind', metrics.kind, METRIC_NAMES.length, false],
    ['tasks.parent', tasks.parent, tasks.length, true],
    ['tasks.type', tasks.type, t, false],
    ['tasks.goroutine', tasks.goroutine, g, true],
    ['tasks.stack', tasks.stack, s, true],
    ['regions.task', regions.task, tasks.length, true],
    ['regions.type', regions.type, t, false],
    ['regions.goroutine', regions.goroutine, g, true],
    ['regions.stack', regions.stack, s, true],
    ['logs.goroutine', logs.goroutine, g, true],
    ['logs.task', logs.task, tasks.length, true],
    ['logs.category', logs.category, t, false],
    ['logs.message', logs.message, t, false],
    ['logs.stack', logs.stack, s, true],
    ['samples.goroutine', samples.goroutine, g, true],
    ['samples.stack', samples.stack, s, true],
    ['labels.goroutine', labels.goroutine, g, true],
    ['labels.label', labels.label, t, false],
  ]
}

function checkColumns(trace: Trace, findings: Findings): void {
  for (const [name, table] of Object.entries(trace))
    if (table && typeof table === 'object' && 'length' in table && !ArrayBuffer.isView(table))
      checkLengths(name, table as Record<string, unknown>, findings)
  for (const [name, column, rows, none] of references(trace)) {
    const least = none ? -1 : 0
    const bad = column.findIndex(row => row < least || row >= rows)
    if (bad >= 0) findings.add(`${name}[${bad}] is ${column[bad]}, expected a row from ${least} to ${rows - 1}`)
  }
  checkSpanReferences(trace, findings)
}

function checkLengths(name: string, table: Record<string, unknown>, findings: Findings): void {
  const length = table.length as number
  for (const [key, column] of Object.entries(table)) {
    // A table of stacks has offsets, one more than rows, into a column that belongs to no row; a string table its own form.
    if (!ArrayBuffer.isView(column) || name === 'stacks' || name === 'strings') continue
    const rows = (column as Uint8Array).length
    if (rows !== length) findings.add(`${name}.${key} has ${rows} rows, expected ${length}`)
  }
}

/** What `place` means depends on the state. */
function checkSpanReferences(trace: Trace, findings: Findings): void {
  const { spans } = trace
  for (let row = 0; row < spans.length && !findings.full; row++) {
    const reason = spans.stateReason[row] >>> 2
    if (reason >= trace.reasons.length) findings.add(`span ${row} has reason ${reason} of ${trace.reasons.length}`)
    const fault = placeFault(trace, spans.stateReason[row] & 3, spans.place[row])
    if (fault) findings.add(`span ${row} ${fault}`)
  }
  for (let row = 0; row < trace.samples.length && !findings.full; row++) {
    const fault = placeFault(trace, GoState.running, trace.samples.place[row])
    if (fault) findings.add(`sample ${row} ${fault}`)
  }
}

function placeFault(trace: Trace, state: number, place: number): string | undefined {
  if (state === GoState.waiting) return place === -1 ? undefined : `waits and has the place ${place}, expected -1`
  if (state === GoState.runnable)
    return place >= -1 && place < trace.goroutines.length ? undefined : `was woken by ${place}, which is no goroutine`
  if (procOf(place) >= trace.procs.length) return `is on proc ${procOf(place)} of ${trace.procs.length}`
  return threadOf(place) >= trace.threads.length
    ? `is on thread ${threadOf(place)} of ${trace.threads.length}`
    : undefined
}

/** Things there is one of. */
function checkWhole(trace: Trace, findings: Findings): void {
  const { stacks } = trace
  if (!(trace.durationNs >= 0 && Number.isFinite(trace.durationNs))) findings.add(`durationNs is ${trace.durationNs}`)
  if (stacks.first.length !== stacks.length + 1) findings.add(`stacks.first has ${stacks.first.length} entries`)
  if (stacks.length === 0 || stacks.first[1] !== 0) findings.add('stack 0 is not the empty stack')
  if (!stacks.first.every((first, i) => i === 0 || first >= stacks.first[i - 1])) findings.add('stacks.first decreases')
  if (stacks.first[stacks.length] !== stacks.frame.length) findings.add('stacks.frame is longer than its stacks')
  if (trace.reasons[0] !== 0) findings.add('reason 0 is not the empty one')
  if (trace.eventCounts.length !== EVENT_KINDS.length)
    findings.add(`eventCounts has ${trace.eventCounts.length} entries`)
  if (!trace.eventCounts.every(count => Number.isInteger(count) && count >= 0))
    findings.add('an event count is negative')
  for (const [name, ids] of [['proc', trace.procs.id] as const, ['thread', trace.threads.id] as const])
    if (new Set(ids).size !== ids.length) findings.add(`two ${name}s have the same id`)
}

/** `spansOf` names every span once, under its goroutine, in the order of rows. */
function checkSpanIndex(trace: Trace, findings: Findings): void {
  const { first, row }: RowIndex = trace.spansOf
  const { goroutine } = trace.spans
  if (first.length !== trace.goroutines.length + 1 || first[0] !== 0 || first[first.length - 1] !== trace.spans.length)
    findings.add(
      `spansOf.first does not divide ${trace.spans.length} spans among ${trace.goroutines.length} goroutines`,
    )
  if (row.length !== trace.spans.length) findings.add(`spansOf.row names ${row.length} of ${trace.spans.length} spans`)
  for (let g = 0; g < trace.goroutines.length && !findings.full; g++) {
    if (first[g + 1] < first[g]) findings.add(`spansOf.first decreases at goroutine ${g}`)
    for (let at = first[g]; at < first[g + 1]; at++) {
      if (goroutine[row[at]] !== g) findings.add(`spansOf names span ${row[at]} under goroutine ${g}, not its own`)
      if (at > first[g] && row[at] <= row[at - 1]) findings.add(`spansOf of goroutine ${g} is not in order at ${at}`)
    }
  }
}

/** Birth, spans and death of each goroutine fit together; no id lives twice at a time. */
function checkLives(trace: Trace, findings: Findings): void {
  const { goroutines, spans, spansOf } = trace
  const lives = new Map<number, number>()
  for (let g = 0; g < goroutines.length && !findings.full; g++) {
    const birthNs = goroutines.birthNs[g]
    const deathNs = goroutines.deathNs[g]
    const name = `goroutine ${goroutines.id[g]} (row ${g})`
    const statedNs = goroutines.statedNs[g]
    if (!(statedNs >= 0 && statedNs <= trace.durationNs) || (statedNs > 0 && !Number.isNaN(birthNs)))
      findings.add(`${name} is said at ${statedNs} to have been there before, and was born at ${birthNs}`)
    if (deathNs < birthNs) findings.add(`${name} dies at ${deathNs}, before its birth at ${birthNs}`)
    if (spansOf.first[g] === spansOf.first[g + 1]) {
      if (!Number.isNaN(birthNs)) findings.add(`${name} was born at ${birthNs} and has no span`)
      continue
    }
    const beginNs = Number.isNaN(birthNs) ? 0 : birthNs
    const firstNs = spans.startNs[spansOf.row[spansOf.first[g]]]
    if (firstNs !== beginNs) findings.add(`${name} has its first span at ${firstNs}, expected ${beginNs}`)
    checkSpansOf(trace, g, name, findings)
    const before = lives.get(goroutines.id[g])
    if (before !== undefined && !(goroutines.deathNs[before] <= beginNs))
      findings.add(`${name} lives at the same time as row ${before} of the same id`)
    lives.set(goroutines.id[g], g)
  }
}

function checkSpansOf(trace: Trace, g: number, name: string, findings: Findings): void {
  for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
    const startNs = trace.spans.startNs[trace.spansOf.row[at]]
    const endNs = spanEndNs(trace, g, at)
    if (!(endNs >= startNs)) findings.add(`${name}: span ${trace.spansOf.row[at]} is from ${startNs} to ${endNs}`)
  }
}

/** Starts never decrease, but for first spans of goroutines that were there before the trace. */
function checkSpanOrder(trace: Trace, findings: Findings): void {
  let latestNs = 0
  for (let row = 0; row < trace.spans.length && !findings.full; row++) {
    const startNs = trace.spans.startNs[row]
    if (!(startNs >= 0 && startNs <= trace.durationNs))
      findings.add(`span ${row} starts at ${startNs}, outside of a trace of ${trace.durationNs} ns`)
    if (startNs >= latestNs) latestNs = startNs
    else if (startNs !== 0) findings.add(`span ${row} starts at ${startNs}, behind one that starts at ${latestNs}`)
  }
}

/** Who is where until when; a second one there at the same time is a fault. */
class Occupancy {
  private readonly what: string
  private readonly untilNs: Float64Array
  private readonly by: Int32Array

  constructor(what: string, rows: number) {
    this.what = what
    this.untilNs = new Float64Array(rows)
    this.by = new Int32Array(rows).fill(-1)
  }

  enter(place: number, spanRow: number, startNs: number, endNs: number, findings: Findings): void {
    // A stay of no length meets nobody.
    if (place < 0 || endNs === startNs) return
    if (startNs < this.untilNs[place])
      findings.add(
        `${this.what} ${place} has span ${spanRow} from ${startNs}, and span ${this.by[place]} to ${this.untilNs[place]}`,
      )
    if (endNs <= this.untilNs[place]) return
    this.untilNs[place] = endNs
    this.by[place] = spanRow
  }
}

function checkPlaces(trace: Trace, findings: Findings): void {
  const { spans } = trace
  const procs = new Occupancy('proc', trace.procs.length)
  const threads = new Occupancy('thread', trace.threads.length)
  const endNs = spanEnds(trace)
  const enter = (row: number) => {
    const state = spans.stateReason[row] & 3
    if (state !== GoState.running && state !== GoState.syscall) return
    threads.enter(threadOf(spans.place[row]), row, spans.startNs[row], endNs[row], findings)
    // In a syscall the proc may be taken away, and run others.
    if (state === GoState.running) procs.enter(procOf(spans.place[row]), row, spans.startNs[row], endNs[row], findings)
  }
  for (let row = 0; row < spans.length; row++) if (spans.startNs[row] === 0) enter(row)
  for (let row = 0; row < spans.length && !findings.full; row++) if (spans.startNs[row] !== 0) enter(row)
}

function spanEnds(trace: Trace): Float64Array {
  const { spans, goroutines } = trace
  const nextNs = goroutines.deathNs.map(deathNs => (Number.isNaN(deathNs) ? trace.durationNs : deathNs))
  const endNs = new Float64Array(spans.length)
  for (let row = spans.length - 1; row >= 0; row--) {
    endNs[row] = nextNs[spans.goroutine[row]]
    nextNs[spans.goroutine[row]] = spans.startNs[row]
  }
  return endNs
}

/** Ranges, tasks and regions: begins and ends where they are known. */
function checkPairs(trace: Trace, findings: Findings): void {
  const { ranges, tasks, regions } = trace
  const tables = { range: ranges, task: tasks, region: regions, life: lifeTimes(trace) }
  for (const [name, { startNs, endNs }] of Object.entries(tables)) {
    for (let row = 0; row < startNs.length && !findings.full; row++) {
      if (endNs[row] < startNs[row]) findings.add(`${name} ${row} is from ${startNs[row]} to ${endNs[row]}`)
      for (const timeNs of [startNs[row], endNs[row]])
        if (timeNs < 0 || timeNs > trace.durationNs)
          findings.add(`${name} ${row} has the time ${timeNs}, outside of a trace of ${trace.durationNs} ns`)
    }
  }
}

function lifeTimes(trace: Trace): { startNs: Float64Array; endNs: Float64Array } {
  return { startNs: trace.goroutines.birthNs, endNs: trace.goroutines.deathNs }
}

/** Metrics, logs, labels, samples and generations stand in the order of time. */
function checkInstants(trace: Trace, findings: Findings): void {
  const { metrics, logs, labels, samples, ranges } = trace
  const tables = { metric: metrics, log: logs, label: labels, sample: samples, 'stated range': ranges.stated }
  const columns = Object.entries(tables).map(([name, table]) => [name, table.timeNs] as const)
  // A last generation without events begins behind the last event.
  for (const [name, timeNs] of [...columns, ['generation', trace.generationNs] as const]) {
    const mostNs = name === 'generation' ? Number.MAX_SAFE_INTEGER : trace.durationNs
    for (let row = 0; row < timeNs.length && !findings.full; row++) {
      const leastNs = row === 0 ? 0 : timeNs[row - 1]
      if (!(timeNs[row] >= leastNs && timeNs[row] <= mostNs))
        findings.add(`${name} ${row} is at ${timeNs[row]}, expected ${leastNs} to ${mostNs}`)
    }
  }
}
