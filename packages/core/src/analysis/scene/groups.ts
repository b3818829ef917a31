/** Goroutines that wait for the same kind of thing at the same line (and, where it is known, for the same lock). */
import type { Frame } from './frames.ts'
import type { Place, Standing } from './standing.ts'
import type { WaitKind } from './waits.ts'

export type Group = {
  readonly kind: WaitKind
  /** In Go's words: "sync.Mutex.Lock". */
  readonly what: string
  readonly site: Frame
  readonly lock: string
  /** As in `Place`: tells locks apart whose address is unknown. */
  readonly object: string
  /** Goroutines. */
  readonly count: number
  /** Rows in the standing. */
  readonly rows: Uint32Array
  /** The stacks that lead there. */
  readonly places: readonly Place[]
  /** When the first of them came there, in the trace's time; 0: before the trace; NaN: unknown. */
  readonly firstNs: number
  /** When the last of them did. */
  readonly newestNs: number
}

type Draft = { rows: number; count: number; firstNs: number; newestNs: number; readonly places: Place[] }

/** Groups of all that wait somewhere in a program, the biggest first. */
export function groupsOf(standing: Standing): Group[] {
  const { drafts, draftOfPlace } = draftsOf(standing.places)
  for (let row = 0; row < standing.length; row++) {
    const draft = drafts[draftOfPlace[standing.place[row]]]
    if (!draft) continue
    draft.rows++
    draft.count += standing.count[row]
    const sinceNs = standing.sinceNs[row]
    if (!(sinceNs >= draft.firstNs)) draft.firstNs = sinceNs
    if (!(sinceNs <= draft.newestNs)) draft.newestNs = sinceNs
  }
  const rows = rowsOfDrafts(standing, drafts, draftOfPlace)
  return drafts
    .map((draft, i) => toGroup(draft, rows[i]))
    .filter(group => group.rows.length > 0)
    .sort((a, b) => b.count - a.count)
}

function draftsOf(places: readonly Place[]): { drafts: Draft[]; draftOfPlace: Int32Array } {
  const draftOfPlace = new Int32Array(places.length).fill(-1)
  const drafts: Draft[] = []
  const known = new Map<Frame, Map<string, number>>()
  const locks = onlyLocks(places)
  for (const [i, place] of places.entries()) {
    if (place.wait.kind === 'none' || place.wait.kind === 'system' || !place.site) continue
    const only = locks.get(place.site)
    const lock = place.lock || (only && (place.object === '' || place.object === only.object) ? only.lock : '')
    const object = lock === '' ? place.object || (only?.object ?? '') : ''
    const key = `${place.wait.kind} ${place.wait.what} ${lock} ${object}`
    const atSite = known.get(place.site) ?? new Map<string, number>()
    known.set(place.site, atSite)
    const draft =
      atSite.get(key) ?? drafts.push({ rows: 0, count: 0, firstNs: Number.NaN, newestNs: Number.NaN, places: [] }) - 1
    atSite.set(key, draft)
    // What is told of all is read from the first: the one that knows most.
    if (tells(place) > tells(drafts[draft].places[0])) drafts[draft].places.unshift(place)
    else drafts[draft].places.push(place)
    draftOfPlace[i] = draft
  }
  return { drafts, draftOfPlace }
}

/** How much a place tells of its lock. */
function tells(place: Place | undefined): number {
  if (!place) return 3
  return place.lock !== '' ? 2 : place.object !== '' ? 1 : 0
}

/**
 * What is known of the lock of a line, where the dumps show one only: a dump that was cut, or taken before the last of
 * them came, does not know it of all that wait there.
 */
function onlyLocks(places: readonly Place[]): Map<Frame, { lock: string; object: string }> {
  const locks = new Map<Frame, { lock: string; object: string }>()
  // undefined: none so far; '': several.
  const one = (known: string | undefined, next: string) =>
    next === '' ? known : known === undefined || known === next ? next : ''
  const seen = new Map<Frame, { lock?: string | undefined; object?: string | undefined }>()
  for (const { lock, object, site } of places) {
    if ((lock === '' && object === '') || !site) continue
    const known = seen.get(site)
    seen.set(site, { lock: one(known?.lock, lock), object: one(known?.object, object) })
  }
  for (const [site, { lock, object }] of seen) locks.set(site, { lock: lock ?? '', object: object ?? '' })
  return locks
}

function rowsOfDrafts(standing: Standing, drafts: readonly Draft[], draftOfPlace: Int32Array): Uint32Array[] {
  const rows = drafts.map(draft => new Uint32Array(draft.rows))
  const filled = new Uint32Array(drafts.length)
  for (let row = 0; row < standing.length; row++) {
    const draft = draftOfPlace[standing.place[row]]
    if (draft >= 0) rows[draft][filled[draft]++] = row
  }
  return rows
}

function toGroup(draft: Draft, rows: Uint32Array): Group {
  const [first] = draft.places
  return {
    kind: first.wait.kind,
    what: first.wait.what,
    site: first.site!,
    lock: first.lock,
    object: first.object,
    count: draft.count,
    rows,
    places: draft.places,
    firstNs: draft.firstNs,
    newestNs: draft.newestNs,
  }
}

/** The same group with only those that came before `ns` (in the trace's time). */
export function cameBefore(group: Group, standing: Standing, ns: number): Group {
  // Mostly all or none: a million rows are not copied for that.
  if (group.newestNs < ns) return group
  const none = group.firstNs >= ns
  const rows = none ? new Uint32Array(0) : group.rows.filter(row => standing.sinceNs[row] < ns)
  let count = 0
  let newestNs = Number.NaN
  for (const row of rows) {
    count += standing.count[row]
    if (!(standing.sinceNs[row] <= newestNs)) newestNs = standing.sinceNs[row]
  }
  return { ...group, rows, count, firstNs: none ? Number.NaN : group.firstNs, newestNs }
}
