/**
 * Kinds of waits in a trace: what `reason:` and the search look through, and what is compared. Since Go 1.22 a wait for a
 * mutex has the reason "sync"; that it is a mutex says its stack alone. So a kind of wait belongs to a reason and a stack,
 * and what `waits.ts` makes of the two is worked out once for each pair that occurs.
 */
import { remembered } from '../../base/remembered.ts'
import { GoState, type Trace } from '../../trace/tables.ts'
import { FrameBook } from './frames.ts'
import { plumbingDepth, type WaitKind, waitOf } from './waits.ts'

export type WaitClass = {
  readonly kind: WaitKind
  /** In Go's words, "sync.Mutex.Lock"; '' where nothing is known beside the reason. */
  readonly what: string
  /** As the trace says it, "sync". */
  readonly reason: string
  /** How many spans. */
  spans: number
}

export type Waits = {
  readonly classes: readonly WaitClass[]
  /** By row in stacks: the reason that it was first seen with (-1: nobody waits there), and the class of the two. */
  readonly reasonAt: Int32Array
  readonly classAt: Int32Array
  /** The class of a pair of rows that occurs, `reasonAt` or not. */
  classOf(reason: number, stack: number): number
  /** How many spans there are of each state and reason, by `stateReason`. */
  readonly spansOf: Uint32Array
}

export const waitClasses = remembered(classify)

/** What a wait is called: in Go's words where its stack tells, else as the trace says it; '' where nothing does. */
export function waitName(what: string, said: string): string {
  // Without a stack "sync" may be anything of sync: it is no semaphore because nothing else is known.
  return what === '' || (what === 'semaphore' && said !== '') ? said : what
}

function classify(trace: Trace): Waits {
  const { stateReason, stack, length } = trace.spans
  const pairs = new Pairs(trace)
  const { reasonAt, classAt } = pairs
  const spansOf = new Uint32Array(0x10000)
  const spansAt = new Uint32Array(trace.stacks.length)
  for (let row = 0; row < length; row++) {
    const sr = stateReason[row]
    spansOf[sr]++
    if ((sr & 3) !== GoState.waiting) continue
    const at = Math.max(stack[row], 0)
    if (reasonAt[at] === sr >>> 2) spansAt[at]++
    else pairs.count(sr >>> 2, at)
  }
  const { classes } = pairs
  for (let at = 0; at < spansAt.length; at++) if (reasonAt[at] >= 0) classes[classAt[at]].spans += spansAt[at]
  return { classes, reasonAt, classAt, classOf: (reason, at) => pairs.classOf(reason, at), spansOf }
}

/**
 * Reasons and stacks that occur together. Most stacks know one reason: it stands beside them. Some know none as well,
 * of a wait that was only restated.
 */
class Pairs {
  readonly classes: WaitClass[] = []
  readonly reasonAt: Int32Array
  readonly classAt: Int32Array
  private readonly others = new Map<number, number>()
  private readonly trace: Trace
  private readonly book = new FrameBook()
  private readonly byText = new Map<string, number>()
  private readonly byFrame = new Map<number, number>()
  /** By row in frames: `OWN`, `MUTE` or `TELLS`; 0: not asked yet. */
  private readonly frameIs: Uint8Array

  constructor(trace: Trace) {
    this.trace = trace
    this.reasonAt = new Int32Array(trace.stacks.length).fill(-1)
    this.classAt = new Int32Array(trace.stacks.length)
    this.frameIs = new Uint8Array(trace.frames.length)
  }

  /** One more span of a pair that does not stand beside the stack, or does not yet. */
  count(reason: number, stack: number): void {
    if (this.reasonAt[stack] < 0) {
      this.reasonAt[stack] = reason
      this.classAt[stack] = this.work(reason, stack)
      this.classes[this.classAt[stack]].spans++
      return
    }
    const key = reason * this.trace.stacks.length + stack
    const known = this.others.get(key)
    const index = known ?? this.work(reason, stack)
    if (known === undefined) this.others.set(key, index)
    this.classes[index].spans++
  }

  classOf(reason: number, stack: number): number {
    if (this.reasonAt[stack] === reason) return this.classAt[stack]
    return this.others.get(reason * this.trace.stacks.length + stack) ?? 0
  }

  /** `waitOf` hears the one frame that decides: of a million stacks there are few such frames. */
  private work(reason: number, stack: number): number {
    const { trace } = this
    const deciding = this.decidingFrame(stack)
    const frameKey = reason * (trace.frames.length + 1) + deciding + 1
    const known = this.byFrame.get(frameKey)
    if (known !== undefined) return known
    const text = trace.strings.text(trace.reasons[reason])
    const wait = waitOf(deciding >= 0 ? [this.book.row(trace, deciding)] : [], text)
    const key = `${wait.kind}\n${wait.what}\n${reason}`
    const index = this.byText.get(key) ?? this.classes.push({ ...wait, reason: text, spans: 0 }) - 1
    this.byText.set(key, index)
    this.byFrame.set(frameKey, index)
    return index
  }

  /** The outermost of the frames above the waiting line that says what is waited for; -1: none does. */
  private decidingFrame(stack: number): number {
    const { first, frame } = this.trace.stacks
    const end = Math.min(first[stack + 1], first[stack] + MAX_FRAMES)
    let deciding = -1
    for (let i = first[stack]; i < end; i++) {
      const is = this.frameIs[frame[i]] || this.askFrame(frame[i])
      if (is === OWN) return deciding
      if (is === TELLS) deciding = frame[i]
    }
    return deciding
  }

  private askFrame(row: number): number {
    const frame = this.book.row(this.trace, row)
    const { kind } = waitOf([frame], '')
    const is = plumbingDepth([frame]) === 0 ? OWN : kind === 'system' ? MUTE : TELLS
    this.frameIs[row] = is
    return is
  }
}

/** As many as the analyses look at. */
const MAX_FRAMES = 512
/** A frame of the program, or of the runtime: one that says nothing of the wait, or one that does. */
const OWN = 1
const MUTE = 2
const TELLS = 3
