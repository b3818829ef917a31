/**
 * What a goroutine dump is here, in whatever form it came. A row stands for one goroutine (`debug=2`, which knows ids
 * and states) or for a group of equal stacks (`debug=1` and the protobuf profile, which know counts). Readers make
 * this, analyses read it.
 */
import type { Problem } from '../base/errors.ts'
import type { FrameTable, StackTable } from '../base/stacks.ts'
import type { StringTable } from '../base/strings.ts'

/** The three forms of `/debug/pprof/goroutine`: debug=2, debug=1 and debug=0. */
export type DumpForm = 'debug2' | 'debug1' | 'proto'

export type DumpRows = {
  readonly length: number
  readonly id: Float64Array //        goroutine id; NaN: this form has none
  readonly count: Uint32Array //      goroutines that this row stands for; 1 in debug=2
  readonly reason: Int32Array //      row in strings: what stands in the brackets ("IO wait", "running"), less the marks
  //                                  "(scan)", "(durable)" and "(leaked)" behind it; -1: unknown
  readonly minutes: Int32Array //     lower bound of the wait; -1: none shown
  readonly stack: Int32Array //       row in stacks, innermost frame first, "created by" not among them
  readonly firstArg: Uint32Array //   length + 1: arguments of the row's frames, see `Dump.frameArgs`
  readonly createdBy: Int32Array //   row in frames: the creating function and the line of its `go` statement; -1: unknown
  readonly creator: Float64Array //   id of the creating goroutine (Go 1.21 and later); NaN: unknown
  readonly labels: Int32Array //      row in strings ("key:value, …"); -1: none
  readonly locked: Uint8Array //      1: locked to its thread
  readonly leaked: Uint8Array //      1: Go's own leak detection says that nothing can wake it ("(leaked)", Go 1.26)
  readonly elided: Uint8Array //      1: Go left frames out of the stack's middle ("...23 frames elided...")
}

export type Dump = {
  readonly form: DumpForm
  readonly byteLength: number
  /** Goroutines that the dump says exist: the header of debug=1, else the sum of the counts that were read. */
  readonly total: number
  /** Go ended the program because nobody could run any more ("all goroutines are asleep", `checkdead` in runtime/proc.go). */
  readonly asleep: boolean
  readonly strings: StringTable
  readonly frames: FrameTable
  readonly stacks: StackTable
  readonly rows: DumpRows
  /**
   * The text between the parentheses of each frame of each row, as rows in strings ("0xc000012345, 0x1", "..."; 0 for
   * none): that of frame i (counted from the innermost) of row r is frameArgs[rows.firstArg[r] + i]. Empty where the form has none.
   */
  readonly frameArgs: Int32Array
  /** What is missing: frames that could not be read, and last, where it was cut (Go cuts debug=2 at 64 MiB), the rest. */
  readonly problems: readonly Problem[]
}

/**
 * Does it hold leaked goroutines alone, as `/debug/pprof/goroutineleak` gives them (Go 1.26's experiment)? Then it says nothing
 * of the others. A profile of nobody says as little.
 */
export function isLeakProfile({ form, rows }: Dump): boolean {
  return form !== 'debug2' && rows.leaked.every(leaked => leaked === 1)
}
