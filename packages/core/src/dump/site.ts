/**
 * Where a goroutine stands, in its owner's eyes: the innermost frame that is not the plumbing of waiting. Plumbing is
 * Go's own runtime, sync, internal and syscall packages, and functions of others that the runtime implements for
 * them (`time.Sleep` stands in runtime/time.go). `example.com/internal/store` and `golang.org/x/sync` are none.
 */
import type { FrameTable, StackTable } from '../base/stacks.ts'
import type { StringTable } from '../base/strings.ts'

const PLUMBING = /^(?:runtime|sync|internal|syscall|golang\.org\/x\/sys)(?:\/[^.]*)?\./
/** `runtime/time.go` (built with -trimpath) or `/usr/local/go/src/runtime/time.go`. */
const RUNTIME_FILE = /(?:^|[\\/]src[\\/])runtime[\\/][^\\/]+$/
/** How the runtime names its panic function in a text. */
const PANIC = 'panic'

/** Is this frame plumbing of waiting, and no place to look at? */
export function isPlumbing(functionName: string, file: string): boolean {
  return PLUMBING.test(functionName) || functionName === PANIC || RUNTIME_FILE.test(file)
}

/** What a stack's site is found in: a dump, or a trace. */
type Stacks = { readonly strings: StringTable; readonly frames: FrameTable; readonly stacks: StackTable }

const PLAIN = 1
const SKIPPED = 2

/** Finds sites; each frame is judged once. */
export class SiteFinder {
  private readonly tables: Stacks
  private readonly judged: Uint8Array

  constructor(tables: Stacks) {
    this.tables = tables
    this.judged = new Uint8Array(tables.frames.length)
  }

  /** The frame row of a stack's site: the innermost frame where all are plumbing, -1 for an empty or unknown stack. */
  site(stack: number): number {
    if (stack < 0) return -1
    const { first, frame } = this.tables.stacks
    const end = first[stack + 1]
    for (let at = first[stack]; at < end; at++) if (!this.isSkipped(frame[at])) return frame[at]
    return first[stack] < end ? frame[first[stack]] : -1
  }

  private isSkipped(frame: number): boolean {
    if (this.judged[frame] === 0) {
      const { frames, strings } = this.tables
      const skipped = isPlumbing(strings.text(frames.function[frame]), strings.text(frames.file[frame]))
      this.judged[frame] = skipped ? SKIPPED : PLAIN
    }
    return this.judged[frame] === SKIPPED
  }
}
