/**
 * What two dumps may mean, in sentences. Two moments show who is there, not what happened in between: a leak and a hang
 * are asked, never claimed.
 */
import type { DumpDiff } from './diff.ts'
import type { DiffGroup } from './diff-report.ts'

/** Of each kind the places with the most goroutines; the rest stands in the table. */
const SENTENCES = 3
/** One more may be the very request that asked for the dump: it stands in the table. */
const LEAK_FROM = 2

/** `places` are those with anybody in them, what grew first. */
export function summaryOf(diff: DumpDiff, isWhole: boolean, places: readonly DiffGroup[]): readonly string[] {
  const grown = places.filter(({ before, after }) => after - before >= LEAK_FROM).slice(0, SENTENCES)
  const locks = places.filter(place => isLock(place) && stillIn(place) > 0)
  locks.sort((a, b) => stillIn(b) - stillIn(a))
  return [
    ...(diff.otherProcess ? ['the same ids were created by other functions: two processes, compared by counts'] : []),
    ...(diff.shorter > diff.longer ? [reversed(diff)] : []),
    ...(isWhole ? [] : ['a dump is not whole: what it does not show looks as if it had come or gone']),
    ...grown.map(growth),
    ...locks.slice(0, SENTENCES).map(standing),
    ...(isQuiet(places) ? ['no goroutine appeared, vanished or moved'] : []),
  ]
}

function isQuiet(places: readonly DiffGroup[]): boolean {
  return places.every(({ moves, before, after }) => moves !== undefined && moves.still === before && before === after)
}

function reversed({ shorter }: DumpDiff): string {
  const who = shorter === 1 ? '1 goroutine has' : `${shorter} goroutines have`
  return `${who} waited longer in the first dump than in the second: is the first the later one?`
}

function growth(place: DiffGroup): string {
  const { before, after, moves } = place
  const where = placeText(place)
  const asked = isLock(place) ? 'a hang?' : 'a leak?'
  if (!moves) return `${after - before} more goroutines in ${where}, ${after} instead of ${before}: ${asked}`
  const { appeared, vanished, arrived, left } = moves
  const gone = vanished + left
  if (appeared === 0) return `${arrived} ${many(arrived)} moved to ${where}, ${gone === 0 ? 'none' : gone} left it`
  const came = `${appeared} ${many(appeared)} appeared in ${where}${arrived > 0 ? `, ${arrived} moved there` : ''}`
  if (gone === 0) return `${came}, none vanished: ${asked}`
  return `${came}, ${vanished} vanished${left > 0 ? `, ${left} moved on` : ''}`
}

function standing(place: DiffGroup): string {
  const count = stillIn(place)
  const who = place.moves ? `${count} ${many(count)}` : `${count} or fewer ${many(2)}`
  return `${who} ${place.moves && count === 1 ? 'stands' : 'stand'} in ${placeText(place)} in both dumps: a hang?`
}

/** Those that are there in both; without ids, at most so many. */
function stillIn({ moves, before, after }: DiffGroup): number {
  return moves ? moves.still : Math.min(before, after)
}

const LOCK_REASON = /^sync\.(?:RW)?Mutex\.R?Lock$/
const LOCK_CALL = /^sync\.\(\*(?:RW)?Mutex\)\.R?Lock$/

/** In its reason since Go 1.20; before, and where a form tells none, in the frames above its site. */
function isLock({ reason, frames, site }: DiffGroup): boolean {
  if (reason !== '' && reason !== 'semacquire') return LOCK_REASON.test(reason)
  for (const frame of frames) {
    if (frame.function === site?.function) return false
    if (LOCK_CALL.test(frame.function)) return true
  }
  return false
}

/** "main.query.func1 (chan send)" */
function placeText({ site, reason, state }: DiffGroup): string {
  const what = reason || (state === 'unknown' ? '' : state)
  return `${site ? shortName(site.function) : 'an unknown place'}${what && ` (${what})`}`
}

/** The package by its last element: "grpc.(*Server).Serve". */
function shortName(name: string): string {
  const bracket = name.search(/[([]/)
  const slash = name.lastIndexOf('/', bracket < 0 ? undefined : bracket)
  return name.slice(slash + 1)
}

function many(count: number): string {
  return count === 1 ? 'goroutine' : 'goroutines'
}
