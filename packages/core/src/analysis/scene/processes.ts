/**
 * Which inputs belong to the same process. Goroutine ids are never used twice in a process, and a function lies in one
 * file of a program: two inputs that disagree on either come from two processes. Names of files are not asked.
 */
import type { Dump } from '../../dump/tables.ts'
import type { Trace } from '../../trace/tables.ts'
import type { WithStacks } from './frames.ts'
import { isStandard, packageOf } from './names.ts'

export type DiagnoseInput =
  | { readonly name: string; readonly kind: 'trace'; readonly trace: Trace }
  | { readonly name: string; readonly kind: 'dump'; readonly dump: Dump }

/** Which of two processes it is of that talk to each other, where the user says so. */
export type Role = 'client' | 'server'

export type Process = {
  readonly trace: Trace | undefined
  readonly dumps: readonly Dump[]
  readonly role: Role | undefined
}

/** Ids and files are compared up to this many; more tell nothing new. */
const MAX_COMPARED = 20_000

type Marks = {
  /** Function that a goroutine began with, by id; '' where the input does not show it. */
  readonly entries: ReadonlyMap<number, string>
  /** File of a function of the program or of a library, not of Go itself. */
  readonly files: ReadonlyMap<string, string>
}

/** `roles`: of each input, in the same order. Inputs of two roles are never of one process. */
export function processesOf(
  inputs: readonly DiagnoseInput[],
  roles: readonly (Role | undefined)[] = [],
): readonly Process[] {
  return ([undefined, 'server', 'client'] as const).flatMap(role =>
    processesAmong(inputs.filter((_, i) => roles[i] === role)).map(process => ({ ...process, role })),
  )
}

/** One process for each trace, with the dumps that fit it best; dumps that fit none form processes of their own. */
function processesAmong(inputs: readonly DiagnoseInput[]): Omit<Process, 'role'>[] {
  if (inputs.length === 1) return inputs.map(alone)
  const drafts: { trace: Trace | undefined; dumps: Dump[]; marks: Marks[] }[] = []
  for (const input of inputs) {
    // A copy tells nothing new, and a name more is no process more.
    if (input.kind === 'trace' && drafts.some(({ trace }) => trace && isCopy(trace, input.trace))) continue
    if (input.kind === 'trace') drafts.push({ trace: input.trace, dumps: [], marks: [marksOfTrace(input.trace)] })
  }
  for (const input of inputs) {
    if (input.kind !== 'dump') continue
    const marks = marksOfDump(input.dump)
    const fits = drafts
      .map(draft => ({ draft, fit: Math.min(...draft.marks.map(other => likeness(other, marks))) }))
      .filter(({ fit }) => fit >= 0)
      .sort((a, b) => b.fit - a.fit)[0]
    const draft = fits?.draft ?? { trace: undefined, dumps: [], marks: [] }
    if (!fits) drafts.push(draft)
    draft.dumps.push(input.dump)
    draft.marks.push(marks)
  }
  return drafts.map(({ trace, dumps }) => ({ trace, dumps }))
}

function alone(input: DiagnoseInput): Omit<Process, 'role'> {
  return input.kind === 'trace' ? { trace: input.trace, dumps: [] } : { trace: undefined, dumps: [input.dump] }
}

/** The same goroutines with the same spans at the same times, to the nanosecond: one trace, read twice. */
function isCopy(a: Trace, b: Trace): boolean {
  if (a === b) return true
  if (a.byteLength !== b.byteLength || a.durationNs !== b.durationNs || a.spans.length !== b.spans.length) return false
  const equal = (left: ArrayLike<number>, right: ArrayLike<number>, length: number) => {
    for (let i = 0; i < length; i++) if (left[i] !== right[i]) return false
    return true
  }
  return (
    a.goroutines.length === b.goroutines.length &&
    equal(a.goroutines.id, b.goroutines.id, a.goroutines.length) &&
    equal(a.spans.startNs, b.spans.startNs, a.spans.length) &&
    equal(a.spans.goroutine, b.spans.goroutine, a.spans.length)
  )
}

/**
 * -1: two processes. Else the share of the smaller one's goroutines that are in the other, too. Compilers name functions
 * in ways that no rule foresees: a few disagreements among many agreements that tell something are no proof.
 */
function likeness(a: Marks, b: Marks): number {
  for (const [name, file] of a.files) {
    const other = b.files.get(name)
    if (other !== undefined && other !== file) return -1
  }
  const [small, large] = a.entries.size < b.entries.size ? [a.entries, b.entries] : [b.entries, a.entries]
  let common = 0
  let agree = 0
  let disagree = 0
  for (const [id, entry] of small) {
    const other = large.get(id)
    if (other === undefined) continue
    common++
    if (entry === '' || other === '') continue
    if (entry !== other) disagree++
    else if (tells(entry)) agree++
  }
  if (disagree * AGREEMENTS > agree) return -1
  return small.size === 0 ? 0 : common / small.size
}

/** So many agreements outweigh one disagreement: two processes of different programs have hardly any. */
const AGREEMENTS = 20

/** Every program has goroutines of the runtime, and one that begins in main. */
function tells(entry: string): boolean {
  return entry !== 'main.main' && packageOf(entry) !== 'runtime'
}

/**
 * The function that a goroutine began with, as traces and dumps both name it: a trace names the wrapper that the compiler
 * made, a dump leaves it out (cmd/compile: "-fm" of a method value; "gowrap", "deferwrap" and before them "dwrap" of a
 * call with arguments, whose own function it does not tell).
 */
function entryName(name: string): string {
  return /\.(go|defer)wrap\d+$|\u00b7dwrap\u00b7\d+$/.test(name) ? '' : name.replace(/-fm$/, '')
}

function marksOfTrace(trace: Trace): Marks {
  const entries = new Map<number, string>()
  for (let g = 0; g < trace.goroutines.length && g < MAX_COMPARED; g++) {
    entries.set(trace.goroutines.id[g], entryName(trace.strings.text(trace.goroutines.entry[g])))
  }
  return { entries, files: filesOf(trace) }
}

function marksOfDump(dump: Dump): Marks {
  const entries = new Map<number, string>()
  const { stacks, frames, strings, rows } = dump
  for (let row = 0; row < rows.length && entries.size < MAX_COMPARED; row++) {
    if (Number.isNaN(rows.id[row]) || rows.stack[row] < 0) continue
    const end = stacks.first[rows.stack[row] + 1]
    if (end === stacks.first[rows.stack[row]]) continue
    entries.set(rows.id[row], entryName(strings.text(frames.function[stacks.frame[end - 1]])))
  }
  return { entries, files: filesOf(dump) }
}

/** `init` functions and compiler-made wrappers lie in many files at once. */
const IN_MANY_FILES = /\.init(\.\d+)?$|\.glob\.|<autogenerated>/

function filesOf(model: WithStacks): Map<string, string> {
  const files = new Map<string, string>()
  const { frames, strings } = model
  for (let row = 0; row < frames.length && row < MAX_COMPARED; row++) {
    const name = strings.text(frames.function[row])
    const file = strings.text(frames.file[row])
    if (file === '' || file === '<autogenerated>' || IN_MANY_FILES.test(name) || isStandard(name)) continue
    files.set(name, file)
  }
  return files
}
