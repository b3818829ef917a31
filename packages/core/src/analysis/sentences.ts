/** The sentences that terminal and page both say of an answer: its title, who has what is waited for, and health. */
import { printable } from '../base/printable.ts'
import { formatCount, formatNs } from '../base/units.ts'
import type { Diagnosis, Finding, Looked } from './diagnosis.ts'
import { at, goroutine, goroutines, shortName } from './scene/words.ts'

/** Characters of a name that somebody has chosen. */
const MOST_TYPE = 40

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

/** "10 goroutines wait for a lock that nobody is left to release". */
export function titleOf({ waiters: { count }, cause, kind }: Finding): string {
  // None is counted where a dump does not say how many stand at a place, or where all have been let in.
  const many = count === 0 && cause === 'contention' ? 'goroutines' : goroutines(count)
  const who = `${many} ${count === 1 ? 'waits' : 'wait'}`
  if (cause === 'unknown') return `${who} (${kind}), and who would wake ${count === 1 ? 'it' : 'them'} is unclear`
  return `${who} ${kind === 'select' && cause === 'no-sender' ? IN_SELECT : TITLES[cause]}`
}

/** What is taken by somebody, who has it until it is given back. */
const LOCKED: ReadonlySet<Finding['cause']> = new Set<Finding['cause']>(['forgotten-unlock', 'contention', 'unknown'])

/** "goroutine 35 took it and has ended without releasing it". */
export function holderOf({ holder, cause, waiters: { count } }: Finding): string {
  const who = goroutine(holder.goroutine ?? Number.NaN)
  const where = holder.function ? ` in ${shortName(holder.function)}` : ''
  const waits = holder.waitsFor ? `, which waits for ${holder.waitsFor}` : ''
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

export type Health = { readonly word: 'HEALTHY' | 'NOT SURE' | 'NOTHING SEEN'; readonly sentence: string }

/** Where most goroutines stand at an unknown place, "healthy" would be a guess. */
const BLIND_SHARE = 0.5

/** The answer where no finding counts: what was looked at, and what could not be seen. */
export function healthOf(diagnosis: Diagnosis): Health {
  const { looked, findings, inputs } = diagnosis
  if (looked.goroutines === 0 || looked.placeUnknown > looked.goroutines * BLIND_SHARE)
    return { word: 'NOTHING SEEN', sentence: blindSentence(diagnosis) }
  // What is missing may be what would tell of those that are worth a look.
  const isOpen = findings.length > 0 && inputs.some(({ complete }) => !complete)
  return { word: isOpen ? 'NOT SURE' : 'HEALTHY', sentence: healthySentence(diagnosis) }
}

/** Only what was looked for and not found is said: that nobody waits in vain is more than anybody can know. */
function healthySentence({ looked, findings, inputs }: Diagnosis): string {
  const count = goroutines(looked.goroutines)
  const { busiestLock: lock, openTasks: open } = looked
  const isPart = inputs.some(({ complete }) => !complete)
  const found = `no lock, slot or call was found stuck${isPart ? ' in what could be read' : ''}`
  const looks = `${formatCount(findings.length)} ${findings.length === 1 ? 'is' : 'are'} worth a look`
  const sentence = findings.length === 0 ? `${count}; ${found}` : `${count}; ${found} for sure, ${looks}`
  return [sentence, ...(lock ? [lockSentence(lock)] : []), ...(open ? [openSentence(open)] : [])].join('; ')
}

function lockSentence({ site, waits, waitedNs, longestNs }: NonNullable<Looked['busiestLock']>): string {
  // Several wait at once: the sum says how much was lost, and no share of the trace's time can.
  const many = `${formatCount(waits)} ${waits === 1 ? 'wait' : 'waits'} of ${formatNs(waitedNs)} in all`
  return `busiest lock ${at(site)}, ${many}, ${formatNs(longestNs)} at most`
}

/** Long tasks are normal: who knows what they are for is told which to look at. */
function openSentence({ count, type, longestNs }: NonNullable<Looked['openTasks']>): string {
  const name = printable(type, MOST_TYPE).trim()
  const longest = `${name === '' ? '' : `"${name}" `}for ${formatNs(longestNs)}`
  return count === 1
    ? `1 user task is open at the end, ${longest}`
    : `${formatCount(count)} user tasks are open at the end, ${longest} at most`
}

function blindSentence({ looked, inputs }: Diagnosis): string {
  if (looked.goroutines === 0) return 'no goroutine is in what was given, at least none with a count'
  const share = `${formatCount(looked.placeUnknown)} of ${formatCount(looked.goroutines)} goroutines`
  if (inputs.some(({ complete }) => !complete))
    return `${share} stand at places whose names are lost with what is missing: capture anew, or add a goroutine dump (/debug/pprof/goroutine?debug=2)`
  return `${share} wait since before the trace began, at places that traces of this Go version do not tell: add a goroutine dump (/debug/pprof/goroutine?debug=2)`
}
