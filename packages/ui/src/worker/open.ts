/**
 * Opens captures one after the other. What cannot be read is refused with a message, and the others are shown.
 */
import {
  type Capture,
  createTimeline,
  type DiagnoseInput,
  type Dump,
  defaultExpanded,
  FormatError,
  identify,
  inputsOf,
  openCapture,
  processesOf,
  splitCapture,
  type Timeline,
  type Trace,
} from '@unhang/core'
import type { Opened, Progress, Refused, Source, TraceInfo } from '../protocol.ts'
import { dumpsOf } from './dumps.ts'
import { Moments } from './moments.ts'
import { BYTES_LIMIT, bytesOf } from './sources.ts'

export type Report = (progress: Progress) => void

/** What was opened: for the page, and for the worker to keep. */
export type OpenResult = {
  readonly opened: Opened
  readonly inputs: readonly DiagnoseInput[]
  readonly timelines: readonly Timeline[]
  /** By timeline: dumps of the same process. */
  readonly dumps: readonly (readonly Dump[])[]
  readonly moments: Moments
}

/** A trace needs six times its size: whoever is handed a folder of an incident has enough of it with these. */
const MAX_SOURCES = 200

export async function openSources(sources: readonly Source[], report: Report): Promise<OpenResult> {
  const inputs: DiagnoseInput[] = []
  const refused: Refused[] = []
  for (const source of sources.slice(0, MAX_SOURCES)) {
    try {
      const capture = marked(await openOne(source, report), 'cut' in source ? source.cut : undefined)
      for (const part of splitCapture(source.name, capture)) inputs.push({ name: part.name, ...part.capture })
    } catch (error) {
      refused.push(refusal(source.name, error))
    }
  }
  for (const source of sources.slice(MAX_SOURCES))
    refused.push({ name: source.name, message: `only ${MAX_SOURCES} files are opened at once`, isExecutable: false })
  return arranged(inputs, refused)
}

async function openOne(source: Source, report: Report): Promise<Capture> {
  const { name } = source
  const total = 'bytes' in source ? source.bytes.byteLength : source.size
  const bytes = await bytesOf(source, done => report({ stage: 'fetching', name, done, total: Math.max(done, total) }))
  if (identify(bytes.subarray(0, 64)) === 'executable') throw new Executable()
  report({ stage: 'reading', name, done: 0, total: bytes.length })
  return openCapture(bytes, BYTES_LIMIT, (stage, done, all) => report({ stage, name, done, total: all }))
}

class Executable extends Error {}

function refusal(name: string, error: unknown): Refused {
  if (error instanceof Executable)
    return { name, message: 'is a program, which is not needed: passed over', isExecutable: true }
  if (error instanceof FormatError) return { name, message: error.message, isExecutable: false }
  // A browser that has no room for a table says so by a RangeError.
  const message =
    error instanceof RangeError
      ? `this tab has not enough memory for it (${error.message}). Trace for fewer seconds, or ask: unhang diagnose FILE`
      : `this is a fault of unhang itself, please report it: ${String(error)}`
  return { name, message, isExecutable: false }
}

/** A dump that was cut behind a goroutine looks whole; whoever captured it knows better. */
function marked(capture: Capture, cut: string | undefined): Capture {
  const { byteLength, problems } = capture.kind === 'trace' ? capture.trace : capture.dump
  if (cut === undefined || problems.length > 0) return capture
  const more = [{ offset: byteLength, message: cut, lost: 'what would have come after it', cut: true }]
  if (capture.kind === 'trace') return { kind: 'trace', trace: { ...capture.trace, problems: more } }
  return { ...capture, dump: { ...capture.dump, problems: more } }
}

function arranged(inputs: readonly DiagnoseInput[], refused: readonly Refused[]): OpenResult {
  const named = inputs.filter(input => input.kind === 'trace')
  const timelines = named.map(({ trace }) => createTimeline(trace, []))
  const processes = inputs.length === 0 ? [] : processesOf(inputs)
  const traces = named.map(({ trace }) => trace)
  const moments = new Moments(inputs, traces, processes)
  const opened = {
    inputs: inputsOf(inputs),
    traces: named.map(({ name, trace }) => infoOf(name, trace)),
    expanded: timelines.map(defaultExpanded),
    dumps: moments.infos(),
    refused,
  }
  return { opened, inputs, timelines, dumps: dumpsOf(processes, timelines), moments }
}

function infoOf(name: string, trace: Trace): TraceInfo {
  return {
    name,
    goVersion: `1.${trace.version}`,
    durationNs: trace.durationNs,
    goroutines: trace.goroutines.length,
    spans: trace.spans.length,
    procs: trace.procs.length,
    reasons: Array.from(trace.reasons, row => trace.strings.text(row)),
    problems: trace.problems,
  }
}
