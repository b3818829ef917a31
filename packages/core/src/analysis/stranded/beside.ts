/**
 * Who has to do with those that are in the middle of something? What one goroutine has set up may be a whole program: its
 * idle workers stand beside the hang, and nothing but that goroutine connects them.
 */
import { haveTypeInCommon } from '../reach/kin.ts'
import type { Tie } from '../reach/partners.ts'
import type { Frame } from '../scene/frames.ts'
import { scopesOf } from '../scene/scopes.ts'
import type { Place } from '../scene/standing.ts'
import type { Node } from './judged.ts'

/** Ties that say where both come from, and no more. */
const APART: ReadonlySet<Tie> = new Set<Tie>(['sibling', 'around', 'library'])

/** Have these two nothing to do with each other, as far as is shown, but that the same goroutine has started them? */
export type Apart = (a: Node, b: Node) => boolean

/** `startedAt`: the line of the `go` statement that started a row. */
export function apartIn(startedAt: (row: number) => Frame | undefined): Apart {
  // Workers of one kind have their function and type in common, but each has its own value.
  const arePeers = (a: Node, b: Node) => {
    const start = startedAt(a.row)
    return start !== undefined && start === startedAt(b.row) && beginOf(a) === beginOf(b)
  }
  const common = new Map<Place, Map<Place, boolean>>()
  const haveInCommon = (a: Place, b: Place) => {
    const known = common.get(a) ?? new Map<Place, boolean>()
    common.set(a, known)
    const have = known.get(b) ?? (haveTypeInCommon(a, b) || haveScopeInCommon(a, b))
    known.set(b, have)
    return have
  }
  const isLoose = (a: Node, b: Node) => {
    const tie = a.partners.get(b.row)
    return tie === undefined || APART.has(tie)
  }
  return (a, b) => isLoose(a, b) && isLoose(b, a) && (arePeers(a, b) || !haveInCommon(a.place, b.place))
}

/** The first of its own functions. */
function beginOf({ place }: Node): string | undefined {
  return place.frames.findLast(frame => frame.own)?.function
}

/** Closures in one function may use the same variable. */
function haveScopeInCommon(a: Place, b: Place): boolean {
  const scopes = new Set(a.frames.flatMap(frame => (frame.own ? scopesOf(frame.function) : [])))
  return b.frames.some(frame => frame.own && scopesOf(frame.function).some(scope => scopes.has(scope)))
}

/** By row, whom it is tied to: whoever is its partner, and whose partner it is; less those that are apart. */
export function tiesIn(
  nodes: ReadonlyMap<number, Node>,
  isApart: Apart = () => false,
): ReadonlyMap<number, readonly number[]> {
  const ties = new Map<number, number[]>()
  const tie = (a: number, b: number) => {
    const rows = ties.get(a)
    if (rows) rows.push(b)
    else ties.set(a, [b])
  }
  for (const node of nodes.values()) {
    for (const row of node.partners.keys()) {
      const other = nodes.get(row)
      if (!other || isApart(node, other)) continue
      tie(node.row, row)
      tie(row, node.row)
    }
  }
  return ties
}

/** Rows of a part that are at work, and of all that have to do with these, or with whoever has. */
export function nearTo(atWork: readonly Node[], nodes: ReadonlyMap<number, Node>, isApart: Apart): ReadonlySet<number> {
  const ties = tiesIn(nodes, isApart)
  const near = new Set(atWork.map(({ row }) => row))
  // Whoever is found on the way is gone through, too.
  for (const row of near) for (const next of ties.get(row) ?? []) near.add(next)
  return near
}
