/** A text may hold several dumps, of one form and of others: reads one after the other. */
import type { Meter } from '../base/progress.ts'
import type { Stretch } from './begins.ts'
import { isTotal, readDebug1 } from './debug1.ts'
import { readDebug2 } from './debug2.ts'
import { withoutExcerpts } from './excerpts.ts'
import type { Dump } from './tables.ts'

/** Dumps that are kept of one text: the last ones. */
const MAX_DUMPS = 32
/** Changes of the form; behind so many, the rest is of one. */
const MAX_SECTIONS = 200

export type Sections = {
  readonly dumps: readonly Dump[]
  /** Lines of dumps stand behind other text. */
  readonly suspicious: boolean
  /** Lines were met that may be parts of one. */
  readonly cut: boolean
  /** Headers and who created a goroutine go on in the next line. */
  readonly wrapped: boolean
}

/** Reads the text `bytes[from, to)`. */
export function readSections(bytes: Uint8Array, from: number, to: number, meter: Meter): Sections {
  const dumps: Dump[] = []
  let suspicious = false
  let cut = false
  let wrapped = false
  let counted = false
  for (let at = from, sections = 1; at < to; sections++) {
    const single = sections >= MAX_SECTIONS
    if (counted) {
      // Of these lines nobody looked at each.
      cut = true
      const part = readDebug1(bytes, meter, at, to, single)
      if (part.dump) dumps.push(part.dump)
      suspicious ||= part.suspicious
      at = part.end
      counted = isTotal(bytes, at, to)
    } else {
      const part = readDebug2(bytes, meter, at, to, single)
      if (part.stretches.length > 0) dumps.push(...ofStretches(bytes, part.stretches, part.lost, meter))
      else if (part.dump) dumps.push(part.dump)
      suspicious ||= part.suspicious
      cut ||= part.cuts.found
      wrapped ||= part.cuts.wrapped
      at = part.end
      counted = true
    }
  }
  return { dumps: withoutExcerpts(dumps).slice(-MAX_DUMPS), suspicious, cut, wrapped }
}

/** Each stretch as a dump of its own; what shows a panic alone is none where others are. */
function ofStretches(bytes: Uint8Array, stretches: readonly Stretch[], lost: number, meter: Meter): Dump[] {
  const whole = stretches.filter(stretch => stretch.rows > 0 && !stretch.report)
  const kept = (whole.length > 0 ? whole : stretches).slice(-MAX_DUMPS)
  const dumps = kept
    .map(({ start, end }) => readDebug2(bytes, meter, start, end, true).dump)
    .filter(dump => dump !== undefined)
  const missing = lost + whole.length - kept.length
  if (missing <= 0 || dumps.length === 0) return dumps
  const message = `the text holds ${missing + dumps.length} dumps, of which the last ${dumps.length} are kept`
  const problem = { offset: 0, message, lost: `${missing} earlier dumps` }
  return [{ ...dumps[0], problems: [problem, ...dumps[0].problems] }, ...dumps.slice(1)]
}
