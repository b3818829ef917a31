/**
 * Which living goroutines are in the same functions, or in methods of the same types: an index over all places, so that
 * looking for the partners of one goroutine costs what it finds.
 */
import { isObserver, type Scene } from '../scene/scene.ts'
import { receiversOf, scopesOf } from '../scene/scopes.ts'
import type { Place } from '../scene/standing.ts'

export type KinIndex = {
  /** Places with a frame of the program's own that is written in this function. */
  readonly inScope: (functionName: string) => readonly number[]
  /** Places with a frame of the program's own that belongs to this type. */
  readonly ofType: (receiver: string) => readonly number[]
  /** Places with a frame of this package of somebody else's library. */
  readonly ofLibrary: (packageName: string) => readonly number[]
  /** Rows that stand at a place. */
  readonly rowsAt: (place: number) => Uint32Array
}

/** Programs stand at some thousands of places; hostile inputs at more. */
const MAX_PLACES = 20_000
const NONE: readonly never[] = []

export function kinIndex(scene: Scene): KinIndex {
  const scopes = new Map<string, number[]>()
  const types = new Map<string, number[]>()
  const libraries = new Map<string, number[]>()
  for (const [i, place] of scene.standing.places.slice(0, MAX_PLACES).entries()) {
    if (place.wait.kind === 'system' || isObserver(place)) continue
    for (const frame of place.frames) {
      if (!frame.own) {
        add(libraries, frame.package, i)
        continue
      }
      for (const scope of scopesOf(frame.function)) add(scopes, scope, i)
      for (const type of typesOf(frame)) add(types, type, i)
    }
  }
  const rows = rowsByPlace(scene)
  return {
    inScope: name => scopes.get(name) ?? NONE,
    ofType: receiver => types.get(receiver) ?? NONE,
    ofLibrary: name => libraries.get(name) ?? NONE,
    rowsAt: place => rows.row.subarray(rows.first[place], rows.first[place + 1]),
  }
}

/** The types that a frame's function is a method of, or is written in a method of. */
export function typesOf(frame: Place['frames'][number]): readonly string[] {
  const types = receiversOf(frame.function)
  if (types.length > 0 || frame.receiver === '') return types
  return [frame.receiver]
}

/** Are goroutines at these places in methods of the same type of the program's own? */
export function haveTypeInCommon(a: Place, b: Place): boolean {
  const types = new Set(a.frames.flatMap(frame => (frame.own ? typesOf(frame) : NONE)))
  return b.frames.some(frame => frame.own && typesOf(frame).some(type => types.has(type)))
}

function add(index: Map<string, number[]>, key: string, place: number): void {
  const places = index.get(key)
  if (!places) index.set(key, [place])
  else if (places.at(-1) !== place) places.push(place)
}

function rowsByPlace({ standing }: Scene): { first: Uint32Array; row: Uint32Array } {
  const first = new Uint32Array(standing.places.length + 1)
  for (let row = 0; row < standing.length; row++) first[standing.place[row] + 1]++
  for (let place = 0; place < standing.places.length; place++) first[place + 1] += first[place]
  const row = new Uint32Array(standing.length)
  const next = first.slice()
  for (let at = 0; at < standing.length; at++) row[next[standing.place[at]]++] = at
  return { first, row }
}
