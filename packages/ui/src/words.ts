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
  momentText,
  type Site,
  stepOfStretch,
  words,
} from '@unhang/core'

/** A longer name tells nobody more, and a hundred kilobytes of it would be laid out by the browser. */
const NAME_LIMIT = 200

// C0, DEL, C1, line and paragraph separators, and the marks that reorder what follows (U+202A–U+202E, U+2066–U+2069).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g

/** The text on one line, at most `limit` characters of it. */
export function printable(text: string, limit = NAME_LIMIT): string {
  const line = text.slice(0, limit + 1).replace(UNPRINTABLE, ' ')
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line
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

/** "1 goroutine", "29 goroutines". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** "10 goroutines wait for a lock that nobody is left to release". */
export function titleOf(finding: Finding): string {
  const { count } = finding.waiters
  // None is counted where a dump does not say how many stand at a place, or where all have been let in.
  const number =
    count === 0 ? (finding.cause === 'contention' ? '' : 'an unknown number of ') : `${formatCount(count)} `
  const who = `${number}${count === 1 ? 'goroutine waits' : 'goroutines wait'}`
  return finding.cause === 'unknown'
    ? `${who} (${finding.kind}), and who would wake ${count === 1 ? 'it' : 'them'} is unclear`
    : `${who} ${finding.kind === 'select' && finding.cause === 'no-sender' ? IN_SELECT : TITLES[finding.cause]}`
}

/** Which of its cases should have come is not known. */
const IN_SELECT = 'in a select, and nobody is left to serve it'

const TITLES: Readonly<Record<Exclude<Finding['cause'], 'unknown'>, string>> = {
  'forgotten-unlock': 'for a lock that nobody is left to release',
  'lock-order-cycle': 'for locks that are held in a circle',
  'self-deadlock': 'for a lock whose holder waits for it, too',
  'holder-blocked': 'for a lock whose holder is stuck itself',
  'no-receiver': 'to send, and nobody is seen to receive',
  'no-sender': 'to receive, and nobody is left to send',
  'never-done': 'for others that never say Done',
  'lost-signal': 'for a signal that nobody is left to give',
  'pool-exhausted': 'for a slot, and none comes free',
  'goroutine-leak': 'at one place, where they pile up',
  contention: 'for a lock that is held for long',
  remote: 'for an answer from another process',
}

/** "since 0.71 s", for the line below the title. */
export function shortSinceOf({ waiters }: Finding): string {
  if (waiters.sinceNs !== undefined) return `since ${formatNs(waiters.sinceNs)}`
  return 'since before the capture began'
}

/** What is taken by somebody, who has it until it is given back. */
const LOCKED: ReadonlySet<Finding['cause']> = new Set<Finding['cause']>(['forgotten-unlock', 'contention', 'unknown'])

export function holderOf({ holder, cause, waiters: { count } }: Finding): string {
  const who = holder.goroutine === undefined ? 'a goroutine' : `goroutine ${holder.goroutine}`
  const where = holder.function ? ` in ${functionText(holder.function)}` : ''
  const waits = holder.waitsFor ? `, which waits for ${printable(holder.waitsFor, 1000)}` : ''
  if (cause === 'remote') return holder.state === 'waiting' ? `the remote; ${who} reads what it sends` : 'the remote'
  if (holder.state === 'unknown') return 'unknown'
  // Channels are nobody's: whoever made the other end is all that is known.
  if (holder.state === 'exited' && !LOCKED.has(cause))
    return `gone: ${who} started ${count === 1 ? 'it' : 'them'}${where} and has ended`
  if (holder.state === 'self') return `${who}${where}, one of those that wait for it`
  if (holder.state === 'running') return `${who}${where}, running`
  if (holder.state === 'waiting') return `${who}${where}${waits}`
  if (holder.goroutine === undefined) return 'gone: no living goroutine is where it could be released'
  return `${who} took it and has ended without releasing it`
}

/** Of the evidence what the page has not said in its lines: the first sentences are site, number and since. */
export function evidenceOf(finding: Finding): readonly string[] {
  return finding.evidence.slice(finding.caller ? 2 : 1)
}

export type Health = { readonly word: 'HEALTHY' | 'NOTHING SEEN'; readonly sentence: string }

/** Where most goroutines stand at an unknown place, "healthy" would be a guess. */
const BLIND_SHARE = 0.5

/** The answer where no finding counts: what was looked at, and what could not be seen. */
export function healthOf(diagnosis: Diagnosis): Health {
  const { looked } = diagnosis
  const blind = looked.goroutines === 0 || looked.placeUnknown > looked.goroutines * BLIND_SHARE
  return blind
    ? { word: 'NOTHING SEEN', sentence: blindSentence(diagnosis) }
    : { word: 'HEALTHY', sentence: healthySentence(diagnosis) }
}

/** Only what was looked for and not found is said: that nobody waits in vain is more than anybody can know. */
function healthySentence({ looked, findings, inputs }: Diagnosis): string {
  const count = counted(looked.goroutines, 'goroutine')
  const lock = looked.busiestLock
  const isPart = inputs.some(({ complete }) => !complete)
  const found = `no lock, slot or call was found stuck${isPart ? ' in what could be read' : ''}`
  const looks = `${formatCount(findings.length)} ${findings.length === 1 ? 'is' : 'are'} worth a look`
  const sentence = findings.length === 0 ? `${count}; ${found}` : `${count}; ${found} for sure, ${looks}`
  if (!lock) return sentence
  const where = `${functionText(lock.site.function)} (${placeText(lock.site)})`
  // Several wait at once: the sum says how much was lost, and no share of the trace's time can.
  const waits = `${counted(lock.waits, 'wait')} of ${formatNs(lock.waitedNs)} in all`
  return `${sentence}; busiest lock ${where}, ${waits}, ${formatNs(lock.longestNs)} at most`
}

function blindSentence({ looked, inputs }: Diagnosis): string {
  if (looked.goroutines === 0) return 'no goroutine is in what was given, at least none with a count'
  const share = `${formatCount(looked.placeUnknown)} of ${counted(looked.goroutines, 'goroutine')}`
  if (inputs.some(({ complete }) => !complete))
    return `${share} stand at places whose names are lost with what is missing: capture anew, or add a goroutine dump (/debug/pprof/goroutine?debug=2)`
  return `${share} wait since before the trace began, at places that traces of this Go version do not tell: add a goroutine dump (/debug/pprof/goroutine?debug=2)`
}

/** "server.trace, byte 1,024: expected …. Lost: …", for each problem of an input. */
export function problemsOf({ name, problems = [] }: DiagnosisInput): readonly string[] {
  return alikeProblems(problems).map(({ problem: { offset, message, lost }, more }) => {
    const where = `${printable(name)}, byte ${formatCount(offset)}`
    const like = more === 0 ? '' : `, and ${formatCount(more)} more like it`
    return `${where}: ${printable(message, 1000)}${like}. Lost: ${printable(lost, 1000)}`
  })
}

/** "is empty: …" of "expected …, found an empty input. …": what came, before what could have come. */
export function refusedText(message: string): string {
  const found = /(?:^|[;,] )found (.*)$/s.exec(message)
  return printable(found ? `found ${found[1]}` : message, 1000)
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
