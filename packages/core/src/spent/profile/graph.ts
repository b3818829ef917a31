/**
 * Which function called which, as a graph that can be looked at: the functions that matter, and the calls between them.
 * What is left out, and in which order, is pprof's (`report.newTrimmedGraph`, `graph.newGraph`), so that whoever knows its
 * pictures finds the same boxes and arrows here:
 *
 *  1. functions below half a per cent of all go; an arrow over those that went is residual, and drawn dashed
 *  2. of the others the 80 stay that tell most: much time, that comes and goes many ways (its "entropy")
 *  3. arrows below a tenth of a per cent go, and residual ones that a longer way tells already
 */
import { type CallTree, type Granularity, selvesOf, totalsOf, type Weight } from './tree.ts'

export type GraphOptions = {
  /** 80 as pprof; no more than `MOST_GRAPH_NODES`. */
  readonly nodes?: number | undefined
  readonly nodeFraction?: number | undefined
  readonly edgeFraction?: number | undefined
  /** The heaviest stay. Of a picture with more nobody reads anything, and its layout takes minutes. */
  readonly edges?: number | undefined
}

/** Weights are nanoseconds or stays, as asked for. */
export type CallGraph = {
  readonly weight: Weight
  readonly granularity: Granularity
  /** Of all stacks, with those that are not known. */
  readonly total: number
  /** Those that tell most first. */
  readonly nodes: {
    readonly length: number
    readonly frame: Int32Array // row in frames: the first met of its function; by line its own
    readonly self: Float64Array
    readonly cumulative: Float64Array // each stack once, however often the function is in it
  }
  readonly edges: {
    readonly length: number
    readonly from: Int32Array // rows in nodes
    readonly to: Int32Array
    readonly weight: Float64Array
    readonly isResidual: Uint8Array // 1: functions that are not shown lie between
  }
  /** How many functions there are, and how many of them are too small to be shown. */
  readonly functions: number
  readonly smallFunctions: number
}

/** More take minutes to be laid out. */
export const MOST_GRAPH_NODES = 200
export const MOST_GRAPH_EDGES = 300
/** `tree`: from the root, by function or by line. What is said of functions here holds for lines, too. */
export function callGraph(tree: CallTree, weight: Weight, options: GraphOptions = {}): CallGraph {
  const { nodeFraction = 0.005, edgeFraction = 0.001, edges: mostEdges = MOST_GRAPH_EDGES } = options
  const most = Math.max(1, Math.min(MOST_GRAPH_NODES, Math.floor(options.nodes ?? 80)))
  const calls = new Calls(tree, weight)
  const all = calls.count(undefined)
  const whole = sumOf(all.self)
  // Whole numbers, as Go's int64.
  const leastNode = Math.floor(whole * nodeFraction)
  const leastEdge = Math.floor(whole * edgeFraction)
  const seen = all.functions.length
  let found = all
  const large = all.functions.filter(f => all.cumulative[f] >= leastNode)
  if (large.length < seen) found = calls.count(large)
  // As there, what is small still counts for what tells most.
  let order = byEntropy(found)
  if (order.length > most) {
    found = calls.count(order.slice(0, most))
    order = byEntropy(found)
  }
  dropEdges(found, leastEdge)
  dropRedundant(found, order)
  const heaviest = [...found.edges].sort((a, b) => b.weight - a.weight || a.from - b.from || a.to - b.to)
  const edges = heaviest.slice(0, mostEdges)
  const head = { weight, granularity: tree.granularity, total: totalsOf(tree, weight)[0] }
  return { ...head, ...frozen(calls, { ...found, edges }, order), smallFunctions: seen - large.length }
}

type Edge = { readonly from: number; readonly to: number; weight: number; isResidual: boolean }

/** By function, numbered as they are met in the tree. */
type Found = {
  /** Those that have anything. */
  readonly functions: readonly number[]
  readonly self: Float64Array
  readonly cumulative: Float64Array
  edges: Edge[]
}

class Calls {
  /** A frame of each. */
  readonly frames: number[] = []
  private readonly tree: CallTree
  private readonly totals: Float64Array
  private readonly selves: Float64Array
  /** By node: its function's number; -1: none. */
  private readonly numberOf: Int32Array

  constructor(tree: CallTree, weight: Weight) {
    this.tree = tree
    this.totals = totalsOf(tree, weight)
    this.selves = selvesOf(tree, weight)
    this.numberOf = new Int32Array(tree.length).fill(-1)
    const numbers = new Map<number, number>()
    for (let node = 1; node < tree.length; node++) {
      const key = tree.key[node]
      if (key < 0) continue
      let number = numbers.get(key)
      if (number === undefined) {
        number = this.frames.push(tree.frame[node]) - 1
        numbers.set(key, number)
      }
      this.numberOf[node] = number
    }
  }

  /** Sums of functions and of the calls between them; `kept` undefined: of all. Along each way down nothing counts twice. */
  count(kept: readonly number[] | undefined): Found {
    const { numberOf, totals, selves } = this
    const { children, parent } = this.tree
    const isKept = new Uint8Array(this.frames.length).fill(kept ? 0 : 1)
    for (const f of kept ?? []) isKept[f] = 1
    const self = new Float64Array(this.frames.length)
    const cumulative = new Float64Array(this.frames.length)
    const edges = new EdgeTable()
    /** How often a function is on the way to where we are. */
    const onWay = new Uint32Array(this.frames.length)
    const nextChild = children.first.slice()
    /** By node on the way: its edge; the nearest kept function above what comes below it; and whether one lies between. */
    const edgeOf = new Int32Array(this.tree.length).fill(-1)
    const caller = new Int32Array(this.tree.length).fill(-1)
    const isApart = new Uint8Array(this.tree.length)
    for (let node = 0; node >= 0; ) {
      const at = nextChild[node]++
      if (at < children.first[node + 1]) {
        const child = children.row[at]
        const f = numberOf[child]
        const from = caller[node]
        if (f < 0 || isKept[f] === 0) {
          caller[child] = from
          isApart[child] = 1
        } else {
          caller[child] = f
          if (onWay[f]++ === 0) cumulative[f] += totals[child]
          self[f] += selves[child]
          if (from >= 0 && from !== f) edgeOf[child] = edges.pass(from, f, totals[child], isApart[node] === 1)
        }
        node = child
        continue
      }
      const f = numberOf[node]
      if (f >= 0 && isKept[f] === 1) onWay[f]--
      if (edgeOf[node] >= 0) edges.leave(edgeOf[node])
      node = parent[node]
    }
    const functions = Array.from(this.frames.keys()).filter(f => cumulative[f] > 0)
    return { functions, self, cumulative, edges: edges.rows.filter(edge => edge.weight > 0) }
  }
}

/** Calls between two functions; one that is on the way already is not counted again. */
class EdgeTable {
  readonly rows: Edge[] = []
  private readonly known = new Map<number, Map<number, number>>()
  private readonly onWay: number[] = []

  pass(from: number, to: number, weight: number, isResidual: boolean): number {
    let ways = this.known.get(from)
    if (!ways) {
      ways = new Map()
      this.known.set(from, ways)
    }
    let row = ways.get(to)
    if (row === undefined) {
      row = this.rows.push({ from, to, weight: 0, isResidual: false }) - 1
      ways.set(to, row)
      this.onWay.push(0)
    }
    if (this.onWay[row]++ === 0) {
      this.rows[row].weight += weight
      if (isResidual) this.rows[row].isResidual = true
    }
    return row
  }

  leave(row: number): void {
    this.onWay[row]--
  }
}

function dropEdges(found: Found, least: number): void {
  found.edges = found.edges.filter(({ weight }) => weight >= least)
}

/** Functions, those first whose time comes and goes many ways: `graph.entropyScore`. */
function byEntropy({ functions, self, cumulative, edges }: Found): number[] {
  const into = edgesBy(edges, 'to')
  const out = edgesBy(edges, 'from')
  const score = new Map<number, number>()
  for (const f of functions) {
    const entries = into.get(f)
    const exits = out.get(f)
    const entropy = (entries ? entropyOf(entries, 0) : 1) + (exits ? entropyOf(exits, self[f]) : 1)
    score.set(f, Math.trunc(entropy * cumulative[f]) + self[f])
  }
  return [...functions].sort((a, b) => score.get(b)! - score.get(a)! || cumulative[b] - cumulative[a] || a - b)
}

function edgesBy(edges: readonly Edge[], end: 'from' | 'to'): ReadonlyMap<number, Edge[]> {
  const groups = new Map<number, Edge[]>()
  for (const edge of edges) {
    const group = groups.get(edge[end])
    if (group) group.push(edge)
    else groups.set(edge[end], [edge])
  }
  return groups
}

function entropyOf(edges: readonly Edge[], self: number): number {
  let total = self
  for (const { weight } of edges) total += weight
  if (total === 0) return 0
  let entropy = 0
  for (const { weight } of edges) entropy -= (weight / total) * Math.log2(weight / total)
  return self > 0 ? entropy - (self / total) * Math.log2(self / total) : entropy
}

/** Residual arrows go where another way leads along; the lightest first, and none that is heavier than a direct one. */
function dropRedundant(found: Found, order: readonly number[]): void {
  const into = edgesBy(found.edges, 'to')
  const gone = new Set<Edge>()
  for (const f of [...order].reverse()) {
    const entries = [...(into.get(f) ?? [])].sort((a, b) => a.weight - b.weight)
    for (const edge of entries) {
      if (!edge.isResidual) break
      if (hasOtherWay(edge, into, gone)) gone.add(edge)
    }
  }
  found.edges = found.edges.filter(edge => !gone.has(edge))
}

function hasOtherWay(edge: Edge, into: ReadonlyMap<number, Edge[]>, gone: ReadonlySet<Edge>): boolean {
  const seen = new Set([edge.to])
  const queue = [edge.to]
  for (const f of queue) {
    for (const entry of into.get(f) ?? []) {
      if (entry === edge || gone.has(entry) || seen.has(entry.from)) continue
      if (entry.from === edge.from) return true
      seen.add(entry.from)
      queue.push(entry.from)
    }
  }
  return false
}

function frozen(
  { frames }: Calls,
  { self, cumulative, edges }: Found,
  order: readonly number[],
): Pick<CallGraph, 'nodes' | 'edges' | 'functions'> {
  const rowOf = new Map(order.map((f, row) => [f, row]))
  return {
    nodes: {
      length: order.length,
      frame: Int32Array.from(order, f => frames[f]),
      self: Float64Array.from(order, f => self[f]),
      cumulative: Float64Array.from(order, f => cumulative[f]),
    },
    edges: {
      length: edges.length,
      from: Int32Array.from(edges, ({ from }) => rowOf.get(from)!),
      to: Int32Array.from(edges, ({ to }) => rowOf.get(to)!),
      weight: Float64Array.from(edges, edge => edge.weight),
      isResidual: Uint8Array.from(edges, ({ isResidual }) => (isResidual ? 1 : 0)),
    },
    functions: frames.length,
  }
}

function sumOf(column: Float64Array): number {
  let sum = 0
  for (const value of column) sum += value
  return sum
}
