/**
 * Answers the page "profiles". What was collected last is kept with its trees: looking closer, searching and sorting ask
 * for the same profile again and again.
 */
import {
  type CallTree,
  callGraph,
  callTree,
  collectProfile,
  compilePattern,
  focused,
  functionOf,
  type Granularity,
  graphPicture,
  layoutFlame,
  markFunctions,
  type Neighbour,
  nodeAt,
  type Pattern,
  PatternError,
  type Peek,
  type Profile,
  pathOf,
  peekAt,
  type Scope,
  ScopeError,
  scopeOf,
  stackCountOf,
  stacklessOf,
  type Top,
  type Trace,
  topOf,
  totalOf,
} from '@unhang/core'
import {
  type AroundAnswer,
  type FlameAnswer,
  type FlameAsk,
  type GraphAnswer,
  NAME_LIMIT,
  type NamedPlace,
  type ProfileAsk,
  type ProfileHead,
  type ProfileRequests,
  type TopAnswer,
  type TopSort,
} from '../protocol/profiles.ts'
import type { Handlers, TraceAt } from './handlers.ts'
import { choicesOf, linesOf, toneOf } from './profile-names.ts'

/** Boxes narrower than this are drawn together. */
const LEAST_PX = 0.5
const WIDEST_PX = 16_384
const MOST_ROWS = 500
/** A row of callers is a line of the page. */
const MOST_AROUND = 200

export function profileHandlers(at: TraceAt): Handlers<ProfileRequests> {
  let kept: Kept | undefined
  const of = (ask: ProfileAsk): Kept => {
    const trace = at(ask.trace)
    if (!kept?.isFor(trace, ask)) kept = new Kept(trace, ask)
    return kept
  }
  return {
    flame: ask => flameOf(of(ask), ask),
    callGraph: ask => graphOf(of(ask), ask),
    profileTop: ask => topPart(of(ask), ask),
    around: ask => aroundOf(of(ask), ask),
    profileChoices: ({ trace }) => choicesOf(at(trace)),
  }
}

class Kept {
  readonly trace: Trace
  readonly profile: Profile
  readonly head: ProfileHead
  private readonly key: string
  private readonly granularity: Granularity
  private readonly trees = new Map<boolean, CallTree>()
  private sorted: { readonly key: string; readonly top: Top; readonly order: Uint32Array } | undefined

  constructor(trace: Trace, ask: ProfileAsk) {
    this.trace = trace
    this.key = keyOf(ask)
    this.granularity = ask.granularity
    const { kind, unended, scope } = ask
    const focus = patternOf('focus', ask.focus)
    const ignore = patternOf('ignore', ask.ignore)
    const whole = collectProfile(trace, kind, scopeSaid(trace, scope), { unended })
    const profile = focused(trace, whole, { focus, ignore })
    this.profile = profile
    this.head = {
      total: totalOf(profile),
      stacks: stackCountOf(profile),
      stackless: stacklessOf(profile),
      all: totalOf(whole),
      unended: { count: profile.unended.count, ns: profile.unended.ns },
      reasonless: profile.reasonless,
      hasStacks: trace.stacks.length > 1,
      cpuSamples: trace.samples.length,
    }
  }

  isFor(trace: Trace, ask: ProfileAsk): boolean {
    return trace === this.trace && keyOf(ask) === this.key
  }

  tree(isInverted: boolean): CallTree {
    const known = this.trees.get(isInverted)
    if (known) return known
    const tree = callTree(this.trace, this.profile, { isInverted, granularity: this.granularity })
    this.trees.set(isInverted, tree)
    return tree
  }

  top(sort: TopSort, isReversed: boolean): { readonly top: Top; readonly order: Uint32Array } {
    const key = `${sort} ${isReversed}`
    if (this.sorted?.key !== key) {
      const top = this.sorted?.top ?? topOf(this.trace, this.profile, { granularity: this.granularity })
      this.sorted = { key, top, order: orderOf(this.trace, top, sort, isReversed) }
    }
    return this.sorted
  }
}

/** Whoever asked for what is not there is told what to do, too. */
function scopeSaid(trace: Trace, ask: ProfileAsk['scope']): Scope {
  try {
    return scopeOf(trace, ask)
  } catch (error) {
    if (error instanceof ScopeError) throw new Error(`${error.message}: ${error.remedy}`)
    throw error
  }
}

/** The same profile, whatever is looked at in it. */
function keyOf({ trace, scope, kind, unended, focus, ignore, granularity }: ProfileAsk): string {
  return JSON.stringify([trace, scope, kind, unended, focus, ignore, granularity])
}

/** Without a capital letter whatever the case. */
function patternOf(field: 'focus' | 'ignore', text: string): Pattern | undefined {
  if (text === '') return undefined
  try {
    return compilePattern(/[A-Z]/.test(text) ? text : `(?i)${text}`)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new Error(`${field} is no expression: ${error.message}. Write \\Q…\\E around text that is meant as it stands`)
  }
}

function flameOf(kept: Kept, ask: FlameAsk): FlameAnswer {
  const { trace, head } = kept
  const tree = kept.tree(ask.isInverted)
  const node = nodeAt(tree, ask.path)
  const width = Math.max(1, Math.min(WIDEST_PX, Math.round(ask.width) || 1))
  const flame = layoutFlame(tree, { weight: ask.weight, node, width, least: LEAST_PX })
  const marks = markFunctions(trace, tree, ask.search)
  const names = new Names(trace)
  const selves = ask.weight === 'time' ? tree.selfNs : tree.selfCount
  const boxOf = new Map<number, number>()
  const { length } = flame
  const key = new Int32Array(length)
  const caller = new Int32Array(length).fill(-1)
  const self = new Float64Array(length)
  const name = new Uint32Array(length)
  const file = new Uint32Array(length)
  const line = new Uint32Array(length)
  const tone = new Uint8Array(length)
  const isMarked = new Uint8Array(length)
  for (let box = 0; box < length; box++) {
    const at = flame.node[box]
    caller[box] = boxOf.get(flame.parent[box]) ?? -1
    if (at < 0) continue
    boxOf.set(at, box)
    key[box] = tree.key[at]
    self[box] = selves[at]
    name[box] = at === 0 ? names.fixed('all') : names.of(functionOf(trace, tree, at))
    if (tree.frame[at] >= 0) {
      file[box] = names.of(trace.frames.file[tree.frame[at]])
      line[box] = tree.granularity === 'lines' ? trace.frames.line[tree.frame[at]] : 0
    }
    tone[box] = at === 0 ? 0 : names.tone(name[box])
    isMarked[box] = marks.isMarked[at]
  }
  return {
    head,
    length,
    rows: flame.rows,
    key,
    caller,
    depth: flame.depth,
    x: flame.x,
    width: flame.width,
    total: flame.weight,
    self,
    merged: Uint32Array.from(flame.merged, (count, box) => (flame.node[box] < 0 ? count : 0)),
    name,
    file,
    line,
    tone,
    isMarked,
    names: names.texts,
    path: pathOf(tree, node),
    found: { functions: marks.functions, weight: ask.weight === 'time' ? marks.ns : marks.count },
    isCut: tree.isCut,
  }
}

/** Each name once. */
class Names {
  readonly texts: string[] = []
  private readonly tones: number[] = []
  private readonly known = new Map<number, number>()
  private readonly trace: Trace

  constructor(trace: Trace) {
    this.trace = trace
  }

  of(row: number): number {
    const known = this.known.get(row)
    if (known !== undefined) return known
    const text = row < 0 ? '' : this.trace.strings.text(row)
    this.tones.push(text === '' ? 0 : toneOf(text))
    const at = this.texts.push(text.slice(0, NAME_LIMIT)) - 1
    this.known.set(row, at)
    return at
  }

  fixed(text: string): number {
    this.tones.push(0)
    return this.texts.push(text) - 1
  }

  tone(at: number): number {
    return this.tones[at]
  }
}

function graphOf(kept: Kept, { weight }: ProfileAsk): GraphAnswer {
  const { trace, head } = kept
  const graph = callGraph(kept.tree(false), weight)
  const { frames, strings } = trace
  const boxes = Array.from(graph.nodes.frame, frame => ({
    name: strings.text(frames.function[frame]),
    file: strings.text(frames.file[frame]),
    line: graph.granularity === 'lines' ? frames.line[frame] : 0,
  }))
  const picture = graph.nodes.length > 0 ? graphPicture(trace, graph) : undefined
  const { self } = graph.nodes
  const hottest = self.reduce((most, value, row) => (value > self[most] ? row : most), 0)
  return { head, picture, boxes, hottest, functions: graph.functions, shown: graph.nodes.length }
}

function orderOf({ strings }: Trace, top: Top, sort: TopSort, isReversed: boolean): Uint32Array {
  const { selfNs, selfCount, cumulativeNs, cumulativeCount } = top
  const order = Uint32Array.from({ length: top.length }, (_, i) => i)
  const texts = sort === 'name' ? Array.from(top.name, row => strings.text(row)) : []
  const column = { self: selfNs, stays: selfCount, cumulative: cumulativeNs, cumulativeStays: cumulativeCount }
  const byName = (a: number, b: number) => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : 0)
  const falling = sort === 'name' ? byName : (a: number, b: number) => column[sort][b] - column[sort][a]
  // What is equal stands by its time, whichever way round.
  order.sort((a, b) => (isReversed ? falling(b, a) : falling(a, b)) || cumulativeNs[b] - cumulativeNs[a] || a - b)
  return order
}

function topPart(kept: Kept, ask: ProfileRequests['profileTop']['ask']): TopAnswer {
  const { trace, head } = kept
  const { top, order } = kept.top(ask.sort, ask.isReversed)
  const from = Math.max(0, Math.min(order.length, Math.floor(ask.from) || 0))
  const rows = order.slice(from, from + Math.max(0, Math.min(MOST_ROWS, ask.count)))
  return {
    head,
    length: order.length,
    from,
    rows: Array.from(rows, i => {
      const name = trace.strings.text(top.name[i])
      return {
        name,
        file: trace.strings.text(top.file[i]),
        line: top.line[i],
        tone: toneOf(name),
        selfNs: top.selfNs[i],
        selfCount: top.selfCount[i],
        cumulativeNs: top.cumulativeNs[i],
        cumulativeCount: top.cumulativeCount[i],
      }
    }),
  }
}

const NOTHING: Omit<Peek, 'name'> = {
  self: { count: 0, ns: 0 },
  cumulative: { count: 0, ns: 0 },
  callers: [],
  callees: [],
}

function aroundOf({ trace, profile, head }: Kept, ask: ProfileRequests['around']['ask']): AroundAnswer {
  const { weight, granularity, at } = ask
  const name = wholeName(trace, ask.name)
  const peek = peekAt(trace, profile, name, { by: weight, granularity, at })
  const { self, cumulative, callers, callees } = peek ?? NOTHING
  const placed = ({ name: of, file = '', line = 0 }: Neighbour): NamedPlace => ({ name: of, file, line })
  const rows = (all: Peek['callers']) =>
    all.slice(0, MOST_AROUND).map(one => ({ ...one, ...placed(one), tone: toneOf(one.name) }))
  return {
    head,
    name,
    isThere: peek !== undefined,
    self,
    cumulative,
    callers: rows(callers),
    callees: rows(callees),
    lines: linesOf(trace, profile, name, weight),
  }
}

/** An address has only the beginning of a name that is very long. */
function wholeName({ frames, strings }: Trace, name: string): string {
  if (name.length < NAME_LIMIT) return name
  const rows = new Set(frames.function)
  for (const row of rows) {
    const text = strings.text(Math.max(0, row))
    if (text.startsWith(name)) return text
  }
  return name
}
