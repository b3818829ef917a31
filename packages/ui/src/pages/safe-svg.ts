/**
 * The SVG of a graph as elements of the page: what Graphviz wrote is read as XML, and of that only known elements with
 * known attributes are made anew, each with a value of its form. Whatever else there is stays out.
 */

const SVG = 'http://www.w3.org/2000/svg'

const NUMBER = /^-?\d+(?:\.\d+)?$/
const NUMBERS = /^[\d\s.,eE+-]+$/

const SHARED: { readonly [name: string]: RegExp } = {
  class: /^(?:graph|node|edge)(?: heat[0-5])?(?: residual)?$/,
  'stroke-dasharray': /^[\d.,]+$/,
  'stroke-width': NUMBER,
}

/** By element: attributes with the form of their values. */
const KNOWN: { readonly [element: string]: { readonly [attribute: string]: RegExp } } = {
  g: { ...SHARED, id: /^n\d+$/, transform: /^[a-z0-9\s.,()-]+$/ },
  polygon: { ...SHARED, points: NUMBERS },
  path: { ...SHARED, d: /^[MCLZ\d\s.,eE+-]+$/ },
  text: { ...SHARED, x: NUMBER, y: NUMBER, 'text-anchor': /^(?:start|middle|end)$/, 'font-size': NUMBER },
}

export type SafeGraph = { readonly root: SVGGElement; readonly width: number; readonly height: number }

/** undefined: it is no picture of a graph. The elements belong to `owner`. */
export function safeGraph(text: string, owner: Document): SafeGraph | undefined {
  // What is made to stand within HTML names no namespace.
  const named = text.replace('<svg ', `<svg xmlns="${SVG}" `)
  const parsed = new DOMParser().parseFromString(named, 'image/svg+xml').documentElement
  const [, width, height] = /^[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)$/.exec(parsed.getAttribute('viewBox') ?? '') ?? []
  const graph = parsed.localName === 'svg' ? [...parsed.children].find(({ localName }) => localName === 'g') : undefined
  const root = graph && copy(graph, owner)
  if (!(root instanceof SVGGElement) || width === undefined) return undefined
  return { root, width: Number(width), height: Number(height) }
}

function copy(element: Element, owner: Document): Element | undefined {
  const known = element.namespaceURI === SVG ? KNOWN[element.localName] : undefined
  if (!known) return undefined
  const made = owner.createElementNS(SVG, element.localName)
  for (const { name, value } of element.attributes) if (known[name]?.test(value)) made.setAttribute(name, value)
  if (element.localName === 'text') made.textContent = element.textContent
  else
    for (const child of element.children) {
      const kept = copy(child, owner)
      if (kept) made.append(kept)
    }
  return made
}
