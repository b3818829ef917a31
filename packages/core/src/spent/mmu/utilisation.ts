/**
 * The mutator's utilisation as a function of time: which part of the procs is left to the program (the "mutator" of
 * what the collector looks after). `MutatorUtilizationV2` of `internal/trace/gc.go`; begins when it is first known how
 * many procs there are.
 */
import { type Column, f64 } from '../../base/column.ts'
import { type InTurns, inOneGo } from '../../base/turns.ts'
import type { Trace } from '../../trace/tables.ts'
import { choiceKey, type MmuChoice } from './choice.ts'
import { MOST_PROCS, Step, type Steps, stepsIn } from './steps.ts'

/** A step function: from `timeNs[i]` on it is `value[i]`, until the next one, at last until `endNs`. */
export type Series = {
  readonly timeNs: Float64Array // ascending, never empty
  readonly value: Float64Array //  0 … 1
  readonly endNs: number
  /** Id of the proc; -1: of all procs together. */
  readonly proc: number
}

/** A few ms. */
const STEPS_PER_TURN = 65_536

const cache = new WeakMap<Trace, Map<string, readonly Series[]>>()

/**
 * One series of all procs, or one for each proc and each of its lives (a proc may be taken away and come again). Empty
 * where the trace does not say how many procs there are.
 */
export function utilisationOf(trace: Trace, choice: MmuChoice): readonly Series[] {
  return inOneGo(utilisationIn(trace, choice))
}

export function* utilisationIn(trace: Trace, choice: MmuChoice): InTurns<readonly Series[]> {
  const known = cache.get(trace) ?? new Map<string, readonly Series[]>()
  cache.set(trace, known)
  const key = choiceKey(choice)
  const made = known.get(key) ?? (yield* replay(yield* stepsIn(trace, choice), choice, endOf(trace, choice)))
  known.set(key, made)
  return made
}

/** Go's reader ends with an event of its own, a nanosecond behind the last one. */
function endOf({ durationNs }: Trace, { asGo }: MmuChoice): number {
  return asGo ? durationNs + 1 : durationNs
}

function* replay(steps: Steps, choice: MmuChoice, durationNs: number): InTurns<readonly Series[]> {
  const { asGo, perProc } = choice
  const machine = perProc ? new EachProc(asGo) : new AllProcs(asGo)
  for (let i = 0; i < steps.length; i++) {
    machine.step(steps.timeNs[i], steps.kind[i], steps.value[i])
    if (i % STEPS_PER_TURN === 0) yield
  }
  return machine.end(durationNs)
}

/** How a series grows: `addUtil` of Go. Of several values at one time the lowest stays. */
class Writer {
  private readonly timeNs: Column<Float64Array> = f64(64)
  private readonly value: Column<Float64Array> = f64(64)
  readonly proc: number

  constructor(proc: number, timeNs: number) {
    this.proc = proc
    this.timeNs.push(timeNs)
    this.value.push(1)
  }

  add(timeNs: number, value: number): void {
    const last = this.timeNs.length - 1
    if (value === this.value.data[last]) return
    if (timeNs > this.timeNs.data[last]) {
      this.timeNs.push(timeNs)
      this.value.push(value)
    } else if (value < this.value.data[last]) this.value.data[last] = value
  }

  /** Takes a part of all procs away from what was until now: `parts` says how many there were, since when. */
  take(parts: readonly { readonly timeNs: number; readonly count: number }[]): void {
    let p = 0
    for (let i = 0; i < this.timeNs.length; i++) {
      while (p < parts.length - 1 && parts[p + 1].timeNs < this.timeNs.data[i]) p++
      this.value.data[i] = Math.max(0, this.value.data[i] - 1 / parts[p].count)
    }
  }

  /** Go ends each series with a value of 0, which it forgets where the value was 0 already: then it ended with that. */
  end(timeNs: number, asGo: boolean): Series {
    const last = this.timeNs.length - 1
    const endsEarly = asGo && this.value.data[last] === 0
    const length = endsEarly && last > 0 ? last : last + 1
    return {
      timeNs: this.timeNs.freeze().subarray(0, length),
      value: this.value.freeze().subarray(0, length),
      endNs: endsEarly ? this.timeNs.data[last] : timeNs,
      proc: this.proc,
    }
  }
}

/** What is known of the procs at a time. */
abstract class Machine {
  protected readonly asGo: boolean
  /** By proc id: how much of the collector's work is going on there. */
  protected readonly busy = new Int32Array(MOST_PROCS)
  protected stops = 0
  /** How many procs there are; 0: not known yet. */
  protected count = 0

  constructor(asGo: boolean) {
    this.asGo = asGo
  }

  step(timeNs: number, kind: number, value: number): void {
    if (kind === Step.procs) this.setCount(timeNs, value)
    // What comes before the number of procs is known, Go does not see.
    else if (this.asGo && this.count === 0) return
    else if (kind === Step.owed) this.owe()
    else if (kind === Step.stop) this.stops++
    else if (kind === Step.go) this.stops--
    else if (value >= 0 && value < MOST_PROCS) this.change(value, kind === Step.busy ? 1 : -1)
    // What is owed comes with work that begins at the same time.
    if (this.count > 0 && kind !== Step.owed) this.write(timeNs, kind === Step.busy || kind === Step.free ? value : -1)
  }

  protected abstract setCount(timeNs: number, count: number): void
  protected abstract owe(): void
  protected abstract change(proc: number, by: number): void
  /** `proc`: the only one that may have changed; -1: any may have. */
  protected abstract write(timeNs: number, proc: number): void
  abstract end(timeNs: number): readonly Series[]
}

class AllProcs extends Machine {
  private writer: Writer | undefined
  /** Procs with work of the collector, of those that are there. */
  private taken = 0
  private readonly counts: { timeNs: number; count: number }[] = []

  protected setCount(timeNs: number, count: number): void {
    if (count < 1) return
    // As Go has it, a proc that is taken away forgets what went on there.
    if (this.asGo) this.busy.fill(0, Math.min(count, this.count))
    if (this.count !== count) this.counts.push({ timeNs, count })
    this.count = count
    this.taken = 0
    for (let proc = 0; proc < count; proc++) if (this.busy[proc] > 0) this.taken++
    this.writer ??= new Writer(-1, timeNs)
  }

  protected change(proc: number, by: number): void {
    const was = this.busy[proc] > 0
    this.busy[proc] += by
    const is = this.busy[proc] > 0
    if (proc < this.count && was !== is) this.taken += is ? 1 : -1
  }

  protected owe(): void {
    this.writer?.take(this.counts)
  }

  protected write(timeNs: number): void {
    const taken = this.stops > 0 ? this.count : this.taken
    this.writer?.add(timeNs, 1 - taken / this.count)
  }

  end(timeNs: number): readonly Series[] {
    return this.writer ? [this.writer.end(timeNs, this.asGo)] : []
  }
}

class EachProc extends Machine {
  private readonly writers: Writer[] = []
  private readonly ended: Series[] = []

  protected setCount(timeNs: number, count: number): void {
    if (count < 1) return
    for (const writer of this.writers.splice(count)) this.ended.push(writer.end(timeNs, this.asGo))
    if (this.asGo) this.busy.fill(0, Math.min(count, this.count))
    while (this.writers.length < count) this.writers.push(new Writer(this.writers.length, timeNs))
    this.count = count
  }

  protected change(proc: number, by: number): void {
    this.busy[proc] += by
  }

  protected owe(): void {}

  protected write(timeNs: number, proc: number): void {
    if (proc >= this.count) return
    const from = Math.max(0, proc)
    const to = proc < 0 ? this.count : proc + 1
    for (let p = from; p < to; p++) this.writers[p].add(timeNs, this.stops > 0 || this.busy[p] > 0 ? 0 : 1)
  }

  end(timeNs: number): readonly Series[] {
    return [...this.ended, ...this.writers.map(writer => writer.end(timeNs, this.asGo))]
  }
}
