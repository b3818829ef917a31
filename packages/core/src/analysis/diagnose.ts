/** The answer: from any set of traces and dumps to findings, most damning first. Pure; it knows no files. */
import type { Problem } from '../base/errors.ts'
import type { Dump } from '../dump/tables.ts'
import type { Trace } from '../trace/tables.ts'
import { DIAGNOSIS_SCHEMA, type Diagnosis, type DiagnosisInput, type Finding, type Verdict } from './diagnosis.ts'
import { withHoldersOfDumps } from './dumps-alone.ts'
import { withGrowth } from './leaks/joined.ts'
import { withLeaked } from './leaks/leaked.ts'
import { leaksIn } from './leaks/leaks.ts'
import { contentionFindings } from './locks/contention.ts'
import { lockFindings } from './locks/hang.ts'
import { joinedFindings } from './locks/joined.ts'
import { withConsequences } from './scene/consequences.ts'
import { lookedAt } from './scene/looked.ts'
import { type DiagnoseInput, type Process, processesOf, type Role } from './scene/processes.ts'
import { type Scene, sceneOf } from './scene/scene.ts'
import { excerptFindings } from './stranded/excerpt.ts'
import { remoteFindings } from './stranded/remote.ts'
import { strandedFindings } from './stranded/stranded.ts'

export type DiagnoseOptions = {
  /** Of each input, in the same order: is it the client's or the server's? Else that is told by what they hold. */
  readonly roles?: readonly (Role | undefined)[]
}

/**
 * Diagnoses traces and dumps, of one process or of several, in any order (dumps of one process in order of time, where
 * that is known). An empty list is healthy. Does not throw.
 */
export function diagnose(inputs: readonly DiagnoseInput[], options: DiagnoseOptions = {}): Diagnosis {
  const steps = diagnosing(inputs, options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** How far a diagnosis has come. */
export type DiagnoseStep = { readonly done: number; readonly total: number }

/** `diagnose` in small pieces: whoever has others to serve lets them have their turn in between, some thousand times. */
export function* diagnosing(
  inputs: readonly DiagnoseInput[],
  { roles }: DiagnoseOptions = {},
): Generator<DiagnoseStep, Diagnosis> {
  const processes = processesOf(inputs, roles)
  const total = STEPS * processes.length
  const parts: Part[] = []
  let done = 0
  for (const process of processes) {
    const pieces = partOf(process)
    let piece = pieces.next()
    for (; !piece.done; piece = pieces.next()) yield { done: piece.value === 'room' ? done++ : done - 1, total }
    parts.push(piece.value)
  }
  const scenes = parts.map(({ scene }) => scene)
  const byProcess = joinedFindings(parts)
  const processOf = new Map(byProcess.flatMap((own, process) => own.map(finding => [finding, process] as const)))
  const findings = withConsequences(ranked(byProcess.flat()), finding => processOf.get(finding) ?? 0)
  return {
    schema: DIAGNOSIS_SCHEMA,
    verdict: verdictOf(findings),
    inputs: inputsOf(inputs),
    findings,
    looked: lookedAt(scenes),
  }
}

/** A diagnosis whose findings somebody has learned more about: in the order of an answer, with its verdict. */
export function assembled(
  diagnosis: Diagnosis,
  findings: readonly Finding[],
  processOf: (finding: Finding) => number,
): Diagnosis {
  const processAt = new Map<Finding, number>()
  const own = findings.map(finding => {
    const { follows: _, ...rest } = finding
    processAt.set(rest, processOf(finding))
    return rest
  })
  const ordered = withConsequences(ranked(own), finding => processAt.get(finding)!)
  return { ...diagnosis, verdict: verdictOf(ordered), findings: ordered }
}

type Part = { readonly scene: Scene; readonly role: Role | undefined; readonly findings: readonly Finding[] }

/** How often `partOf` comes to another room. */
const STEPS = 4

/** What is found in one process; yields before each room of the analysis, and within those that may take long. */
function* partOf({ trace, dumps, role }: Process): Generator<'room' | undefined, Part> {
  yield 'room'
  const scene = sceneOf(trace, dumps)
  yield 'room'
  const ofOthers = yield* strandedFindings(scene)
  const stranded = [...remoteFindings(scene), ...ofOthers]
  yield 'room'
  const stuck = yield* withHoldersOfDumps(scene, [...(yield* lockFindings(scene)), ...stranded])
  yield 'room'
  const findings = [...withGrowth(stuck, leaksIn(scene)), ...contentionFindings(scene, stuck)]
  return { scene, role, findings: [...withLeaked(scene, [...findings, ...excerptFindings(scene, findings)])] }
}

const CERTAINTIES = ['certain', 'likely', 'possible']
// What explains others comes first: a lock that nobody releases may be why a remote does not answer.
const CAUSES: readonly Finding['cause'][] = [
  'forgotten-unlock',
  'lock-order-cycle',
  'self-deadlock',
  'holder-blocked',
  'pool-exhausted',
  'remote',
]

function ranked(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding) => {
    const cause = CAUSES.indexOf(finding.cause)
    return [CERTAINTIES.indexOf(finding.certainty), cause < 0 ? CAUSES.length : cause, -finding.waiters.count]
  }
  return withoutTwins(findings).sort((a, b) => {
    const [left, right] = [rank(a), rank(b)]
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2]
  })
}

/** Two traces of one process say the same twice. */
function withoutTwins(findings: readonly Finding[]): Finding[] {
  const bySite = new Map<string, Finding>()
  for (const finding of findings) {
    const { site, kind, cause, waiters } = finding
    const key = `${site.function} ${site.file}:${site.line} ${kind} ${cause} ${waiters.goroutines.join()}`
    if (!bySite.has(key)) bySite.set(key, finding)
  }
  return [...bySite.values()]
}

const NO_HANG: ReadonlySet<Finding['cause']> = new Set<Finding['cause']>(['contention', 'goroutine-leak'])

function verdictOf(findings: readonly Finding[]): Verdict {
  const counted = findings.filter(finding => finding.certainty !== 'possible')
  if (counted.length === 0) return 'healthy'
  if (counted.some(finding => !NO_HANG.has(finding.cause))) return 'hang'
  return counted.some(finding => finding.cause === 'goroutine-leak') ? 'leak' : 'slow'
}

/** What an answer says of its inputs. */
export function inputsOf(inputs: readonly DiagnoseInput[]): readonly DiagnosisInput[] {
  return inputs.map(input =>
    input.kind === 'trace' ? ofTrace(input.name, input.trace) : ofDump(input.name, input.dump),
  )
}

function ofTrace(name: string, trace: Trace): DiagnosisInput {
  return {
    name,
    kind: 'trace',
    goVersion: `1.${trace.version}`,
    goroutines: trace.goroutines.length,
    complete: trace.problems.length === 0,
    ...problemsOf(trace.problems),
  }
}

function ofDump(name: string, dump: Dump): DiagnosisInput {
  const complete = dump.problems.length === 0
  return { name, kind: 'dump', goroutines: dump.total, complete, ...problemsOf(dump.problems) }
}

function problemsOf(problems: readonly Problem[]): Pick<DiagnosisInput, 'problems'> {
  return problems.length === 0 ? {} : { problems }
}
