/** A profile in the terminal: functions with their own part and what is below them, and one with those around it. */
import {
  formatCount,
  formatNs,
  type Granularity,
  type Peek,
  type Profile,
  type ProfileKind,
  type Scope,
  shareText,
  stackCountOf,
  stacklessOf,
  type Top,
  type Trace,
  totalOf,
  type Weight,
  weightText,
  words,
} from '@unhang/core'
import { type Colors, NO_COLORS } from './output.ts'
import { printable } from './printable.ts'
import { type Alignment, table } from './table.ts'

/** Functions that fit on a screen. */
const MOST_ROWS = 30
/** Generic functions have names of hundreds of letters. */
const NAME_LIMIT = 120

export type ProfileHead = {
  /** Of the trace. */
  readonly name: string
  readonly durationNs: number
  readonly scope: Scope
  readonly by: Weight
  /** What goes on when the trace ends is counted. */
  readonly unended: boolean
  readonly granularity: Granularity
}

type Words = { readonly one: string; readonly many: string; readonly still: string }
const WAITS: Words = { one: 'wait', many: 'waits', still: 'still wait' }
const WORDS: { readonly [kind in ProfileKind]: Words } = {
  block: WAITS,
  sync: WAITS,
  network: WAITS,
  syscall: { one: 'system call', many: 'system calls', still: 'have not returned' },
  sched: { one: 'wait for a processor', many: 'waits for a processor', still: 'still wait for one' },
  cpu: { one: 'sample', many: 'samples', still: '' },
}

/** "waits for a processor". */
export function nounOf(kind: ProfileKind): string {
  return WORDS[kind].many
}

/** "12 waits". */
function countedText(kind: ProfileKind, count: number): string {
  return `${formatCount(count)} ${count === 1 ? WORDS[kind].one : WORDS[kind].many}`
}

/** The table of functions. */
export function profileText(trace: Trace, profile: Profile, top: Top, head: ProfileHead, colors: Colors): string {
  if (top.length === 0 && profile.length === 0) return `${headText(profile, head, colors)}`
  const total = totalOf(profile)
  const [self, cumulative, other] =
    head.by === 'time'
      ? [top.selfNs, top.cumulativeNs, top.cumulativeCount]
      : [top.selfCount, top.cumulativeCount, top.cumulativeNs]
  const whole = head.by === 'time' ? total.ns : total.count
  const text = (value: number) => weightText(value, head.by)
  const rows = Array.from({ length: Math.min(top.length, MOST_ROWS) }, (_, i) => [
    text(self[i]),
    shareText(self[i], whole),
    text(cumulative[i]),
    shareText(cumulative[i], whole),
    head.by === 'time' ? formatCount(other[i]) : formatNs(other[i]),
    placeName(trace.strings.text(top.name[i]), trace.strings.text(top.file[i]), top.line[i]),
  ])
  const one = head.granularity === 'lines' ? 'line' : 'function'
  const titles = ['self', '', 'cumulative', '', head.by === 'time' ? 'count' : 'time', one]
  const more = top.length - rows.length
  const rest = more > 0 ? `  … ${formatCount(more)} more ${more === 1 ? one : `${one}s`} (--format json has all)\n` : ''
  return `${headText(profile, head, colors)}\n${table([titles, ...rows], RIGHT)}${rest}`
}

const RIGHT: readonly Alignment[] = ['r', 'r', 'r', 'r', 'r', 'l']

/** One function, who calls it and whom it calls; shares are of what was spent in it and below it. */
export function peekText(profile: Profile, peek: Peek, head: ProfileHead, colors: Colors): string {
  const weight = ({ count, ns }: { count: number; ns: number }) => (head.by === 'time' ? ns : count)
  const whole = weight(peek.cumulative)
  const rows = (list: Peek['callers']) =>
    list.map(row => [
      weightText(weight(row), head.by),
      shareText(weight(row), whole),
      head.by === 'time' ? formatCount(row.count) : formatNs(row.ns),
      placeName(row.name, row.file, row.line),
    ])
  const section = (title: string, list: Peek['callers'], none: string) =>
    `${colors.bold(title)}\n${list.length > 0 ? table(rows(list), ['r', 'r', 'r', 'l']) : `  ${none}\n`}`
  const ofAll = shareText(whole, weight(totalOf(profile)))
  return [
    headText(profile, head, colors),
    `${colors.bold(functionText(peek.name))}\n  self ${weightText(weight(peek.self), head.by)}, cumulative ${weightText(whole, head.by)} in ${countedText(profile.kind, peek.cumulative.count)}, ${ofAll} of all\n`,
    section('callers', peek.callers, 'none: stacks begin with it'),
    section('callees', peek.callees, 'none: stacks end in it'),
  ].join('\n')
}

/** "main.work server/main.go:41": by function `line` is 0. */
function placeName(name: string, file = '', line = 0): string {
  if (line === 0) return functionText(name)
  return `${functionText(name)} ${printable(words.line({ function: '', file, line }))}`
}

function functionText(name: string): string {
  return name === '' ? '(unknown)' : printable(name, NAME_LIMIT)
}

/** Of what, how much of it, and what is left out. */
function headText(
  profile: Profile,
  { name, durationNs, scope, unended: isCounted }: ProfileHead,
  colors: Colors,
): string {
  const part = scope.toNs - scope.fromNs < durationNs ? `${formatNs(scope.fromNs)} to ${formatNs(scope.toNs)} of ` : ''
  const title = `${colors.bold(`${profile.kind} of ${printable(name)}`)}   ${part}${formatNs(durationNs)}`
  return `${[title, ...amountLines(profile, isCounted, colors)].join('\n')}\n`
}

/** What a file without any stack in it has instead; undefined where it has some. */
export function stacklessText(profile: Profile, isCounted: boolean): string | undefined {
  if (stackCountOf(profile) > 0) return undefined
  return `no stack is in it: ${amountLines(profile, isCounted, NO_COLORS).join('\n')}\n`
}

/** How much of it, and what is left out. */
function amountLines(profile: Profile, isCounted: boolean, colors: Colors): string[] {
  const { kind, unended, reasonless } = profile
  const total = totalOf(profile)
  const lines = [
    total.count === 0 ? `no ${WORDS[kind].many}` : `${countedText(kind, total.count)}, ${formatNs(total.ns)}`,
  ]
  const stackless = stacklessOf(profile)
  if (stackless.count > 0)
    lines.push(`${formatCount(stackless.count)} of them without a stack (${formatNs(stackless.ns)})`)
  if (unended.count > 0) lines.push(colors.yellow(unendedText(profile, isCounted)))
  if (reasonless.count > 0)
    lines.push(
      colors.dim(
        `${countedText(kind, reasonless.count)} began before the trace (${formatNs(reasonless.ns)}), which does not say what for: --kind block --unended has them`,
      ),
    )
  return lines
}

function unendedText({ kind, unended }: Profile, isCounted: boolean): string {
  const still = `${WORDS[kind].still} when the trace ends (${formatNs(unended.ns)})`
  return isCounted
    ? `${formatCount(unended.count)} of them ${still}`
    : `${formatCount(unended.count)} more ${still}: --unended counts them`
}
