/**
 * What is open, diagnosed: in steps, between which others have their turn; with what the source says, where the page's
 * server has any; and where in timelines and groups it is seen.
 */
import { createTimeline, type Diagnosis, defaultExpanded, diagnosing, type Timeline } from '@unhang/core'
import type { Answered, Requests, Told } from '../protocol.ts'
import { findingGroups } from './finding-groups.ts'
import type { OpenResult, Report } from './open.ts'
import { placesOf, stuckRowsOf } from './places.ts'
import { toldBySource } from './told.ts'

export type AnswerResult = {
  readonly answered: Answered
  /** The timelines that are open, with the stuck ones marked. */
  readonly timelines: readonly Timeline[]
}

export async function answerTo(open: OpenResult, asked: Asked, report: Report): Promise<AnswerResult> {
  const told = asked.told ?? (await toldOf(open, asked, report))
  report({ stage: 'drawing', name: '', done: 0, total: 0 })
  await others()
  const { findings } = told.diagnosis
  const traces = open.timelines.map(({ trace }) => trace)
  const findingPlaces = findings.map(finding => placesOf(traces, finding))
  const timelines = traces.map((trace, i) => createTimeline(trace, stuckRowsOf(trace, i, findings, findingPlaces)))
  const answered = {
    ...told,
    expanded: timelines.map(defaultExpanded),
    findingPlaces,
    findingGroups: findingGroups(open.moments, findings),
  }
  return { answered, timelines }
}

type Asked = Requests['answer']['ask']

async function toldOf(open: OpenResult, { isServed }: Asked, report: Report): Promise<Told> {
  const diagnosis = await diagnosed(open, report)
  report({ stage: 'source', name: '', done: 0, total: 0 })
  return isServed ? toldBySource(diagnosis, open.inputs) : { diagnosis, hasSource: false }
}

/** What was found before the source was asked: it may be asked again, for it may be edited. */
const found = new WeakMap<OpenResult, Diagnosis>()

async function diagnosed(open: OpenResult, report: Report): Promise<Diagnosis> {
  const known = found.get(open)
  if (known) return known
  const diagnosis = await steppedThrough(open, report)
  found.set(open, diagnosis)
  return diagnosis
}

/** So long whoever asks something of the timeline waits; and letting others have their turn costs some milliseconds itself. */
const TURN_MS = 40

async function steppedThrough({ inputs }: OpenResult, report: Report): Promise<Diagnosis> {
  const steps = diagnosing(inputs)
  let beganMs = Number.NEGATIVE_INFINITY
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - beganMs < TURN_MS) continue
    report({ stage: 'diagnosing', name: '', ...step.value })
    await others()
    beganMs = performance.now()
  }
}

/** What was asked meanwhile is answered first. */
function others(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve))
}
