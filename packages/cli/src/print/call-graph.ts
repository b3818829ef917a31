/**
 * A call graph as SVG: laid out by Graphviz, which is loaded when a picture is asked for. What it shows of a capture is
 * text of the SVG's; nothing in it leads anywhere, and nothing is a script.
 */
import {
  type CallGraph,
  type Granularity,
  graphPicture,
  printable,
  type Stacks,
  shareText,
  weightText,
  words,
} from '@unhang/core'

/** Longer names are cut in what a box says when the pointer rests on it. */
const TITLE_LIMIT = 500

/** `about`: the line above the picture, as "sync: time that goroutines waited". */
export async function callGraphSvg(stacks: Stacks, graph: CallGraph, about: string): Promise<string> {
  const { instance } = await import('@viz-js/viz')
  const viz = await instance()
  // What it remarks is about the widths of letters that it has no table of.
  const { output, errors } = viz.render(graphPicture(stacks, graph, headOf(graph, about)), { format: 'svg_inline' })
  if (output === undefined) throw new Error(`Graphviz: ${errors.map(({ message }) => message).join('; ')}`)
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n${standing(titled(stacks, graph, output))}`
}

/** What is seen, and of how much, as pprof says it in its legend. */
function headOf({ nodes, total, weight, functions, smallFunctions, granularity }: CallGraph, about: string): string[] {
  const seen = nodes.self.reduce((sum, self) => sum + self, 0)
  return [
    about,
    `${weightText(seen, weight)} of ${weightText(total, weight)} (${shareText(seen, total)}) in ${nodes.length} ${granularity}`,
    ...leftOut(functions - nodes.length, smallFunctions),
  ]
}

function leftOut(left: number, small: number): string[] {
  if (left <= 0) return []
  const which = small >= left ? `${left} below 0.5 %` : `${left} more, ${small} of them below 0.5 %,`
  return [`without ${which}; dashed arrows lead over such ones`]
}

/** An SVG that stands alone has its namespace and a ground: some viewers have a black one. */
function standing(svg: string): string {
  const namespace = 'xmlns="http://www.w3.org/2000/svg"'
  return svg.replace(/<!--[\s\S]*?-->\s*/g, '').replace(/^\s*<svg /, `<svg ${namespace} style="background: #ffffff" `)
}

/** Boxes and arrows say whole names when the pointer rests on them: Graphviz calls them "n12" and "n12&#45;&gt;n7". */
function titled(stacks: Stacks, { nodes, weight, edges, granularity }: CallGraph, svg: string): string {
  const nameOf = (row: string) => placeName(stacks, nodes.frame[Number(row)], granularity)
  const weights = new Map(
    Array.from({ length: edges.length }, (_, i) => [`${edges.from[i]} ${edges.to[i]}`, edges.weight[i]]),
  )
  return svg.replace(/<title>n(\d+)(?:&#45;&gt;n(\d+))?<\/title>/g, (_, from: string, to: string | undefined) => {
    if (to === undefined) return titleOf(nameOf(from))
    const spent = weightText(weights.get(`${from} ${to}`) ?? 0, weight)
    return titleOf(`${nameOf(from)} → ${nameOf(to)}: ${spent}`)
  })
}

function placeName({ frames, strings }: Stacks, frame: number, granularity: Granularity): string {
  const name = strings.text(frames.function[frame])
  if (granularity === 'functions') return name
  return `${name} ${words.line({ function: '', file: strings.text(frames.file[frame]), line: frames.line[frame] })}`
}

function titleOf(text: string): string {
  return `<title>${escaped(printable(text, TITLE_LIMIT))}</title>`
}

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Half a character is no XML. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, character => ENTITIES[character])
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
}
