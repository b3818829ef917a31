/** In how many goroutines each function was seen, as `fn:` sees it: for the ranking and the notes of what is offered. */

import { spanOfGoroutineAt } from '../../trace/lookup.ts'
import { GoState, type RowIndex } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'
import { wakesOf } from '../wakes.ts'
import { type Functions, functionsOf } from './functions.ts'
import { rowsByOwner } from './index.ts'

export type FunctionCounts = {
  readonly functions: Functions
  /** By function: goroutines that began in it, and those that have to do with it at all. */
  readonly began: Uint32Array
  readonly goroutines: Uint32Array
  /** False: there was too much to count; at least so many. */
  readonly exact: boolean
  /** All functions, those of the most goroutines first. */
  readonly byCount: Uint32Array
}

/** Frames to look at: a stranger's goroutines may have a million deep stacks each. A quarter of a second. */
const MAX_STEPS = 100e6

const cache = new WeakMap<Timeline, FunctionCounts>()

export function functionCountsOf(timeline: Timeline): FunctionCounts {
  const known = cache.get(timeline)
  if (known) return known
  const functions = functionsOf(timeline)
  const counter = new Counter(timeline, functions)
  counter.run()
  const { began, goroutines } = counter
  const byCount = Uint32Array.from(functions.names.keys())
  byCount.sort((a, b) => goroutines[b] - goroutines[a] || began[b] - began[a] || a - b)
  const made = { functions, began, goroutines, exact: counter.stepsLeft >= 0, byCount }
  cache.set(timeline, made)
  return made
}

class Counter {
  readonly began: Uint32Array
  readonly goroutines: Uint32Array
  stepsLeft = MAX_STEPS
  /** The last goroutine, + 1, that a function or stack was counted for. */
  private readonly functionSeen: Uint32Array
  private readonly stackSeen: Uint32Array
  private readonly timeline: Timeline
  private readonly functions: Functions

  constructor(timeline: Timeline, functions: Functions) {
    this.timeline = timeline
    this.functions = functions
    this.began = new Uint32Array(functions.names.length)
    this.goroutines = new Uint32Array(functions.names.length)
    this.functionSeen = new Uint32Array(functions.names.length)
    this.stackSeen = new Uint32Array(timeline.trace.stacks.length)
  }

  run(): void {
    const { goroutines, samples } = this.timeline.trace
    const wakes = wakesOf(this.timeline)
    const sampled = rowsByOwner(samples.goroutine, goroutines.length)
    for (let g = 0; g < goroutines.length; g++) {
      const entry = this.functions.entryOf[g]
      if (entry >= 0) {
        this.began[entry]++
        this.functionSeen[entry] = g + 1
        this.goroutines[entry]++
      }
      if (this.stepsLeft < 0) continue
      if (goroutines.creationStack[g] > 0) this.countStack(g, goroutines.creationStack[g])
      this.countSpans(g)
      this.countWakes(g, wakes)
      this.countSamples(g, sampled)
    }
  }

  /** Where it was when it woke others. */
  private countWakes(g: number, { first, row }: RowIndex): void {
    const { stack } = this.timeline.trace.spans
    for (let i = first[g]; i < first[g + 1]; i++) {
      const at = stack[row[i]]
      if (at > 0 && this.stackSeen[at] !== g + 1) this.countStack(g, at)
    }
  }

  private countSamples(g: number, { first, row }: RowIndex): void {
    const { trace } = this.timeline
    const { stack, timeNs } = trace.samples
    for (let i = first[g]; i < first[g + 1]; i++) {
      const at = stack[row[i]]
      if (at <= 0 || this.stackSeen[at] === g + 1) continue
      if (spanOfGoroutineAt(trace, g, timeNs[row[i]]) >= 0) this.countStack(g, at)
    }
  }

  private countSpans(g: number): void {
    const { spans, spansOf } = this.timeline.trace
    const { stateReason, stack, place } = spans
    const { stackSeen } = this
    const end = spansOf.first[g + 1]
    for (let i = spansOf.first[g]; i < end; i++) {
      const row = spansOf.row[i]
      const at = stack[row]
      if (at <= 0 || stackSeen[at] === g + 1) continue
      const sr = stateReason[row]
      const isWakers = (sr & 3) === GoState.runnable && !(place[row] === -1 && sr > 3)
      if (!isWakers) this.countStack(g, at)
    }
  }

  private countStack(g: number, stack: number): void {
    this.stackSeen[stack] = g + 1
    const { first, frame } = this.timeline.trace.stacks
    const { ofFrame } = this.functions
    for (let i = first[stack]; i < first[stack + 1]; i++) {
      const index = ofFrame[frame[i]]
      if (index < 0 || this.functionSeen[index] === g + 1) continue
      this.functionSeen[index] = g + 1
      this.goroutines[index]++
    }
    this.stepsLeft -= first[stack + 1] - first[stack]
  }
}
