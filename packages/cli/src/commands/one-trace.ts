/** The one trace that a command of numbers is about, and the scope that its options name. */
import { type Scope, type ScopeAsk, ScopeError, scopeOf, type Trace } from '@unhang/core'
import { DEFAULT_FETCH } from '../capture/options.ts'
import { Complaint } from '../complaint.ts'
import { openInputs } from '../inputs/open.ts'
import type { Output } from '../print/output.ts'

/** `input`: a file, a folder with a trace in it, or "-". Throws `Complaint` where no trace is among what it names. */
export async function openTrace(
  input: string,
  output: Output,
): Promise<{ readonly name: string; readonly trace: Trace }> {
  const inputs = await openInputs([input], { ...DEFAULT_FETCH, wanted: 'trace' }, output.remark)
  for (const { name, capture } of inputs) if (capture.kind === 'trace') return { name, trace: capture.trace }
  throw new Complaint(
    'an execution trace',
    `goroutine dumps alone in ${input}`,
    `look at them with: unhang dump ${input}`,
  )
}

/** Throws `Complaint` for what the trace does not have. */
export function scopeIn(trace: Trace, ask: ScopeAsk): Scope {
  return complaining(() => scopeOf(trace, ask))
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
