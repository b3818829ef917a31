/**
 * Traces up to Go 1.22 do not tell where a goroutine stands that never moved, and a dump without ids (debug=1, protobuf)
 * does not tell which goroutine stands where. Together they tell how many stood there all the time: what the dump shows
 * at lines where the trace saw nobody come or go.
 */
import type { Dump } from '../../dump/tables.ts'
import type { Trace } from '../../trace/tables.ts'
import type { Frame, FrameBook } from './frames.ts'
import type { Place, Standing } from './standing.ts'

/**
 * The standing with goroutines of no known place taken for those that the dumps count; as it is, where nothing is to be
 * told, or the dumps show more than there are. `dumps` are of forms without ids.
 */
export function countedIn(standing: Standing, trace: Trace, dumps: readonly Standing[], book: FrameBook): Standing {
  const placeless = placelessRows(standing)
  const newest = dumps.at(-1)
  if (!newest || placeless.length === 0) return standing
  const seen = sitesSeen(trace, book)
  // Dumps with ids have told of these already.
  const placed = countsAtSitesOf(standing)
  const tellsNothing = ({ site, wait, frames }: Place) =>
    !site || wait.kind === 'none' || wait.kind === 'system' || seen.has(site) || frames.some(isObserving)
  const added: { place: Place; count: number }[] = []
  let total = 0
  for (const [place, count] of countsOf(newest)) {
    // One that came between two dumps stands in one of them only.
    const always = tellsNothing(place) ? 0 : Math.min(count, ...dumps.map(dump => countAt(dump, place)))
    const known = Math.min(always, (place.site && placed.get(place.site)) ?? 0)
    if (place.site && known > 0) placed.set(place.site, placed.get(place.site)! - known)
    if (always > known) added.push({ place, count: always - known })
    total += always - known
  }
  return total === 0 || total > placeless.length ? standing : withCounted(standing, added, placeless.slice(0, total))
}

/** The dumps among these that know no ids. */
export function withoutIds(dumps: readonly Dump[], standings: readonly Standing[]): Standing[] {
  return standings.filter((_, i) => dumps[i].form !== 'debug2')
}

function placelessRows(standing: Standing): number[] {
  const rows: number[] = []
  for (let row = 0; row < standing.length; row++) {
    const { wait, frames } = standing.places[standing.place[row]]
    if (wait.kind === 'unknown' && frames.length === 0 && standing.sinceNs[row] === 0) rows.push(row)
  }
  return rows
}

/** The line of every stack of the trace, plumbing aside. */
function sitesSeen(trace: Trace, book: FrameBook): Set<Frame> {
  const { stacks } = trace
  const seen = new Set<Frame>()
  for (let stack = 1; stack < stacks.length; stack++) {
    const site = book.site(trace, stack)
    if (site) seen.add(site)
  }
  return seen
}

/** Whoever writes the dump was not there while the trace was written. */
function isObserving(frame: Frame): boolean {
  return frame.package === 'runtime/pprof' || frame.package === 'net/http/pprof'
}

function countsOf(dump: Standing): Map<Place, number> {
  const counts = new Map<Place, number>()
  for (let row = 0; row < dump.length; row++) {
    const place = dump.places[dump.place[row]]
    counts.set(place, (counts.get(place) ?? 0) + dump.count[row])
  }
  return counts
}

/** Asked for each place of a dump and each dump: summed up once. */
const countsAtSites = new WeakMap<Standing, Map<Frame, number>>()

function countAt(dump: Standing, { site }: Place): number {
  let counts = countsAtSites.get(dump)
  if (!counts) {
    counts = countsAtSitesOf(dump)
    countsAtSites.set(dump, counts)
  }
  return (site && counts.get(site)) ?? 0
}

function countsAtSitesOf(standing: Standing): Map<Frame, number> {
  const counts = new Map<Frame, number>()
  for (const [place, count] of countsOf(standing))
    if (place.site) counts.set(place.site, (counts.get(place.site) ?? 0) + count)
  return counts
}

/** `taken` are the rows that the added ones stand for: which of them stands where is not known. */
function withCounted(
  standing: Standing,
  added: readonly { readonly place: Place; readonly count: number }[],
  taken: readonly number[],
): Standing {
  const { length } = standing
  const total = length + added.length
  const longer = <T extends Float64Array | Int32Array | Uint32Array>(column: T, into: T): T => {
    into.set(column.subarray(0, length))
    return into
  }
  const id = longer(standing.id, new Float64Array(total)).fill(Number.NaN, length)
  const count = longer(standing.count, new Uint32Array(total))
  const place = longer(standing.place, new Int32Array(total))
  for (const row of taken) count[row] = 0
  for (const [i, one] of added.entries()) {
    count[length + i] = one.count
    place[length + i] = standing.places.length + i
  }
  return {
    length: total,
    id,
    count,
    place,
    sinceNs: longer(standing.sinceNs, new Float64Array(total)),
    traceRow: longer(standing.traceRow, new Int32Array(total)).fill(-1, length),
    minutes: longer(standing.minutes, new Int32Array(total)).fill(-1, length),
    places: [...standing.places, ...added.map(one => one.place)],
  }
}
