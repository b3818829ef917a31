/** How long the goroutines of each function waited where, and for what: a row for each such triple that occurs. */
import { waitClasses } from '../../analysis/scene/wait-classes.ts'
import { SiteFinder } from '../../dump/site.ts'
import { GoState, type Trace } from '../../trace/tables.ts'
import { entriesOf } from '../entries.ts'
import type { StayBlock } from '../stays.ts'

export type WaitSums = {
  readonly length: number
  /** Row in `entriesOf(trace)`. */
  readonly entry: readonly number[]
  /** Row in `waitClasses(trace).classes`: what is waited for. */
  readonly waitClass: readonly number[]
  /** Row in frames: the waiting line, plumbing aside; -1: no stack tells it. */
  readonly site: readonly number[]
  readonly ns: readonly number[]
  /** How many waits, those that the scope cuts among them. */
  readonly count: readonly number[]
}

/** Takes the blocks of a scope, one after the other. */
export class WaitAdder implements WaitSums {
  readonly entry: number[] = []
  readonly waitClass: number[] = []
  readonly site: number[] = []
  readonly ns: number[] = []
  readonly count: number[] = []
  private readonly trace: Trace
  private readonly entryOf: Uint32Array
  private readonly entries: number
  private readonly sites: SiteFinder
  /** By row in stacks: the row that was last found for it, and the reason that it was found with. */
  private readonly rowAt: Int32Array
  private readonly reasonAt: Uint32Array
  /** Numbers places with what is waited for there, then these with functions: a product of all three is too large. */
  private readonly places = new Map<number, number>()
  private readonly rows = new Map<number, number>()

  constructor(trace: Trace) {
    const { entryOf, length } = entriesOf(trace)
    this.trace = trace
    this.entryOf = entryOf
    this.entries = length
    this.sites = new SiteFinder(trace)
    this.rowAt = new Int32Array(trace.stacks.length + 1).fill(-1)
    this.reasonAt = new Uint32Array(trace.stacks.length + 1)
  }

  get length(): number {
    return this.entry.length
  }

  add({ count, span, ns }: StayBlock): void {
    const { goroutine, stateReason, stack } = this.trace.spans
    const { entryOf, rowAt, reasonAt, entry, ns: sums, count: waits } = this
    for (let i = 0; i < count; i++) {
      const at = span[i]
      const sr = stateReason[at]
      if ((sr & 3) !== GoState.waiting) continue
      const where = stack[at]
      const of = entryOf[goroutine[at]]
      let row = rowAt[where + 1]
      if (row < 0 || entry[row] !== of || reasonAt[where + 1] !== sr >>> 2) row = this.rowOf(of, sr >>> 2, where)
      sums[row] += ns[i]
      waits[row]++
    }
  }

  private rowOf(entry: number, reason: number, stack: number): number {
    const { trace, places, rows } = this
    const waitClass = waitClasses(trace).classOf(reason, Math.max(stack, 0))
    const site = this.sites.site(stack > 0 ? stack : -1)
    const place = numbered(places, waitClass * (trace.frames.length + 1) + site + 1)
    const key = place * this.entries + entry
    const known = rows.get(key)
    const row = known ?? rows.size
    if (known === undefined) {
      rows.set(key, row)
      this.entry.push(entry)
      this.waitClass.push(waitClass)
      this.site.push(site)
      this.ns.push(0)
      this.count.push(0)
    }
    this.rowAt[stack + 1] = row
    this.reasonAt[stack + 1] = reason
    return row
  }
}

function numbered(numbers: Map<number, number>, key: number): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size)
  return numbers.size - 1
}
