/** What the page "profiles" asks its worker: one profile, and of it a flame graph, a call graph, a table, one function. */
import type { Granularity, GraphPicture, ProfileKind, ScopeAsk, Total, Weight } from '@unhang/core'

/** Of a longer name the beginning stands in the address, and comes back from there. Go's traces have 1,024 bytes of it. */
export const NAME_LIMIT = 2000

/** A profile, as the page's controls say it. */
export type ProfileAsk = {
  readonly trace: number
  readonly scope: ScopeAsk
  readonly kind: ProfileKind
  readonly weight: Weight
  readonly granularity: Granularity
  /** Count stays that go on when the trace ends. */
  readonly unended: boolean
  /**
   * Stacks with a function or file that the first expression fits, without those that have one the second fits; without a
   * capital letter whatever their case; '': all, none.
   */
  readonly focus: string
  readonly ignore: string
}

/** What all of its pictures say above. */
export type ProfileHead = {
  readonly total: Total
  readonly stacks: number
  /** What is at none of them. */
  readonly stackless: Total
  /** Before focus and ignore. */
  readonly all: Total
  readonly unended: Total
  readonly reasonless: Total
  /** Of a trace without any stack: its profiles have no functions. */
  readonly hasStacks: boolean
  readonly cpuSamples: number
}

export type FlameAsk = ProfileAsk & {
  readonly isInverted: boolean
  /** Keys of nodes from the root to the one that takes the whole width. */
  readonly path: readonly number[]
  /** In pixels of the device. */
  readonly width: number
  /** Marks functions that hold it. */
  readonly search: string
}

/** Boxes row by row from the top, each row from the left; lengths in pixels. */
export type FlameAnswer = {
  readonly head: ProfileHead
  readonly length: number
  readonly rows: number
  readonly key: Int32Array //    what its path goes on with
  readonly caller: Int32Array // box that it hangs below; -1: none
  readonly depth: Uint16Array
  readonly x: Float64Array
  readonly width: Float64Array
  readonly total: Float64Array // by the weight that was asked for
  readonly self: Float64Array
  readonly merged: Uint32Array // 0: it is a function; else so many siblings together
  readonly name: Uint32Array //  row in names
  readonly file: Uint32Array //  row in names; by function of the first line of it that is met
  readonly line: Uint32Array //  0: by function, or it is not known
  readonly tone: Uint8Array //   colour of its package: 0 for Go's runtime and what waits in it
  readonly isMarked: Uint8Array
  /** Whole ones, of bounded length. */
  readonly names: readonly string[]
  /** How far the tree went along with the path. */
  readonly path: readonly number[]
  readonly found: { readonly functions: number; readonly weight: number }
  readonly isCut: boolean
}

/** A function, or a line of it: `line` 0 is by function. */
export type NamedPlace = { readonly name: string; readonly file: string; readonly line: number }

export type GraphAnswer = {
  readonly head: ProfileHead
  /** undefined: nothing is to be drawn. */
  readonly picture: GraphPicture | undefined
  /** By number of the box ("n12"). */
  readonly boxes: readonly NamedPlace[]
  /** Number of the box in which the most was spent itself. */
  readonly hottest: number
  readonly functions: number
  readonly shown: number
}

export const TOP_SORTS = ['self', 'cumulative', 'stays', 'cumulativeStays', 'name'] as const
export type TopSort = (typeof TOP_SORTS)[number]

export type TopRow = NamedPlace & {
  readonly tone: number
  readonly selfNs: number
  readonly selfCount: number
  readonly cumulativeNs: number
  readonly cumulativeCount: number
}

export type TopAnswer = {
  readonly head: ProfileHead
  readonly length: number
  readonly from: number
  readonly rows: readonly TopRow[]
}

export type AroundRow = NamedPlace & { readonly tone: number; readonly ns: number; readonly count: number }

/** One function with those that call it and those that it calls. */
export type AroundAnswer = {
  readonly head: ProfileHead
  readonly name: string
  /** false: no stack of this profile has it. */
  readonly isThere: boolean
  readonly self: Total
  readonly cumulative: Total
  readonly callers: readonly AroundRow[]
  readonly callees: readonly AroundRow[]
  /** Lines of it that stand on the stacks, those with the most first. */
  readonly lines: readonly {
    readonly file: string
    readonly line: number
    readonly ns: number
    readonly count: number
  }[]
}

export type ProfileRequests = {
  flame: { ask: FlameAsk; answer: FlameAnswer }
  callGraph: { ask: ProfileAsk; answer: GraphAnswer }
  profileTop: {
    ask: ProfileAsk & { sort: TopSort; isReversed: boolean; from: number; count: number }
    answer: TopAnswer
  }
  /** `at`: only of that line. */
  around: { ask: ProfileAsk & { name: string; at: { file: string; line: number } | undefined }; answer: AroundAnswer }
  /** What a profile may be narrowed by: functions that goroutines began with, types of regions. */
  profileChoices: { ask: { trace: number }; answer: { entries: readonly string[]; regions: readonly string[] } }
}
