/**
 * Lays out a call graph: a picture as plain objects in, the text of an SVG out. Graphviz is as large as the rest of the page
 * and stops for nothing, so it has a file and a worker of its own, started when somebody looks at a graph for the first
 * time, and ended by whoever has waited for long enough.
 */
import { instance, type Viz } from '@viz-js/viz'
import type { FromGraph, ToGraph } from '../protocol/graph.ts'

declare const self: {
  onmessage: ((event: { data: ToGraph }) => void) | null
  postMessage(message: FromGraph): void
}

let viz: Promise<Viz> | undefined

self.onmessage = async ({ data: { id, picture } }) => {
  try {
    viz ??= instance()
    // What it remarks is about the widths of letters that it has no table of.
    const { output, errors } = (await viz).render(picture, { format: 'svg_inline' })
    if (output === undefined) throw new Error(errors[0]?.message ?? 'Graphviz gave no picture')
    self.postMessage({ id, svg: output })
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  }
}
