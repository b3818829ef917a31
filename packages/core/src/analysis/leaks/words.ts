/** What is told of goroutines that grow in number. */
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { at, duration, goroutine, goroutines, shortName, thousands } from '../scene/words.ts'
import type { Kin } from './kin.ts'
import type { Growth } from './leaks.ts'

export function growthSentences(growth: Growth): string[] {
  return growth.by === 'trace' ? tracedSentences(growth) : dumpedSentences(growth)
}

function tracedSentences(growth: Growth): string[] {
  const { before, after, born, ended, left, longestNs, parts, filled, overNs } = growth
  const grown = after - before
  const rate = grown / (overNs / 1e9)
  const went =
    left === 0
      ? 'none of them went on'
      : `the ${thousands(left)} that went on had waited for ${duration(longestNs)} at most`
  const when = filled === parts ? `in each of ${parts} parts` : `in ${filled} of ${parts} parts`
  return [
    `they became more: ${thousands(before)} were there when the trace began, ${thousands(after)} when it ended, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} a second over ${duration(overNs)}`,
    `they came ${when} of that time; ${went}`,
    ...(born > 0
      ? [
          `${goroutines(born)} of that origin ${born === 1 ? 'was' : 'were'} born while it was traced, ${ended === 0 ? 'none' : thousands(ended)} ended`,
        ]
      : []),
  ]
}

function dumpedSentences(growth: Growth): string[] {
  const { by, before, after, born, left, parts, group } = growth
  const dumps = parts === 1 ? 'two dumps' : `${parts + 1} dumps`
  const gone =
    left === 0 ? `none of the ${thousands(before)} is gone` : `${thousands(left)} of the ${thousands(before)} are gone`
  return [
    `they became more from the first to the last of ${dumps}: ${thousands(before)} were there, then ${thousands(after)}`,
    ...(by === 'ids'
      ? [`${thousands(born)} are new in the process; ${before === 0 ? 'none was there before' : gone}`]
      : []),
    ...(growth.steady ? ['they became more from each dump to the next'] : []),
    ...(group.kind === 'unknown' ? [NO_KIND] : []),
  ]
}

const NO_KIND = 'this form of a dump does not show what they wait for; debug=2 does'

export function kinSentences({ creators, isWhole, ended, returned, left, start }: Kin): string[] {
  if (!start) return []
  const where = `started in ${at(start)}`
  if (creators.length === 0) return [where]
  if (creators.length === 1) {
    const [id] = creators
    if (ended === 1) return [`${where} by ${goroutine(id)}, which has ended`]
    return [
      `${where} by ${goroutine(id)}, which ${returned > 0 ? 'has returned from there and serves others now' : 'is alive'}`,
    ]
  }
  const have = ended === creators.length ? 'have ended' : 'have ended or serve others now'
  if (left === 1)
    return [`${where} by goroutines that ${have}${isWhole ? `, ${thousands(creators.length)} of them` : ''}`]
  return [
    `${where} by ${goroutines(creators.length)}${isWhole ? '' : ' and others'}, of which ${thousands(ended)} have ended`,
  ]
}

export function crowdSentences(group: Group, total: number, next: Group | undefined): string[] {
  return [
    `that is ${Math.floor((100 * group.count) / total)} % of all ${thousands(total)} goroutines${next ? `; the next biggest group has ${thousands(next.count)}` : ''}`,
    'one dump shows no growth: a second one, some seconds later, tells whether they become more',
    ...(group.kind === 'unknown' ? [NO_KIND] : []),
  ]
}

export function leakAdvice(group: Group, start: Frame | undefined): string {
  const begin = start ? `${shortName(start.function)} starts one at each call` : 'something starts them'
  switch (group.kind) {
    case 'chan send':
      return `${begin}, and its receiver may leave before it has sent: a buffer of one, or a select with a way out, lets it end`
    case 'waitgroup':
      return `${begin}: see which Done is left out, on every path`
    default:
      return `${begin}: see what should end it, on every path, as a closed channel or a context that is cancelled`
  }
}
