/** Compares what is said of a capture with what is true of its program. */
import { type DiagnoseInput, type Diagnosis, diagnose, dumpReport, type Finding, type ReportGroup } from '@unhang/core'
import { DEFAULT_FETCH } from '../../src/capture/options.ts'
import { openInputs } from '../../src/inputs/open.ts'
import { MODULE, type StuckGroup, type Truth } from './truth.ts'

/** Which of a capture's files are looked at; `dump`: the last full one alone. */
export type View = 'both' | 'trace' | 'dumps' | 'dump'
export const VIEWS: readonly View[] = ['both', 'trace', 'dumps', 'dump']

/**
 * named: its function is site, caller or holder of a finding that counts, with a cause that is true. wrong: so, but
 * with no true cause. other: its goroutines are in such a finding under another function's name. possible: named, but
 * only as worth a look. nothing: none of these. absent: the dump shows nobody who waits there: the program is at fault.
 */
export type Told = 'named' | 'wrong' | 'other' | 'possible' | 'nothing' | 'absent'

export type JudgedGroup = StuckGroup & {
  readonly told: Told
  readonly goroutines: readonly number[]
  /** "likely mutex lock-order-cycle at …", of the findings that have to do with it. */
  readonly said: readonly string[]
}

export type Verdict = {
  readonly name: string
  readonly groups: readonly JudgedGroup[]
  /** Findings that count and accuse who is not stuck. */
  readonly accused: readonly string[]
  readonly diagnosis: Diagnosis
  readonly stuck: readonly ReportGroup[]
}

const DUMP = 'goroutines.debug2.txt'

export async function judgeFolder(truth: Truth, folder: string, view: View): Promise<Verdict> {
  const opened = await openInputs([folder], DEFAULT_FETCH, () => {})
  const inputs = opened.map(({ name, capture }) => ({ name, ...capture }))
  const dump = inputs.find(({ name }) => name.endsWith(DUMP))
  if (dump?.kind !== 'dump') throw new Error(`${folder}: no ${DUMP}`)
  return judge(truth, diagnose(inputs.filter(input => isIn(view, input))), dumpReport([dump.dump]).groups)
}

function isIn(view: View, { kind, name }: DiagnoseInput): boolean {
  if (view === 'both') return true
  return view === 'dump' ? name.endsWith(DUMP) : kind === (view === 'trace' ? 'trace' : 'dump')
}

/** `all` are the goroutines at the capture's end. */
export function judge(truth: Truth, diagnosis: Diagnosis, all: readonly ReportGroup[]): Verdict {
  const groups = truth.groups.map(group => judgeGroup(group, diagnosis, all))
  const accused = diagnosis.findings
    .filter(finding => counts(finding) && isAccusation(finding, truth, groups))
    .map(sentence)
  const stuck = all.filter(group => truth.groups.some(({ function: name }) => ownFunction(group) === name))
  return { name: truth.name, groups, accused, diagnosis, stuck }
}

/** The innermost function of the program's own code that a goroutine stands in. */
export function ownFunction({ frames }: ReportGroup): string | undefined {
  return frames.find(frame => frame.function.startsWith(`${MODULE}/`))?.function
}

function judgeGroup(group: StuckGroup, { findings }: Diagnosis, all: readonly ReportGroup[]): JudgedGroup {
  const waiting = all.filter(one => one.state === 'waiting' && ownFunction(one) === group.function)
  const goroutines = waiting.flatMap(one => one.goroutines)
  const named = findings.filter(finding => functionsOf(finding).includes(group.function))
  const within = findings.filter(finding => idsOf(finding).some(id => goroutines.includes(id)))
  const said = [...new Set([...named, ...within])].map(sentence)
  return { ...group, goroutines, said, told: toldOf(group, goroutines, named, within) }
}

function toldOf(
  group: StuckGroup,
  goroutines: readonly number[],
  named: readonly Finding[],
  within: readonly Finding[],
): Told {
  if (goroutines.length === 0 || goroutines.length < (group.count ?? 0)) return 'absent'
  const counted = named.filter(counts)
  if (counted.some(finding => isTrue(finding, group))) return 'named'
  if (counted.length > 0) return 'wrong'
  if (within.some(counts)) return 'other'
  return named.length + within.length > 0 ? 'possible' : 'nothing'
}

/** Where the group is the holder alone, the kind is that of its waiters. */
function isTrue(finding: Finding, group: StuckGroup): boolean {
  const isSite = finding.site.function === group.function || finding.caller?.function === group.function
  return group.causes.includes(finding.cause) && (!isSite || group.kinds.includes(finding.kind))
}

export function counts({ certainty }: Finding): boolean {
  return certainty !== 'possible'
}

function functionsOf({ site, caller, holder }: Finding): (string | undefined)[] {
  return [site.function, caller?.function, holder.function]
}

function idsOf({ waiters, holder }: Finding): readonly number[] {
  return holder.goroutine === undefined ? waiters.goroutines : [...waiters.goroutines, holder.goroutine]
}

/** Does it speak of goroutines that are not stuck, or of more than are? */
function isAccusation({ site, caller, waiters }: Finding, truth: Truth, groups: readonly JudgedGroup[]): boolean {
  const names = [site.function, caller?.function]
  if (truth.also.some(name => names.includes(name))) return false
  if (waiters.goroutines.length === 0) return !groups.some(group => names.includes(group.function))
  const innocent = waiters.goroutines.filter(id => !groups.some(group => group.goroutines.includes(id)))
  const tooMany = (group: JudgedGroup) =>
    waiters.goroutines.filter(id => group.goroutines.includes(id)).length > (group.count ?? waiters.count)
  return innocent.length > 0 || groups.some(tooMany)
}

export function sentence({ kind, cause, certainty, site, caller, waiters, holder }: Finding): string {
  const via = caller ? ` (${short(caller.function)})` : ''
  const by = holder.function ? `, holder ${short(holder.function)} ${holder.state}` : `, holder ${holder.state}`
  return `${certainty} ${kind} ${cause} at ${short(site.function)}${via} x${waiters.count}${by}`
}

export function short(functionName: string): string {
  return functionName.replace(`${MODULE}/cases/`, '')
}
