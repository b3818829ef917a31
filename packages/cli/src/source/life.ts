/** What is known of the life of a channel, a WaitGroup, a Cond, a semaphore or a context: `tracer.ts` follows it. */
import type { StackFrame } from '@unhang/core'
import type { Declared } from './package.ts'
import type { Doing } from './runners.ts'
import type { Call, Place } from './steps.ts'

/** `what`: "send", "receive", "range", "close", "call"; or a method: "Done", "Signal". */
export type Op = Doing & {
  readonly what: string
  /** What it is called there, where the life is that of a field: two values have one each. */
  readonly on?: Place
}

/** A call that takes it along. */
export type Passing = Doing & { readonly to: Declared }

export type Made = {
  readonly declared: Declared
  readonly line: number
  /** Of a channel, as written; '' for none. */
  readonly capacity: string
  /** What made it that is no channel: "WithCancel". */
  readonly by?: string
}

/** A call that makes a context. */
export type ContextMade = { readonly declared: Declared; readonly call: Call }
export type ContextSources = {
  readonly made: ContextMade[]
  /** A deadline ends one of them, a signal. */
  isTimed: boolean
  /** One of them begins with a context that nothing ends. */
  isEndless: boolean
}

/** Where it went out of sight: "given to `other.Keep`". */
export type Lost = { readonly declared: Declared; readonly line: number; readonly how: string }

/** Calls of a function, each run by one goroutine. */
export type OwnCall = {
  readonly declared: Declared
  /** Names, as in stacks, of those that nobody else calls, in the same goroutine; its own among them. */
  readonly names: ReadonlySet<string>
}

export type Life = {
  readonly ops: readonly Op[]
  readonly passings: readonly Passing[]
  readonly made: readonly Made[]
  /** Everything that can be done to it is among the ops. */
  readonly isWhole: boolean
  /** Where it first goes out of sight, if that is one place. */
  readonly lost?: Lost | undefined
  /** Made anew in each call of these functions, and of no use outside of it: another call has another one. */
  readonly ofCalls: readonly OwnCall[]
}

/** The function that a frame of the package lies in. */
export type Locate = (frame: StackFrame) => Declared | undefined
