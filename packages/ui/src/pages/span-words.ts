/** What is said of a span besides its numbers: where it ran, and who ended it where that was no goroutine. */
import type { SpanDetail } from '@unhang/core'
import { formatMoment } from '../words.ts'

/** Is it on a processor, or in a call? */
export function isActing({ state }: Pick<SpanDetail, 'state'>): boolean {
  return state === 'running' || state === 'syscall'
}

/** "P1 · thread 3"; for a span in which nothing runs also until when it did. */
export function ranOn(
  detail: Pick<SpanDetail, 'state' | 'proc' | 'thread' | 'lastRanNs' | 'startNs' | 'endNs'>,
  traceNs: number,
): string {
  const { proc, thread, lastRanNs, startNs, endNs } = detail
  const where = [proc >= 0 ? `P${proc}` : '', thread >= 0 ? `thread ${thread}` : ''].filter(part => part !== '')
  if (where.length === 0) return 'not seen'
  if (isActing(detail) || Number.isNaN(lastRanNs)) return where.join(' · ')
  return `${where.join(' · ')} until ${formatMoment(lastRanNs, startNs - lastRanNs || endNs - startNs, traceNs)}`
}

/**
 * Who ended a wait, or will, where it was no goroutine: that nobody did until the trace's end is what many came to see.
 * '': the question does not arise.
 */
export function wakerWords(detail: Pick<SpanDetail, 'state' | 'reason' | 'openStart' | 'openEnd' | 'wokenBy'>): string {
  const { state, reason, openStart, openEnd, wokenBy } = detail
  if (wokenBy || isActing(detail)) return ''
  if (state === 'waiting' && openEnd) return "nobody, until the trace's end"
  if (state === 'waiting' && reason === 'sleep') return 'a timer'
  if (state === 'waiting' && NETWORK.test(reason)) return 'the network poller'
  return openStart || reason === 'preempted' ? '' : 'not in the trace'
}
const NETWORK = /^(?:IO wait|network|net\.|internal\/poll)/
