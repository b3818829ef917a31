/** `unhang profile FILE`: stacks and what was spent in them, as a table or as files for other tools. */
import path from 'node:path'
import {
  callGraph,
  callTree,
  collectProfile,
  compilePattern,
  focused,
  foldedText,
  formatCount,
  functionMeant,
  functionsLike,
  type Pattern,
  PatternError,
  type Peek,
  PROFILE_KINDS,
  type Profile,
  type ProfileKind,
  peekAt,
  pprofBytes,
  profileJson,
  type Scope,
  speedscopeText,
  stackCountOf,
  type Trace,
  topOf,
} from '@unhang/core'
import { Complaint } from '../complaint.ts'
import { requireOther } from '../inputs/other.ts'
import type { Output } from '../print/output.ts'
import { printable } from '../print/printable.ts'
import { nounOf, peekText, profileText, stacklessText } from '../print/profile.ts'
import { shellWord } from '../print/shell.ts'
import { writeDocument } from './document.ts'
import { openTrace, requireGoroutines, scopeIn } from './one-trace.ts'
import type { ExitCode, ProfilePlan } from './plan.ts'
import { nearestWord } from './values.ts'

const FORMATS = ['top', 'pprof', 'folded', 'speedscope', 'svg', 'json'] as const
type Format = (typeof FORMATS)[number]

/** What Go's own tools call two of the kinds. */
const OTHER_NAMES: { readonly [name: string]: ProfileKind } = { net: 'network', io: 'network' }

export async function runProfile(plan: ProfilePlan, output: Output): Promise<ExitCode> {
  const kind = kindOf(plan.kind)
  const format = formatOf(plan, output)
  const focus = patternOf('--focus', plan.focus)
  const ignore = patternOf('--ignore', plan.ignore)
  requireOther(plan.output, [plan.input])
  const { name, trace } = await openTrace(plan.input, output)
  requireGoroutines(name, trace)
  requireStacks(name, trace, kind)
  const scope = scopeIn(trace, plan.scope)
  const collected = collectProfile(trace, kind, scope, { unended: plan.unended })
  const profile = focused(trace, collected, { focus, ignore })
  if (profile.length + profile.unended.count === 0 && collected.length + collected.unended.count > 0)
    output.remark('no stack is left: none has a function or file that --focus and --ignore let through\n')
  else if (format !== 'top' && format !== 'json') output.remark(stacklessText(profile, plan.unended) ?? '')
  const peek = plan.peek === undefined ? undefined : peekOf(trace, profile, plan.peek, plan)
  const document = await documentOf(format, { plan, name, trace, scope, profile, peek }, output)
  await writeDocument(document, plan.output, output)
  if (plan.output !== undefined && plan.output !== '-') output.remark(writtenText(plan.output, format, profile))
  return 0
}

type Asked = {
  readonly plan: ProfilePlan
  readonly name: string
  readonly trace: Trace
  readonly scope: Scope
  readonly profile: Profile
  readonly peek: Peek | undefined
}

async function documentOf(format: Format, asked: Asked, output: Output): Promise<Iterable<string | Uint8Array>> {
  const { plan, name, trace, scope, profile, peek } = asked
  const { by, unended, cumulative, granularity } = plan
  switch (format) {
    case 'top': {
      const head = { name, scope, durationNs: trace.durationNs, by, unended, granularity }
      const colors = output.colors
      if (peek) return [peekText(profile, peek, head, colors)]
      return [profileText(trace, profile, topOf(trace, profile, { by, cumulative, granularity }), head, colors)]
    }
    case 'pprof':
      return [await pprofBytes(trace, profile, scope, by)]
    case 'folded':
      return foldedText(trace, profile, by, granularity)
    case 'speedscope':
      return speedscopeText(trace, profile, titleOf(profile, name), by, granularity)
    case 'json':
      return profileJson(trace, profile, scope, { by, unended, peek, granularity })
    case 'svg':
      return svgOf(asked)
  }
}

/** Files travel, and need not tell where somebody keeps his traces. */
function titleOf({ kind }: Profile, name: string): string {
  return `${kind} of ${path.basename(name)}`
}

async function svgOf({ plan, name, trace, profile }: Asked): Promise<readonly string[]> {
  const { callGraphSvg } = await import('../print/call-graph.ts')
  const graph = callGraph(callTree(trace, profile, { granularity: plan.granularity }), plan.by)
  return [await callGraphSvg(trace, graph, `${titleOf(profile, name)}: ${nounOf(profile.kind)} by ${plan.by}`)]
}

function kindOf(text: string): ProfileKind {
  const kind = OTHER_NAMES[text] ?? PROFILE_KINDS.find(known => known === text)
  if (kind !== undefined) return kind
  const elsewhere = ['heap', 'allocs', 'goroutine', 'mutex', 'threadcreate'].includes(text)
  const near = nearestWord(text, PROFILE_KINDS)
  throw new Complaint(
    `a kind of profile that a trace has: ${listed(PROFILE_KINDS)}`,
    `--kind ${text}`,
    elsewhere
      ? `ask the server for it: go tool pprof http://HOST:PORT/debug/pprof/${text}`
      : `take ${near ?? 'one of these'}`,
  )
}

function formatOf({ format, output: file, peek }: ProfilePlan, output: Output): Format {
  const known = FORMATS.find(name => name === format)
  if (known === undefined)
    throw new Complaint(
      `a format of profiles: ${listed(FORMATS)}`,
      `--format ${format}`,
      `take ${nearestWord(format, FORMATS) ?? 'one of these'}`,
    )
  if (peek !== undefined && known !== 'top' && known !== 'json')
    throw new Complaint('--peek with --format top or json', `--format ${known}`, `leave one of them out`)
  if (known === 'pprof' && file === undefined && output.isTerminal)
    throw new Complaint('a file or a pipe for bytes', 'a terminal', 'name a file: -o profile.pb.gz')
  return known
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function patternOf(option: string, source: string | undefined): Pattern | undefined {
  if (source === undefined) return undefined
  try {
    return compilePattern(source)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new Complaint(
      `a regular expression for ${option}, as Go's tools take them`,
      error.message,
      'write \\Q…\\E around text that is meant as it stands',
    )
  }
}

/** Without stacks there is nothing to show, and without samples nothing of a CPU profile. */
function requireStacks(name: string, trace: Trace, kind: ProfileKind): void {
  if (kind === 'cpu' && trace.samples.length === 0)
    throw new Complaint(
      'CPU samples in the trace',
      `none in ${name}`,
      'trace while a CPU profile runs, with Go 1.19 or newer: fetch /debug/pprof/profile?seconds=5 beside the trace',
    )
  if (hasStacks(trace)) return
  const isCut = trace.problems.length > 0
  const why =
    isCut && trace.version < 22
      ? 'take it anew, to its end: up to Go 1.21 stacks are written when tracing stops, and this one was cut before'
      : isCut
        ? 'take it anew, for longer: stacks are written a second or so behind their events, and this one was cut before'
        : 'take it anew with runtime/trace of Go: whatever wrote this one left stacks out'
  throw new Complaint('a trace with stacks', `none in ${name}, of ${formatCount(trace.spans.length)} spans`, why)
}

/** Stacks may be written that no event refers to. */
function hasStacks({ frames, spans, samples }: Trace): boolean {
  if (frames.length === 0) return false
  for (let row = 0; row < spans.length; row++) if (spans.stack[row] > 0) return true
  for (let row = 0; row < samples.length; row++) if (samples.stack[row] > 0) return true
  return false
}

function peekOf(trace: Trace, profile: Profile, text: string, { by, granularity }: ProfilePlan): Peek {
  const peek = peekAt(trace, profile, functionMeant(trace, profile, text) ?? text, { by, granularity })
  if (peek) return peek
  const near = functionsLike(trace, profile, text)
  throw new Complaint(
    'a function on stacks of this profile',
    `'${text}'`,
    near.length > 0 ? `did you mean ${near.join(', or ')}?` : 'without --peek the table has them all',
  )
}

const OPENERS: { readonly [format in Format]?: (file: string) => string } = {
  pprof: file => `go tool pprof -http=: ${file}`,
  folded: file => `flamegraph.pl ${file} > flames.svg`,
  speedscope: () => 'https://www.speedscope.app',
}

function writtenText(file: string, format: Format, profile: Profile): string {
  const count = stackCountOf(profile)
  const stacks = `${formatCount(count)} ${count === 1 ? 'stack' : 'stacks'}`
  const opener = OPENERS[format]?.(shellWord(file))
  return `wrote ${printable(file)}: ${profile.kind}, ${stacks}${opener ? `; open it with: ${opener}` : ''}\n`
}
