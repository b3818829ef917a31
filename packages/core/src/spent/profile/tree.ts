/**
 * A profile as a tree of calls: what its stacks have in common from the root on is one path, and they part where their
 * calls do. Inverted it begins with the innermost frames, and leads from each to its callers.
 *
 *   stacks (innermost first)       from the root            inverted
 *   lock f main   3                0 all 8                  0 all 8
 *   send f main   5                1 └ main 8               1 ├ lock 3   3 └ f 3   5 └ main 3
 *                                  2   └ f 8                2 └ send 5   4 └ f 5   6 └ main 5
 *                                  3     ├ lock 3  4 └ send 5
 *
 * All that a picture of calls shows is made of this tree, in time by its nodes and no longer by the profile's stacks.
 */
import type { RowIndex, Trace } from '../../trace/tables.ts'

/** What stacks are made of: a trace has it. */
export type Stacks = Pick<Trace, 'strings' | 'frames' | 'stacks'>

/** Distinct stacks with their sums: the columns of a profile. `stack`: rows in stacks; -1 and 0: it is not known. */
export type StackSums = {
  readonly length: number
  readonly stack: Int32Array
  readonly count: Float64Array
  readonly ns: Float64Array
}

export type Weight = 'time' | 'count'

/** What sums are made for: functions, or lines of them. */
export type Granularity = 'functions' | 'lines'

export type TreeOptions = {
  readonly isInverted?: boolean
  /** By line, calls from different lines of a function are different. */
  readonly granularity?: Granularity
}

/** Node 0 is all of it; a node's row is greater than its parent's. */
export type CallTree = {
  readonly length: number
  readonly isInverted: boolean
  readonly granularity: Granularity
  readonly parent: Int32Array //  -1 for node 0
  /** What tells it from its siblings: a row in strings (the function), by line in frames; -1: no stack is known. */
  readonly key: Int32Array
  readonly frame: Int32Array //   row in frames: its first met, of its function; -1: none
  readonly depth: Uint16Array //  0 for node 0
  readonly totalNs: Float64Array
  readonly totalCount: Float64Array
  /** Of stacks that end here: spent in the function itself (inverted: it is the first that was called). */
  readonly selfNs: Float64Array
  readonly selfCount: Float64Array
  /** Children of a node, in the order in which they were met. */
  readonly children: RowIndex
  /** There was more than a tree may hold: the rest is counted in the nodes that it would have gone on from. */
  readonly isCut: boolean
}

/** Go's stacks have 128 frames at most; what is deeper stands with its caller. */
export const MOST_DEPTH = 1024
const MOST_NODES = 1_000_000
/** Frames that are walked: a second of work. The heaviest stacks come first where there are more. */
const MOST_FRAMES = 30_000_000

export function callTree(
  trace: Stacks,
  sums: StackSums,
  { isInverted = false, granularity = 'functions' }: TreeOptions = {},
): CallTree {
  return new TreeBuilder(trace, isInverted, granularity).build(sums)
}

class TreeBuilder {
  private readonly trace: Stacks
  private readonly isInverted: boolean
  private readonly granularity: Granularity
  private parent = new Int32Array(1024)
  private key = new Int32Array(1024)
  private frame = new Int32Array(1024)
  private selfNs = new Float64Array(1024)
  private selfCount = new Float64Array(1024)
  /** The child that was found last: neighbours in a profile have much of their way in common. */
  private newest = new Int32Array(1024)
  private length = 0
  private isCut = false
  /** Nodes by parent and key, open addressing; -1: free. */
  private slots = new Int32Array(4096).fill(-1)
  private readonly seed = (Math.random() * 0x7fffffff) | 0

  constructor(trace: Stacks, isInverted: boolean, granularity: Granularity) {
    this.trace = trace
    this.isInverted = isInverted
    this.granularity = granularity
    this.add(-1, -1, -1)
  }

  build(sums: StackSums): CallTree {
    const { stacks } = this.trace
    let frames = 0
    for (let i = 0; i < sums.length; i++) frames += depthOf(stacks.first, sums.stack[i])
    const order = frames > MOST_FRAMES ? heaviestFirst(sums) : undefined
    let walked = 0
    for (let at = 0; at < sums.length; at++) {
      const i = order ? order[at] : at
      const stack = sums.stack[i]
      walked += depthOf(stacks.first, stack)
      const node = walked > MOST_FRAMES ? this.refused(0) : this.nodeOf(stack)
      this.selfNs[node] += sums.ns[i]
      this.selfCount[node] += sums.count[i]
    }
    return this.freeze()
  }

  /** The node at the end of a stack's path. */
  private nodeOf(stack: number): number {
    const { stacks, frames } = this.trace
    const isByLine = this.granularity === 'lines'
    const from = stack <= 0 ? 0 : stacks.first[stack]
    const depth = depthOf(stacks.first, stack)
    if (depth === 0) return this.child(0, -1, -1)
    let node = 0
    const steps = Math.min(depth, MOST_DEPTH)
    if (steps < depth) this.isCut = true
    for (let i = 0; i < steps; i++) {
      const frame = stacks.frame[this.isInverted ? from + i : from + depth - 1 - i]
      const next = this.child(node, isByLine ? frame : frames.function[frame], frame)
      if (next < 0) return this.refused(node)
      node = next
    }
    return node
  }

  private refused(node: number): number {
    this.isCut = true
    return node
  }

  /** The child with a key, made where it is not there; -1: the tree is full. */
  private child(node: number, key: number, frame: number): number {
    const last = this.newest[node]
    if (last >= 0 && this.key[last] === key) return last
    const mask = this.slots.length - 1
    let slot = mixed(this.seed, node, key) & mask
    for (let at = this.slots[slot]; at !== -1; at = this.slots[slot]) {
      if (this.parent[at] === node && this.key[at] === key) {
        this.newest[node] = at
        return at
      }
      slot = (slot + 1) & mask
    }
    if (this.length >= MOST_NODES) return -1
    const made = this.add(node, key, frame)
    this.slots[slot] = made
    this.newest[node] = made
    if (this.length * 2 > mask) this.rehash()
    return made
  }

  private add(parent: number, key: number, frame: number): number {
    const row = this.length++
    if (row === this.parent.length) this.grow()
    this.parent[row] = parent
    this.key[row] = key
    this.frame[row] = frame
    this.newest[row] = -1
    return row
  }

  private grow(): void {
    this.parent = grown(this.parent)
    this.key = grown(this.key)
    this.frame = grown(this.frame)
    this.newest = grown(this.newest)
    this.selfNs = grown(this.selfNs)
    this.selfCount = grown(this.selfCount)
  }

  private rehash(): void {
    const mask = this.slots.length * 2 - 1
    this.slots = new Int32Array(mask + 1).fill(-1)
    for (let row = 1; row < this.length; row++) {
      let slot = mixed(this.seed, this.parent[row], this.key[row]) & mask
      while (this.slots[slot] !== -1) slot = (slot + 1) & mask
      this.slots[slot] = row
    }
  }

  private freeze(): CallTree {
    const { length } = this
    const parent = this.parent.slice(0, length)
    const selfNs = this.selfNs.slice(0, length)
    const selfCount = this.selfCount.slice(0, length)
    const totalNs = selfNs.slice()
    const totalCount = selfCount.slice()
    const depth = new Uint16Array(length)
    for (let node = 1; node < length; node++) depth[node] = depth[parent[node]] + 1
    for (let node = length - 1; node > 0; node--) {
      totalNs[parent[node]] += totalNs[node]
      totalCount[parent[node]] += totalCount[node]
    }
    return {
      length,
      isInverted: this.isInverted,
      granularity: this.granularity,
      parent,
      key: this.key.slice(0, length),
      frame: this.frame.slice(0, length),
      depth,
      totalNs,
      totalCount,
      selfNs,
      selfCount,
      children: childrenOf(parent),
      isCut: this.isCut,
    }
  }
}

function depthOf(first: Uint32Array, stack: number): number {
  return stack <= 0 ? 0 : first[stack + 1] - first[stack]
}

function heaviestFirst({ ns, count, length }: StackSums): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => i).sort((a, b) => ns[b] - ns[a] || count[b] - count[a] || a - b)
}

function childrenOf(parent: Int32Array): RowIndex {
  const first = new Uint32Array(parent.length + 1)
  for (let node = 1; node < parent.length; node++) first[parent[node] + 1]++
  for (let node = 0; node < parent.length; node++) first[node + 1] += first[node]
  const row = new Uint32Array(parent.length - 1)
  const next = first.slice()
  for (let node = 1; node < parent.length; node++) row[next[parent[node]]++] = node
  return { first, row }
}

function mixed(seed: number, node: number, key: number): number {
  const h = Math.imul(seed ^ node, 0x85ebca6b)
  const k = Math.imul(h ^ (h >>> 13) ^ key, 0xc2b2ae35)
  return k ^ (k >>> 16)
}

function grown<T extends Int32Array | Float64Array>(column: T): T {
  const next = new (column.constructor as new (length: number) => T)(column.length * 2)
  next.set(column as never)
  return next
}

/** By node: the larger of its numbers, the one that a picture is drawn to. */
export function totalsOf(tree: CallTree, weight: Weight): Float64Array {
  return weight === 'time' ? tree.totalNs : tree.totalCount
}

export function selvesOf(tree: CallTree, weight: Weight): Float64Array {
  return weight === 'time' ? tree.selfNs : tree.selfCount
}

/** Keys from the root to a node: what an address names it by. */
export function pathOf(tree: CallTree, node: number): number[] {
  const path: number[] = []
  for (let at = node; at > 0; at = tree.parent[at]) path.push(tree.key[at])
  return path.reverse()
}

/** The node at the end of a path, or as far as the tree goes along with it. */
export function nodeAt({ children, key }: CallTree, path: readonly number[]): number {
  let node = 0
  for (const wanted of path) {
    let next = -1
    for (let i = children.first[node]; i < children.first[node + 1] && next < 0; i++)
      if (key[children.row[i]] === wanted) next = children.row[i]
    if (next < 0) return node
    node = next
  }
  return node
}

/** The function's row in strings of each node; -1 where no stack is known, and for node 0. */
export function functionOf({ frames }: Stacks, { frame }: CallTree, node: number): number {
  return frame[node] < 0 ? -1 : frames.function[frame[node]]
}
