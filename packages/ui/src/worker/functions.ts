/** Answers the page "functions". What was summed last is kept: sorting and scrolling ask for it again and again. */
import {
  bucketOf,
  columnOf,
  findStays,
  functionsNamed,
  isDescending,
  lastSpanIn,
  lifeHistogram,
  livesOf,
  orderFunctions,
  orderGoroutines,
  reasonSums,
  type ScopeAsk,
  SPENT_COLUMNS,
  type SpentColumn,
  type SpentColumns,
  type SpentFunctions,
  type SpentGoroutines,
  type StayAsk,
  StayCode,
  scopeOf,
  spentFunctions,
  spentGoroutines,
  stayHistograms,
  type Trace,
  waitsByReason,
} from '@unhang/core'
import {
  type FunctionDetail,
  type FunctionsPart,
  type FunctionsRequests,
  type GoroutinesPart,
  LIFE_COLUMNS,
  type SpentRow,
} from '../protocol/functions.ts'
import type { Handlers, StuckAt, TraceAt } from './handlers.ts'
import { stuckCounts, stuckSinceNs } from './stuck.ts'

/** Rows of one answer: more are not on a screen. */
const MOST_ROWS = 500
const LONGEST = 8

export function functionHandlers(at: TraceAt, stuckAt: StuckAt): Handlers<FunctionsRequests> {
  const functions = new Kept<SpentFunctions>()
  const functionOrder = new Kept<Uint32Array>()
  const goroutines = new Kept<SpentGoroutines>()
  const goroutineOrder = new Kept<Uint32Array>()
  const goroutinesOf = (trace: Trace, ask: ScopeAsk) =>
    goroutines.of(trace, JSON.stringify(ask), () => spentGoroutines(trace, scopeOf(trace, ask)))
  return {
    spentFunctions({ trace: index, scope, name, sort, isReversed, from, count }) {
      const trace = at(index)
      const table = functions.of(trace, JSON.stringify(scope), () => spentFunctions(trace, scopeOf(trace, scope)))
      const order = functionOrder.of(trace, JSON.stringify([scope, name, sort, isReversed]), () =>
        functionsNamed(trace, table, orderFunctions(trace, table, sort, isDescending(sort) !== isReversed), name),
      )
      return functionsPart(trace, table, order, stuckAt(index), from, count)
    },
    spentGoroutines({ trace: index, scope, name, stays, sort, isReversed, from, count }) {
      const trace = at(index)
      const table = goroutinesOf(trace, { ...scope, function: name })
      const order = goroutineOrder.of(trace, JSON.stringify([scope, name, stays, sort, isReversed]), () => {
        const all = orderGoroutines(trace, table, sort, isDescending(sort) !== isReversed)
        return stays ? all.filter(fitTest(trace, table, stays)) : all
      })
      return goroutinesPart(trace, table, order, stuckAt(index), from, count)
    },
    spentFunction({ trace: index, scope, name }) {
      const trace = at(index)
      return functionDetail(trace, goroutinesOf(trace, { ...scope, function: name }), stuckAt(index))
    },
    longestStays({ trace: index, scope, name, stays }) {
      const trace = at(index)
      const { longest } = findStays(trace, scopeOf(trace, { ...scope, function: name }), stays, LONGEST)
      const { spans, goroutines: all } = trace
      return longest.map(({ span, ns }) => ({ span, ns, goroutineId: all.id[spans.goroutine[span]] }))
    },
  }
}

/** The last thing made, and what of. */
class Kept<T> {
  private trace: Trace | undefined
  private key = ''
  private made: T | undefined

  of(trace: Trace, key: string, make: () => T): T {
    if (this.trace === trace && this.key === key && this.made !== undefined) return this.made
    // What was kept is let go first: two tables of a million rows at once are much.
    this.made = undefined
    this.trace = trace
    this.key = key
    const made = make()
    this.made = made
    return made
  }
}

function functionsPart(
  trace: Trace,
  table: SpentFunctions,
  order: Uint32Array,
  stuck: Uint8Array,
  from: number,
  count: number,
): FunctionsPart {
  const columns = usedColumns(table)
  const counts = stuckCounts(trace, table, stuck)
  const rows = part(order, from, count).map(row => ({
    name: trace.strings.text(table.entry[row]),
    goroutines: table.goroutines[row],
    stuck: counts[row],
    ...spentRow(table, columns, row),
  }))
  const goroutines = order.reduce((all, row) => all + table.goroutines[row], 0)
  return { length: order.length, all: table.length, goroutines, columns, from, rows }
}

function goroutinesPart(
  trace: Trace,
  table: SpentGoroutines,
  order: Uint32Array,
  stuck: Uint8Array,
  from: number,
  count: number,
): GoroutinesPart {
  const columns = usedColumns(table)
  const listed = part(order, from, count)
  const { id, birthNs, deathNs } = trace.goroutines
  const known = (ns: number) => (Number.isNaN(ns) ? undefined : ns)
  const rows = listed.map(row => {
    const g = table.goroutine[row]
    return {
      id: id[g],
      birthNs: known(birthNs[g]),
      deathNs: known(deathNs[g]),
      span: lastSpanIn(trace, table.scope, g),
      isStuck: stuck[g] === 1,
      stuckSinceNs: stuck[g] === 1 ? stuckSinceNs(trace, g) : undefined,
      ...spentRow(table, columns, row),
    }
  })
  const { fromNs, toNs } = table.scope
  const shown = listed.map(row => table.goroutine[row])
  const lives = livesOf(trace, shown, fromNs, toNs, LIFE_COLUMNS)
  return { length: order.length, all: table.length, columns, from, rows, lives, fromNs, toNs }
}

function part(order: Uint32Array, from: number, count: number): number[] {
  const first = Math.max(0, Math.min(order.length, Math.floor(from) || 0))
  return Array.from(order.subarray(first, first + Math.max(0, Math.min(MOST_ROWS, count))))
}

/** Of a million rows the columns are looked through once. */
const used = new WeakMap<SpentColumns, readonly SpentColumn[]>()

function usedColumns(table: SpentColumns): readonly SpentColumn[] {
  const known = used.get(table)
  if (known) return known
  const made = SPENT_COLUMNS.filter(column => column !== 'total' && columnOf(table, column).some(ns => ns > 0))
  used.set(table, made)
  return made
}

function spentRow(table: SpentColumns, columns: readonly SpentColumn[], row: number): SpentRow {
  const { kindNs, totalNs, waitingNs } = table
  return {
    totalNs: totalNs[row],
    stateNs: [
      kindNs[StayCode.running][row],
      kindNs[StayCode.runnable][row],
      waitingNs[row],
      kindNs[StayCode.syscall][row],
    ],
    times: columns.map(column => columnOf(table, column)[row]),
  }
}

/** Does a goroutine have such a stay, or was its life so long? */
function fitTest(trace: Trace, table: SpentGoroutines, stays: StayAsk): (row: number) => boolean {
  if (stays.kind === 'life')
    return row => {
      const bucket = bucketOf(table.totalNs[row])
      return bucket >= stays.fromBucket && bucket <= stays.toBucket
    }
  const { goroutines } = findStays(trace, table.scope, stays, 0)
  return row => goroutines[table.goroutine[row]] === 1
}

function functionDetail(trace: Trace, table: SpentGoroutines, stuck: Uint8Array): FunctionDetail {
  // As one row, of which there may be none within the range.
  const rowOf = table.rowOf.map(row => Math.min(0, row))
  const reasons = waitsByReason(trace, reasonSums(trace, { ...table, rowOf, length: 1 }), 0)
  const { kindNs, waitingNs, assistNs, sweepNs, stwNs, length } = table
  return {
    goroutines: length,
    stuck: table.goroutine.reduce((count, g) => count + stuck[g], 0),
    stateNs: [
      sum(kindNs[StayCode.running]),
      sum(kindNs[StayCode.runnable]),
      sum(waitingNs),
      sum(kindNs[StayCode.syscall]),
    ],
    reasons: Object.entries(reasons),
    assistNs: sum(assistNs),
    sweepNs: sum(sweepNs),
    stwNs: sum(stwNs),
    histograms: [...stayHistograms(trace, table.scope), lifeHistogram(trace, table)],
  }
}

function sum(column: Float64Array): number {
  let all = 0
  for (let row = 0; row < column.length; row++) all += column[row]
  return all
}
