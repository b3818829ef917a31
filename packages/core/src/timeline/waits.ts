/**
 * Kinds of waits in a trace: what `reason:` and the search look through. Since Go 1.22 a wait for a mutex has the reason
 * "sync"; that it is a mutex says its stack alone. So a kind of wait belongs to a reason and a stack, and what
 * `analysis/scene/waits.ts` makes of the two is worked out once for each pair that occurs.
 */
import { FrameBook } from '../analysis/scene/frames.ts'
import { plumbingDepth, type WaitKind, waitOf } from '../analysis/scene/waits.ts'
import { GoState, type Trace } from '../trace/tables.ts'
import type { Timeline } from './model.ts'

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

const cache = new WeakMap<Timeline, Waits>()

export function waitsOf(timeline: Timeline): Waits {
  const known = cache.get(timeline)
  if (known) return known
  const made = classify(timeline.trace)
  cache.set(timeline, made)
  return made
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

/** The words that people use for waits; each stands for kinds, whatever the trace calls them. */
export const WAIT_WORDS: readonly (readonly [word: string, note: string, fits: (wait: WaitClass) => boolean])[] = [
  ['mutex', 'waits for a sync.Mutex', ({ kind }) => kind === 'mutex'],
  ['rwmutex', 'waits for a sync.RWMutex, to read or to write', ({ kind }) => kind === 'rwmutex'],
  ['lock', 'waits for a Mutex or RWMutex', ({ kind }) => kind === 'mutex' || kind === 'rwmutex'],
  ['once', 'waits for the first call inside of a sync.Once', ({ kind }) => kind === 'once'],
  ['waitgroup', 'waits for a sync.WaitGroup', ({ kind }) => kind === 'waitgroup'],
  ['cond', 'waits for a sync.Cond', ({ kind }) => kind === 'cond'],
  ['semaphore', 'waits for something of sync, no stack tells for what', ({ kind }) => kind === 'semaphore'],
  ['chan', 'sends to or receives from a channel', ({ what, reason }) => /^chan /.test(what || reason)],
  ['select', 'waits in a select', ({ what, kind }) => kind === 'select' || /^select/.test(what)],
  ['network', 'waits to read, write or accept', ({ kind }) => kind === 'network' || kind === 'accept'],
  ['accept', 'waits for a new connection', ({ kind }) => kind === 'accept'],
  ['sleep', 'sleeps', ({ kind }) => kind === 'sleep'],
  ['syscall', 'is in a call of the system', ({ kind }) => kind === 'syscall'],
  ['forever', 'waits for what never comes: select {} or a nil channel', ({ kind }) => kind === 'forever'],
]
