/**
 * The sentences of the answer, as the terminal prints them, and numbers and names as people read them. What a stranger's
 * program is called passes `printable`: on one line, without marks that turn the direction of reading, of bounded length.
 */
import {
  alikeProblems,
  type Diagnosis,
  type DiagnosisInput,
  type Finding,
  formatCount,
  formatNs,
  type Health,
  healthOf as healthSaid,
  holderOf as holderSaid,
  printable as inOneLine,
  momentText,
  type Site,
  stepOfStretch,
  titleOf as titleSaid,
  words,
} from '@unhang/core'

/** A longer name tells nobody more, and a hundred kilobytes of it would be laid out by the browser. */
const NAME_LIMIT = 200

/** A whole sentence with several names in it. */
const SENTENCE_LIMIT = 1000

/** The text on one line, at most `limit` characters of it. */
export function printable(text: string, limit = NAME_LIMIT): string {
  return inOneLine(text, limit)
}

/** "grpc.(*Server).Serve": the package by its last element. */
export function functionText(name: string): string {
  return printable(words.shortName(name.slice(0, 4 * NAME_LIMIT)))
}

/** "server/main.go:26"; '' where no file is known. */
export function placeText(site: { readonly file: string; readonly line: number }): string {
  if (site.file === '') return ''
  // Of a path the end tells.
  return printable(words.line({ function: '', file: site.file.slice(-4 * NAME_LIMIT), line: site.line }))
}

/** "≥ 2 min", "9.3 s"; '' where no wait is known. Go's dumps tell whole minutes, and a trace no more than it saw. */
export function waitText(wait: { readonly mostNs: number; readonly isAtLeast: boolean }): string {
  if (wait.mostNs <= 0) return ''
  const minutes = wait.mostNs / 60e9
  const text = minutes >= 1 && Number.isInteger(minutes) ? `${formatCount(minutes)} min` : formatNs(wait.mostNs)
  return `${wait.isAtLeast ? '≥ ' : ''}${text}`
}

/** A moment of a trace, as finely as something of that length asks for: "1.713 s" for a stay of seconds. */
export function formatMoment(ns: number, lengthNs: number, traceNs: number): string {
  return Number.isFinite(ns) ? momentText(ns, stepOfStretch(lengthNs), traceNs) : '?'
}

/** "10 stuck", "10 stuck of 11", as the timeline says it of a group. */
export function stuckText(stuck: number, all: number): string {
  return `${formatCount(stuck)} stuck${stuck < all ? ` of ${formatCount(all)}` : ''}`
}

/** "1 goroutine", "29 goroutines". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** The title of a finding, as the terminal says it. */
export function titleOf(finding: Finding): string {
  return printable(titleSaid(finding), SENTENCE_LIMIT)
}

/** "since 0.71 s", for the line below the title. */
export function shortSinceOf({ waiters }: Finding): string {
  if (waiters.sinceNs !== undefined) return `since ${formatNs(waiters.sinceNs)}`
  return 'since before the capture began'
}

/** Who has what is waited for, as the terminal says it. */
export function holderOf(finding: Finding): string {
  return printable(holderSaid(finding), SENTENCE_LIMIT)
}

/** Of the evidence what the page has not said in its lines: the first sentences are site, number and since. */
export function evidenceOf(finding: Finding): readonly string[] {
  return finding.evidence.slice(finding.caller ? 2 : 1)
}

/** The answer where no finding counts, as the terminal says it. */
export function healthOf(diagnosis: Diagnosis): Health {
  const { word, sentence } = healthSaid(diagnosis)
  return { word, sentence: printable(sentence, SENTENCE_LIMIT) }
}

/** "server.trace, byte 1,024: expected …. Lost: …", for each problem of an input. */
export function problemsOf({ name, problems = [] }: DiagnosisInput): readonly string[] {
  return alikeProblems(problems).map(({ problem: { offset, message, lost }, more }) => {
    const where = `${printable(name)}, byte ${formatCount(offset)}`
    const like = more === 0 ? '' : `, and ${formatCount(more)} more like it`
    return `${where}: ${printable(message, SENTENCE_LIMIT)}${like}. Lost: ${printable(lost, SENTENCE_LIMIT)}`
  })
}

/** "is empty: …" of "expected …, found an empty input. …": what came, before what could have come. */
export function refusedText(message: string): string {
  const found = /(?:^|[;,] )found (.*)$/s.exec(message)
  return printable(found ? `found ${found[1]}` : message, SENTENCE_LIMIT)
}

/** What is waited for in a line that calls a method named Lock or RLock. */
const LOCKS: ReadonlySet<Finding['kind']> = new Set(['mutex', 'rwmutex'])

/** Does this line of source fit what is waited for in it? Else it is another version of the source. */
export function isSourceOf(finding: Finding, site: Site, text: string): boolean {
  return site !== finding.site || !LOCKS.has(finding.kind) || /Lock/.test(text)
}

/** Names of more inputs do not fit beside the verdict. */
const NAMES = 3

/** "server-caught/server.trace and 4 dumps": by the last parts of their names; what is of one kind is counted. */
export function inputsInShort(inputs: readonly { readonly name: string; readonly kind: 'trace' | 'dump' }[]): string {
  const traces = inputs.filter(({ kind }) => kind === 'trace')
  const dumps = inputs.filter(({ kind }) => kind === 'dump')
  const named = traces.length > 0 ? traces : dumps
  const shown = named.slice(0, NAMES).map(({ name }) => printable(lastParts(name), 60))
  if (named.length > NAMES) shown.push(counted(named.length - NAMES, `more ${named[0].kind}`))
  if (traces.length > 0 && dumps.length > 0) shown.push(counted(dumps.length, 'dump'))
  return shown.join(' · ')
}

/** An input's name in short. The file's name with the folder that it lies in, which tells server/ from client/. */
export function lastParts(name: string): string {
  return name.split(/[/\\]/).slice(-2).join('/')
}

/** Of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const MINUTE_NS = 60e9

/**
 * No column is wide enough for "1142 h 14 min", which a million goroutines reach in seconds: "1,142 h", with three digits
 * at least as everywhere.
 */
export function columnText(ns: number): string {
  if (ns < 10 * MINUTE_NS) return formatNs(ns)
  const inMinutes = ns < 600 * MINUTE_NS
  const value = ns / (inMinutes ? MINUTE_NS : 60 * MINUTE_NS)
  return `${value < 100 ? Number(value.toPrecision(3)) : formatCount(Math.round(value))} ${inMinutes ? 'min' : 'h'}`
}

/** A type of tasks without a name: one that the program gave none, or that of tasks whose begin was before the trace. */
export function isUnseenType({ type, count, unbegun }: { type: string; count: number; unbegun: number }): boolean {
  return type === '' && unbegun === count
}
