/** What a comparison of two traces says, in sentences: what waits, runs and queues longer, and who is new. */
import { line, shortName } from '../../analysis/scene/words.ts'
import { formatCount, formatNs } from '../../base/units.ts'
import { isSystemEntry } from '../entries.ts'
import type { FunctionChange, TraceDiff, WaitChange } from './diff.ts'

/** A hundredth of one goroutine's time: below it two traces of the same program differ, too. */
const LEAST_NS = 10e6
/** … and a twentieth of what it is. */
const LEAST_SHARE = 0.05
/** Names of functions that are new or gone. */
const NAMES = 3

export function summaryOf({ functions, waits, before, after }: Omit<TraceDiff, 'summary'>): readonly string[] {
  if (functions.length === 0 && waits.length === 0) return ['nothing differs']
  const counting = functions.filter(counts)
  const told = [
    ...most(waits.filter(counts), change => `${waitText(change)}`),
    ...most(
      counting.filter(({ kind }) => kind === 'running'),
      change => runText(change, 'runs'),
    ),
    ...most(
      counting.filter(({ kind }) => kind === 'runnable'),
      change => runText(change, 'waits', ' for a processor'),
    ),
    ...most(
      counting.filter(({ kind }) => kind === 'syscall'),
      change => runText(change, 'is', ' in calls of the system'),
    ),
  ]
  // Whatever is told first weighs most.
  told.sort((a, b) => Math.abs(b.changeNs) - Math.abs(a.changeNs))
  const sentences = told.map(({ text }) => text)
  const nothing = `nothing waits or runs more than ${formatNs(LEAST_NS)} a second longer or shorter`
  return [
    ...(sentences.length > 0 ? sentences : [nothing]),
    ...presenceText(functions, 'new', 'only the later trace has', after.goroutines),
    ...presenceText(functions, 'gone', 'only the earlier trace has', before.goroutines),
  ]
}

/** Of the program itself, and of some size. */
function counts({ function: of, changeNs, before, after }: FunctionChange | WaitChange): boolean {
  const larger = Math.max(before.perSecondNs, after.perSecondNs)
  return Math.abs(changeNs) >= LEAST_NS && Math.abs(changeNs) >= LEAST_SHARE * larger && !isSystemEntry(of)
}

type Told = { readonly changeNs: number; readonly text: string }

/** What grew most, and what shrank most. */
function most<C extends FunctionChange | WaitChange>(
  changes: readonly C[],
  textOf: (change: C) => string,
): readonly Told[] {
  const grown = changes.slice(0, 1).filter(({ changeNs }) => changeNs > 0)
  const shrunk = changes.slice(-1).filter(({ changeNs }) => changeNs < 0)
  return [...grown, ...shrunk].map(change => ({ changeNs: change.changeNs, text: textOf(change) }))
}

function waitText(change: WaitChange): string {
  const { function: of, reason, at, before, after } = change
  const site = (change.changeNs > 0 ? after : before).site ?? after.site ?? before.site
  const own = at !== '' && at !== of ? ` in ${shortName(at)}` : ''
  const where = site && site.file !== '' ? ` at ${line(site)}` : ''
  return `${nameOf(of)} waits ${howMuch(change)}${reason === '' ? '' : ` for ${reason}`}${own}${where} (${instead(change)})`
}

function runText(change: FunctionChange, verb: string, rest = ''): string {
  return `${nameOf(change.function)} ${verb} ${howMuch(change)}${rest} (${instead(change)})`
}

/** "3.1 s a second longer". */
function howMuch({ changeNs }: FunctionChange | WaitChange): string {
  return `${formatNs(Math.abs(changeNs))} a second ${changeNs > 0 ? 'longer' : 'shorter'}`
}

function instead({ before, after }: FunctionChange | WaitChange): string {
  return `${amount(after.perSecondNs)} instead of ${amount(before.perSecondNs)}`
}

const amount = (ns: number) => (ns === 0 ? 'none' : formatNs(ns))

const nameOf = (name: string) => (name === '' ? 'an unknown function' : shortName(name))

function presenceText(
  functions: readonly FunctionChange[],
  presence: 'new' | 'gone',
  which: string,
  all: number,
): readonly string[] {
  const counts = new Map<string, number>()
  for (const { function: of, presence: is, before, after } of functions)
    if (is === presence && !isSystemEntry(of)) counts.set(of, Math.max(before.goroutines, after.goroutines))
  if (counts.size === 0) return []
  const names = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const goroutines = names.reduce((sum, [, count]) => sum + count, 0)
  const shown = names.slice(0, NAMES).map(([name, count]) => `${nameOf(name)} (${formatCount(count)})`)
  const more = names.length > NAMES ? ` and ${formatCount(names.length - NAMES)} more functions` : ''
  const are = goroutines === 1 ? 'is of a function' : 'are of functions'
  return [
    `${formatCount(goroutines)} of ${formatCount(all)} goroutines ${are} that ${which}: ${shown.join(', ')}${more}`,
  ]
}
