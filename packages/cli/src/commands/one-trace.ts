/** The one trace that a command of numbers is about, and the scope that its options name. */
import {
  alikeProblems,
  formatCount,
  printable,
  requireSomebody,
  type Scope,
  type ScopeAsk,
  ScopeError,
  scopeOf,
  type Trace,
} from '@unhang/core'
import { DEFAULT_FETCH } from '../capture/options.ts'
import { Complaint } from '../complaint.ts'
import { isServer, listed, openInputs } from '../inputs/open.ts'
import type { Output } from '../print/output.ts'

type OneTrace = { readonly name: string; readonly trace: Trace }

/**
 * `input`: a file, a folder with a trace in it, or "-". What of it is lost is remarked, unless the command itself tells
 * it. Throws `Complaint` where no trace is among what it names.
 */
export async function openTrace(input: string, output: Output, tellsLosses = false): Promise<OneTrace> {
  refuseServer(input)
  const others: string[] = []
  const leaveOut = (name: string) => void others.push(name)
  const inputs = await openInputs([input], { ...DEFAULT_FETCH, wanted: 'trace', leaveOut }, output.remark)
  const [first] = inputs.flatMap(({ name, capture }) =>
    capture.kind === 'trace' ? { name, trace: capture.trace } : [],
  )
  if (first !== undefined) {
    const left = listed(others)
    if (left !== '') output.remark(`unhang: of ${printable(first.name, 2000)} alone; not of ${left}\n`)
    if (!tellsLosses) remarkLosses(first.name, first.trace, output)
    return first
  }
  throw new Complaint(
    'an execution trace',
    `goroutine dumps alone in ${input}`,
    `look at them with: unhang dump ${input}`,
  )
}

/** What is asked of a server is a capture first. */
export function refuseServer(...inputs: readonly string[]): void {
  const server = inputs.find(isServer)
  if (server === undefined) return
  throw new Complaint(
    'files or folders with captures',
    `a server: ${server}`,
    `first: unhang capture ${server} -o incident`,
  )
}

/** Damage can have many consequences; the first ones tell where it is. */
const PROBLEMS = 3

/** Numbers of a part look like those of the whole. */
function remarkLosses(name: string, { problems }: Trace, output: Output): void {
  for (const { problem, more } of alikeProblems(problems).slice(0, PROBLEMS)) {
    const { offset, message, lost } = problem
    const like = more === 0 ? '' : `, and ${formatCount(more)} more like it`
    const text = `${name} is not whole, byte ${formatCount(offset)}: ${message}${like}. Lost: ${lost}`
    output.remark(`unhang: ${printable(text, 2000)}\n`)
  }
}

/** Throws `Complaint` for what the trace does not have. */
export function scopeIn(trace: Trace, ask: ScopeAsk): Scope {
  return complaining(() => {
    const scope = scopeOf(trace, ask)
    requireSomebody(ask, scope)
    return scope
  })
}

/** What is asked wrongly of a trace is told in the three lines of every error. */
export function complaining<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (error instanceof ScopeError) throw new Complaint(error.expected, error.found, error.remedy)
    throw error
  }
}

/** Throws `Complaint` where nothing was traced that could have spent time. */
export function requireGoroutines(name: string, trace: Trace): void {
  if (trace.spans.length > 0) return
  throw new Complaint(
    'goroutines in the trace',
    `none in ${name}`,
    'capture a longer trace: unhang capture HOST:PORT --seconds 5',
  )
}
