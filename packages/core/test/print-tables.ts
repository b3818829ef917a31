/** The tables of a small trace as lines of text, so that a test can show them whole beside the fixture they came from. */
import {
  GO_STATE_NAMES,
  GoState,
  METRIC_NAMES,
  procOf,
  RangeKind,
  spanEndNs,
  type Trace,
  threadOf,
} from '../src/trace/tables.ts'

/** One line a row of every table that has any, under a heading each. */
export function printTables(trace: Trace): string {
  const tables = { goroutines, spans, ranges, metrics, tasks, regions, logs, samples, labels }
  const lines = [`go 1.${trace.version}, ${trace.durationNs} ns, generations at ${[...trace.generationNs].join(', ')}`]
  if (trace.clock) lines.push(`clock: ${trace.clock.atNs} is ${trace.clock.unixNs} ns of Unix time`)
  for (const [name, rows] of Object.entries(tables)) {
    const printed = rows(trace)
    if (printed.length > 0) lines.push(name, ...printed.map(row => `  ${row.trimEnd()}`))
  }
  for (const { offset, message, lost } of trace.problems) lines.push(`problem at ${offset}: ${message}: ${lost}`)
  return `${lines.join('\n')}\n`
}

const rowsOf = (length: number, print: (row: number) => string) => Array.from({ length }, (_, row) => print(row))
const known = (timeNs: number, none: string) => (Number.isNaN(timeNs) ? none : `${timeNs}`)
const during = (startNs: number, endNs: number) => `${known(startNs, '?')}-${known(endNs, '…')}`
const quoted = (trace: Trace, row: number) => JSON.stringify(trace.strings.text(row))

function id(trace: Trace, g: number): string {
  return g < 0 ? 'g-' : `g${trace.goroutines.id[g]}`
}

/** "at runtime.gopark:460<main.main:3", innermost first. */
function at(trace: Trace, stack: number): string {
  if (stack <= 0) return ''
  const { stacks, frames, strings } = trace
  const rows = stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1])
  return ` at ${[...rows].map(row => `${strings.text(frames.function[row])}:${frames.line[row]}`).join('<')}`
}

function on(trace: Trace, place: number): string {
  const proc = procOf(place)
  const thread = threadOf(place)
  return `p${proc < 0 ? '-' : trace.procs.id[proc]} t${thread < 0 ? '-' : trace.threads.id[thread]}`
}

function goroutines(trace: Trace): string[] {
  const { creator, creationStack, entry, birthNs, deathNs, label } = trace.goroutines
  return rowsOf(trace.goroutines.length, g => {
    const made = creator[g] < 0 ? '' : ` by ${id(trace, creator[g])}${at(trace, creationStack[g])}`
    const named = label[g] < 0 ? '' : ` label ${quoted(trace, label[g])}`
    const began = trace.strings.text(entry[g]) || '(unknown)'
    return `${id(trace, g)} ${began} ${during(birthNs[g], deathNs[g])}${made}${named}`
  })
}

function spans(trace: Trace): string[] {
  const ends = new Map<number, number>()
  for (let g = 0; g < trace.goroutines.length; g++)
    for (let i = trace.spansOf.first[g]; i < trace.spansOf.first[g + 1]; i++)
      ends.set(trace.spansOf.row[i], spanEndNs(trace, g, i))
  const { startNs, goroutine, stateReason, place, stack } = trace.spans
  return rowsOf(trace.spans.length, row => {
    const state = stateReason[row] & 3
    const why = stateReason[row] >>> 2 === 0 ? '' : ` ${quoted(trace, trace.reasons[stateReason[row] >>> 2])}`
    let where = ''
    if (state === GoState.running || state === GoState.syscall) where = ` ${on(trace, place[row])}`
    if (state === GoState.runnable) where = ` by ${id(trace, place[row])}`
    const time = during(startNs[row], ends.get(row) ?? Number.NaN)
    return `${id(trace, goroutine[row])} ${time} ${GO_STATE_NAMES[state]}${why}${where}${at(trace, stack[row])}`
  })
}

function ranges(trace: Trace): string[] {
  const kinds = Object.keys(RangeKind)
  const { kind, name, startNs, endNs, goroutine, proc, stack } = trace.ranges
  return rowsOf(trace.ranges.length, row => {
    const of = goroutine[row] >= 0 ? ` ${id(trace, goroutine[row])}` : ''
    const where = proc[row] >= 0 ? ` p${trace.procs.id[proc[row]]}` : ''
    const time = during(startNs[row], endNs[row])
    return `${kinds[kind[row]]} ${quoted(trace, name[row])} ${time}${of}${where}${at(trace, stack[row])}`
  })
}

function metrics(trace: Trace): string[] {
  const { kind, timeNs, value } = trace.metrics
  return rowsOf(trace.metrics.length, row => `${timeNs[row]} ${METRIC_NAMES[kind[row]]} ${value[row]}`)
}

function tasks(trace: Trace): string[] {
  const { parent, type, startNs, endNs, goroutine, stack } = trace.tasks
  return rowsOf(trace.tasks.length, row => {
    const under = parent[row] < 0 ? '' : ` under ${trace.tasks.id[parent[row]]}`
    const time = during(startNs[row], endNs[row])
    const by = id(trace, goroutine[row])
    return `${trace.tasks.id[row]} ${quoted(trace, type[row])} ${time} ${by}${under}${at(trace, stack[row])}`
  })
}

function regions(trace: Trace): string[] {
  const { task, type, startNs, endNs, goroutine, stack } = trace.regions
  return rowsOf(trace.regions.length, row => {
    const of = task[row] < 0 ? '' : ` of task ${trace.tasks.id[task[row]]}`
    const time = during(startNs[row], endNs[row])
    return `${quoted(trace, type[row])} ${time} ${id(trace, goroutine[row])}${of}${at(trace, stack[row])}`
  })
}

function logs(trace: Trace): string[] {
  const { timeNs, goroutine, task, category, message, stack } = trace.logs
  return rowsOf(trace.logs.length, row => {
    const of = task[row] < 0 ? '' : ` of task ${trace.tasks.id[task[row]]}`
    const text = `${quoted(trace, category[row])}: ${quoted(trace, message[row])}`
    return `${timeNs[row]} ${id(trace, goroutine[row])} ${text}${of}${at(trace, stack[row])}`
  })
}

function samples(trace: Trace): string[] {
  const { timeNs, goroutine, place, stack } = trace.samples
  return rowsOf(
    trace.samples.length,
    row => `${timeNs[row]} ${id(trace, goroutine[row])} ${on(trace, place[row])}${at(trace, stack[row])}`,
  )
}

function labels(trace: Trace): string[] {
  const { timeNs, goroutine, label } = trace.labels
  return rowsOf(trace.labels.length, row => `${timeNs[row]} ${id(trace, goroutine[row])} ${quoted(trace, label[row])}`)
}
