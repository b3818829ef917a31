/**
 * The answer for people: one screen of 80 columns, the verdict first, then who waits where, since when, and who holds
 * what they wait for. What only may be wrong stands under "worth a look".
 */
import {
  alikeProblems,
  type Diagnosis,
  type DiagnosisInput,
  type Finding,
  formatCount,
  holderOf,
  type Site,
  titleOf,
  words,
} from '@unhang/core'
import type { SourceLookup } from '../inputs/source.ts'
import { excerpt } from './excerpt.ts'
import { healthyText } from './healthy.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { labelled, spread, wrap } from './wrap.ts'

export type DiagnosisView = {
  readonly colors: Colors
  /** Finds the source of a line; undefined: no source is shown. */
  readonly source?: SourceLookup | undefined
  /** Print what is only worth a look in full. */
  readonly all?: boolean
  /** What was named on the command line, to say how to see more. */
  readonly names?: readonly string[]
  /** How to see the timeline. */
  readonly timeline?: string | undefined
  /** Of the terminal; undefined: it is none. */
  readonly columns?: number | undefined
}

/** Where the texts beside the labels begin. */
const INDENT = 11
const COLUMNS = 80
/** Wider lines are hard to read, however wide the screen. */
const MAX_COLUMNS = 110
/** A narrower screen breaks lines itself. */
const MIN_COLUMNS = 60
/** Findings in full; a program with more of them has one cause, and it stands first. */
const FULL = 3
/** What is waited for in a line that calls a method named Lock or RLock. */
const LOCKS: ReadonlySet<string> = new Set(['mutex', 'rwmutex'])
/** Lines of source before and after the hot one. */
const AROUND = 2

/** The whole answer; ends with a line end. */
export function diagnosisText(diagnosis: Diagnosis, view: DiagnosisView): string {
  const width = Math.min(Math.max(view.columns ?? COLUMNS, MIN_COLUMNS), MAX_COLUMNS)
  const counted = diagnosis.findings.filter(finding => finding.certainty !== 'possible')
  const possible = diagnosis.findings.filter(finding => finding.certainty === 'possible')
  const roots = counted.filter(({ follows }) => follows === undefined)
  const full = view.all ? counted : roots.slice(0, FULL)
  const alsoOf = (finding: Finding) =>
    view.all ? [] : counted.filter(({ follows }) => follows !== undefined && diagnosis.findings[follows] === finding)
  const blocks = full.map((finding, i) =>
    findingText(finding, i === 0 ? diagnosis.verdict : 'and', view, width, alsoOf(finding)),
  )
  if (counted.length === 0) blocks.push(healthyText(diagnosis, view.colors, width))
  if (view.all) blocks.push(...possible.map(finding => findingText(finding, 'look', view, width)))
  const folded = view.all ? [] : [...roots.slice(FULL), ...possible]
  const more = [
    ...(folded.length > 0 ? foldedText(folded, view, width) : []),
    ...(view.timeline ? [`${view.colors.bold('timeline')}       ${view.timeline}`] : []),
  ]
  if (more.length > 0) blocks.push(more)
  const parts = diagnosis.inputs.filter(input => !input.complete)
  if (parts.length > 0) blocks.push(parts.flatMap(part => notWhole(part, view.colors, width)))
  return `${blocks.map(lines => lines.join('\n')).join('\n\n')}\n`
}

/** `also`: findings that follow from it. */
function findingText(
  finding: Finding,
  word: string,
  view: DiagnosisView,
  width: number,
  also: readonly Finding[] = [],
): string[] {
  const row = (label: string, text: string) =>
    text === '' ? [] : labelled(label, printable(text, 4000), INDENT, width)
  return [
    ...headline(finding, word, view.colors, width),
    '',
    ...row('where', whereOf(finding)),
    ...sourceOf(finding.site, view, width, LOCKS.has(finding.kind) ? /Lock/ : undefined),
    ...(finding.caller ? [...row('called', fromOf(finding.caller)), ...sourceOf(finding.caller, view, width)] : []),
    ...leavesOf(finding, row, view, width),
    ...row('since', words.since(finding)),
    ...row('holder', holderOf(finding)),
    ...row('who', whoOf(finding, width)),
    // The first sentences of the evidence are what the lines above say.
    ...finding.evidence
      .slice(finding.caller ? 2 : 1)
      .flatMap((sentence, i) => row(i === 0 ? 'why' : '', `• ${sentence}`)),
    ...row('next', finding.advice),
    ...alsoLines(also).flatMap((line, i) => row(i === 0 ? 'also' : '', line)),
  ]
}

/** Consequences that are listed: they are stuck, too, and will go on with the one above. */
const ALSO = 4

function alsoLines(also: readonly Finding[]): string[] {
  const lines = also.slice(0, ALSO).map(({ site, caller, kind, waiters: { count } }) => {
    const where = caller ?? site
    const verb = count === 1 ? 'waits' : 'wait'
    return `• ${formatCount(count)} ${verb} (${kind}) in ${namedPlace(where)}`
  })
  const more = also.slice(ALSO).reduce((count, { waiters }) => count + waiters.count, 0)
  return more > 0 ? [...lines, `• ${formatCount(more)} at other lines (--all shows them)`] : lines
}

/** "HANG   10 goroutines wait …                    likely"; a long one goes on below its own begin. */
function headline(finding: Finding, word: string, colors: Colors, width: number): string[] {
  const shown = word.toUpperCase()
  const indent = ' '.repeat(Math.max(shown.length, 4) + 3)
  const paint = (text: string) => colors.bold(word === 'hang' ? colors.red(text) : colors.yellow(text))
  const [first, ...rest] = wrap(titleOf(finding), width - indent.length - finding.certainty.length - 2)
  const line = spread(`${shown.padEnd(indent.length)}${first}`, finding.certainty, width)
  return [`${paint(shown)}${line.slice(shown.length)}`, ...rest.map(text => `${indent}${text}`)]
}

function whereOf({ site, kind }: Finding): string {
  return `${namedPlace(site)}   ${kind}`
}

/** With its line, where that is known. */
function namedPlace(site: Site, gap = '   '): string {
  return site.file === '' ? nameOf(site) : `${nameOf(site)}${gap}${placeOf(site)}`
}

/** "transport.(*Stream).waitOnHeader": the package by its last element. */
function nameOf(site: Site): string {
  return words.shortName(site.function)
}

/** "server/main.go:26" for "seed/server/main.go": what tells files apart, near enough. */
function placeOf(site: Site): string {
  return words.line(site)
}

function fromOf(caller: Site): string {
  return `from ${namedPlace(caller)}`
}

/** The lines around a place. `takes` is what the line itself must say, else it is another version of the source. */
function sourceOf(site: Site, view: DiagnosisView, width: number, takes?: RegExp): string[] {
  const lines = view.source?.(site, AROUND)
  if (!lines || (takes && !takes.test(lines.find(({ line }) => line === site.line)?.text ?? ''))) return []
  return excerpt(lines, site.line, INDENT + 1, width, view.colors)
}

/** Where the source leaves the lock locked, unless that line is shown already. */
function leavesOf(
  { site, source }: Finding,
  row: (label: string, text: string) => string[],
  view: DiagnosisView,
  width: number,
): string[] {
  const leaving = source?.functions.find(({ leaves }) => leaves !== undefined)
  if (!leaving?.leaves) return []
  const { line } = leaving.leaves
  if (leaving.file === site.file && Math.abs(line - site.line) <= AROUND) return []
  const place = { ...leaving, line }
  return [...row('left', `locked in ${nameOf(place)}   ${placeOf(place)}`), ...sourceOf(place, view, width)]
}

function whoOf({ waiters }: Finding, width: number): string {
  const ids = waiters.goroutines.map(String)
  // Room for " and 1,000,000 more".
  let room = width - INDENT - 19
  let shown = 0
  while (shown < ids.length && room > ids[shown].length) room -= ids[shown++].length + 1
  const more = waiters.count - shown
  if (shown === 0) return ''
  return more > 0 ? `${ids.slice(0, shown).join(' ')} and ${formatCount(more)} more` : ids.join(' ')
}

function foldedText(folded: readonly Finding[], view: DiagnosisView, width: number): string[] {
  const command = `unhang diagnose ${(view.names ?? ['…']).join(' ')} --all`
  const lines = flat('worth a look', `${folded.length} more (${command})`, view.colors, width)
  for (const finding of folded.slice(0, FULL)) {
    lines.push(...labelled('', printable(`• ${titleOf(finding)}: ${namedPlace(finding.site, ' ')}`), 2, width))
  }
  return lines
}

/** Damage can have many consequences; the first ones tell where it is. */
const PROBLEMS = 3

/** Where an input is damaged, and what is missing in the answer because of it. */
function notWhole({ name, problems = [] }: DiagnosisInput, colors: Colors, width: number): string[] {
  const kinds = alikeProblems(problems)
  const lines = kinds.slice(0, PROBLEMS).flatMap(({ problem: { offset, message, lost }, more }) => {
    const like = more === 0 ? '' : `, and ${formatCount(more)} more like it`
    const text = `${name}, byte ${formatCount(offset)}: ${message}${like}. Lost: ${lost}`
    return flat('not whole', text, colors, width)
  })
  const more = kinds.length - PROBLEMS
  return more > 0
    ? [...lines, ...flat('', `and ${formatCount(more)} more like these in ${name}`, colors, width)]
    : lines
}

function flat(label: string, text: string, colors: Colors, width: number): string[] {
  const [first, ...rest] = wrap(printable(text, 4000), width - 15)
  return [
    `${colors.bold(label)}${' '.repeat(15 - label.length)}${first}`,
    ...rest.map(line => `${' '.repeat(15)}${line}`),
  ]
}
