/**
 * A call graph as Graphviz takes it: boxes and arrows with texts, sizes and colours by what was spent there, as pprof draws
 * them. Plain objects, so that no name ever becomes part of a program; whoever has Graphviz lays them out.
 *
 * Names come from strangers. In labels a backslash begins a command (`\N` is the box's own name) and an ampersand an
 * entity: both are doubled. A label is never HTML, and nothing has an address to lead to.
 */
import { printable } from '../../base/printable.ts'
import { formatCount, formatNs } from '../../base/units.ts'
import type { CallGraph } from './graph.ts'
import type { Granularity, Stacks, Weight } from './tree.ts'

type Attributes = { readonly [name: string]: string | number }

/** What `@viz-js/viz` calls a graph. Boxes are named "n0", "n1" … by their rows in `CallGraph.nodes`. */
export type GraphPicture = {
  readonly name: string
  readonly directed: true
  readonly graphAttributes: Attributes
  readonly nodeAttributes: Attributes
  readonly edgeAttributes: Attributes
  readonly nodes: { readonly name: string; readonly attributes: Attributes }[]
  readonly edges: { readonly tail: string; readonly head: string; readonly attributes: Attributes }[]
}

/** "12.3 ms", or "1,234" of stays. */
export function weightText(value: number, weight: Weight): string {
  return weight === 'time' ? formatNs(value) : formatCount(Math.round(value))
}

/** "12.3 %", "0.31 %", "<0.01 %". */
export function shareText(part: number, whole: number): string {
  if (!(whole > 0) || part === 0) return '0 %'
  const share = (100 * part) / whole
  if (share < 0.01) return '<0.01 %'
  return `${share >= 99.95 ? '100' : share >= 10 ? share.toFixed(1) : share.toPrecision(2)} %`
}

/** How much of all something is, in steps from 0 to 5: small shares are told apart, too. */
export function heatOf(part: number, whole: number): number {
  return whole > 0 ? Math.min(5, Math.floor(6 * Math.sqrt(Math.min(1, part / whole)))) : 0
}

/** Fill, edge and arrow by heat; the page has its own, by the class. */
const FILLS = ['#f3f5f7', '#fbf3e4', '#fbe6c8', '#f9d3a7', '#f4b98a', '#ec9a72']
const EDGES = ['#9aa5b1', '#b39a6d', '#b98440', '#bb6a2c', '#b8501f', '#a83a17']

const NAME_LIMIT = 64
const LEAST_FONT = 10
const FONT_GROWTH = 14

/**
 * Where everything calls everything (a layout of 80 boxes and 400 arrows took minutes): straight arrows, and one round of
 * making it neat.
 */
const MANY_EDGES = 150
const QUICK_LAYOUT = { splines: 'line', nslimit: 1, nslimit1: 1, mclimit: 0.1 }

/** `title`: lines above the picture. */
export function graphPicture(trace: Stacks, graph: CallGraph, title: readonly string[] = []): GraphPicture {
  const { nodes, edges, total, weight } = graph
  const mostSelf = nodes.self.reduce((most, self) => Math.max(most, self), 0)
  const rows = Array.from({ length: nodes.length }, (_, row) => row)
  return {
    name: 'calls',
    directed: true,
    graphAttributes: {
      ...(edges.length > MANY_EDGES ? QUICK_LAYOUT : {}),
      nodesep: 0.2,
      ranksep: 0.35,
      bgcolor: 'transparent',
      fontname: 'Courier',
      fontsize: 12,
      ...(title.length > 0
        ? { label: title.map(line => `${escaped(printable(line, 200))}\\l`).join(''), labelloc: 't', labeljust: 'l' }
        : {}),
    },
    nodeAttributes: {
      shape: 'box',
      style: 'filled',
      fontname: 'Courier',
      margin: '0.12,0.06',
      height: 0.2,
      width: 0.3,
    },
    edgeAttributes: { fontname: 'Courier', fontsize: 10, arrowsize: 0.7 },
    nodes: rows.map(row => ({
      name: `n${row}`,
      attributes: boxOf(trace, graph, row, mostSelf),
    })),
    edges: Array.from({ length: edges.length }, (_, row) => ({
      tail: `n${edges.from[row]}`,
      head: `n${edges.to[row]}`,
      attributes: arrowOf(edges.weight[row], total, weight, edges.isResidual[row] === 1),
    })),
  }
}

function boxOf(
  trace: Stacks,
  { nodes, total, weight, granularity }: CallGraph,
  row: number,
  mostSelf: number,
): Attributes {
  const self = nodes.self[row]
  const cumulative = nodes.cumulative[row]
  const heat = heatOf(cumulative, total)
  const frame = nodes.frame[row]
  const sums = self > 0 ? [`${weightText(self, weight)} (${shareText(self, total)})`] : []
  if (self !== cumulative) sums.push(`of ${weightText(cumulative, weight)} (${shareText(cumulative, total)})`)
  return {
    id: `n${row}`,
    class: `heat${heat}`,
    label: [
      ...nameLines(trace.strings.text(trace.frames.function[frame])),
      ...placeLines(trace, frame, granularity),
      ...sums,
    ]
      .map(escaped)
      .join('\\n'),
    fontsize: LEAST_FONT + (mostSelf > 0 ? Math.ceil(FONT_GROWTH * Math.sqrt(self / mostSelf)) : 0),
    color: EDGES[heat],
    fillcolor: FILLS[heat],
  }
}

/** "main.go:41", as pprof writes it in a box. */
function placeLines({ frames, strings }: Stacks, frame: number, granularity: Granularity): string[] {
  if (granularity !== 'lines' || frames.line[frame] === 0) return []
  const file = strings.text(frames.file[frame])
  return [`${printable(file.slice(file.lastIndexOf('/') + 1), NAME_LIMIT)}:${frames.line[frame]}`]
}

function arrowOf(value: number, total: number, weight: Weight, isResidual: boolean): Attributes {
  const share = total > 0 ? Math.min(1, value / total) : 0
  const heat = heatOf(value, total)
  return {
    class: isResidual ? `heat${heat} residual` : `heat${heat}`,
    label: ` ${escaped(weightText(value, weight))} `,
    // How much the layout keeps it short and straight.
    weight: 1 + Math.floor(100 * share),
    penwidth: Number((1 + 4 * share).toFixed(2)),
    color: EDGES[heat],
    ...(isResidual ? { style: 'dashed' } : {}),
  }
}

/** "http", "(*conn)", "serve.func1": package without its path, receiver, name; one below the other a box is narrow. */
export function nameLines(name: string): string[] {
  const head = name.slice(0, 2000)
  // Arguments of types hold slashes and dots of their own.
  const open = head.indexOf('[')
  const close = head.lastIndexOf(']')
  const plain = open >= 0 && close > open ? `${head.slice(0, open)}[…]${head.slice(close + 1)}` : head
  const base = plain.slice(plain.lastIndexOf('/') + 1)
  const dot = base.indexOf('.')
  const parts = dot <= 0 ? [base] : [base.slice(0, dot), base.slice(dot + 1)]
  const receiver = /^(\([^()]*\))\.(.+)$/s.exec(parts.at(-1) ?? '')
  if (receiver) parts.splice(-1, 1, receiver[1], receiver[2])
  return parts.map(part => printable(part, NAME_LIMIT)).filter(part => part !== '')
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('&', '&amp;')
}
