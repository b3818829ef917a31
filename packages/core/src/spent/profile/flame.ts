/**
 * A call tree as a flame graph: a box for each node, as wide as its share, its children below it with the widest at the
 * left. A box that is looked at takes the whole width, with the way to it above. What would be narrower than a part of a
 * pixel is one box with its likes at the right of their siblings, so that there are never more boxes than room for them.
 */
import { type CallTree, functionOf, type Stacks, totalsOf, type Weight } from './tree.ts'

export type FlameAsk = {
  readonly weight: Weight
  /** The node that takes the whole width; 0: all. */
  readonly node: number
  /** In pixels, as are all lengths here. */
  readonly width: number
  /** Boxes narrower than this are drawn together. */
  readonly least: number
}

/** Boxes row by row, each row from the left. */
export type Flame = {
  readonly length: number
  readonly node: Int32Array //  -1: several siblings together
  readonly parent: Int32Array // node that they are children of; of node 0 -1
  readonly merged: Uint32Array // how many siblings it is; of a node 1
  readonly depth: Uint16Array // rows from the top: 0 is all
  readonly x: Float64Array
  readonly width: Float64Array
  readonly weight: Float64Array // nanoseconds or stays, as asked
  readonly rows: number
}

/** More boxes than this no screen has: 4,096 pixels in 250 rows. */
const MOST_BOXES = 1_000_000

export function layoutFlame(tree: CallTree, ask: FlameAsk): Flame {
  const boxes = new Boxes(tree, ask)
  boxes.way()
  boxes.below()
  return boxes.freeze()
}

class Boxes {
  private readonly tree: CallTree
  private readonly ask: FlameAsk
  private readonly totals: Float64Array
  private readonly scale: number
  private readonly node: number[] = []
  private readonly parent: number[] = []
  private readonly merged: number[] = []
  private readonly depth: number[] = []
  private readonly x: number[] = []
  private readonly width: number[] = []
  private readonly weight: number[] = []

  constructor(tree: CallTree, ask: FlameAsk) {
    this.tree = tree
    this.ask = ask
    this.totals = totalsOf(tree, ask.weight)
    const whole = this.totals[ask.node]
    this.scale = whole > 0 ? ask.width / whole : 0
  }

  /** From all to the node that is looked at, each as wide as the picture. */
  way(): void {
    if (this.totals[0] === 0) return
    const way: number[] = []
    for (let at = this.ask.node; at >= 0; at = this.tree.parent[at]) way.push(at)
    for (const [depth, node] of way.reverse().entries())
      this.put(node, this.tree.parent[node], 1, depth, 0, this.ask.width, this.totals[node])
  }

  /** Row after row: the boxes of the last one have children in the next. */
  below(): void {
    let from = this.node.length - 1
    while (from >= 0 && from < this.node.length && this.node.length < MOST_BOXES) {
      const end = this.node.length
      for (let box = from; box < end; box++) if (this.node[box] >= 0) this.children(box)
      from = end
    }
  }

  private children(box: number): void {
    const { children, key } = this.tree
    const { totals, scale } = this
    const node = this.node[box]
    const wide: number[] = []
    let merged = 0
    let left = 0
    for (let i = children.first[node]; i < children.first[node + 1]; i++) {
      const child = children.row[i]
      if (totals[child] * scale >= this.ask.least) wide.push(child)
      else if (totals[child] > 0) {
        merged++
        left += totals[child]
      }
    }
    wide.sort((a, b) => totals[b] - totals[a] || key[a] - key[b])
    const depth = this.depth[box] + 1
    let x = this.x[box]
    for (const child of wide) {
      const width = totals[child] * scale
      this.put(child, node, 1, depth, x, width, totals[child])
      x += width
    }
    if (merged > 0 && left * scale >= this.ask.least) this.put(-1, node, merged, depth, x, left * scale, left)
  }

  private put(node: number, parent: number, merged: number, depth: number, x: number, width: number, weight: number) {
    this.node.push(node)
    this.parent.push(parent)
    this.merged.push(merged)
    this.depth.push(depth)
    this.x.push(x)
    this.width.push(width)
    this.weight.push(weight)
  }

  freeze(): Flame {
    return {
      length: this.node.length,
      node: Int32Array.from(this.node),
      parent: Int32Array.from(this.parent),
      merged: Uint32Array.from(this.merged),
      depth: Uint16Array.from(this.depth),
      x: Float64Array.from(this.x),
      width: Float64Array.from(this.width),
      weight: Float64Array.from(this.weight),
      rows: (this.depth.at(-1) ?? -1) + 1,
    }
  }
}

export type Marks = {
  /** By node: 1 where its function's name holds the text. */
  readonly isMarked: Uint8Array
  readonly functions: number
  /** Of all what has a marked function on its stack: each is counted once, however often it has. */
  readonly ns: number
  readonly count: number
}

/** Marks functions whose name holds a text, whatever its case; '' marks none. */
export function markFunctions(trace: Stacks, tree: CallTree, text: string): Marks {
  const isMarked = new Uint8Array(tree.length)
  const sought = text.toLowerCase()
  if (sought === '') return { isMarked, functions: 0, ns: 0, count: 0 }
  const known = new Map<number, boolean>()
  /** By node: it or one on the way to it is marked. */
  const isWithin = new Uint8Array(tree.length)
  let ns = 0
  let count = 0
  for (let node = 1; node < tree.length; node++) {
    const row = functionOf(trace, tree, node)
    let is = known.get(row)
    if (is === undefined) {
      is = row >= 0 && trace.strings.text(row).toLowerCase().includes(sought)
      known.set(row, is)
    }
    isMarked[node] = is ? 1 : 0
    isWithin[node] = isWithin[tree.parent[node]] | isMarked[node]
    if (!is || isWithin[tree.parent[node]]) continue
    ns += tree.totalNs[node]
    count += tree.totalCount[node]
  }
  let functions = 0
  for (const is of known.values()) functions += is ? 1 : 0
  return { isMarked, functions, ns, count }
}
