/**
 * What a function does, as far as locks are concerned: the form between syntax (`lower.ts` makes it) and paths
 * (`flow.ts` walks them). Plain data; the order is that of running.
 */

/** W: Lock and Unlock. R: RLock and RUnlock. */
export type Mode = 'W' | 'R'

/** A variable of a function. */
export type Variable = {
  /** In bound texts it is written "name#id". */
  readonly id: number
  readonly name: string
  readonly kind: 'receiver' | 'parameter' | 'local'
  /** Its type as written, '' where it isn't: "*server", "[]shard". */
  readonly type: string
  /** Position among the parameters; -1: none. */
  readonly index: number
  /** What it was set to when it was declared: its type is that of this place, or of what this call returns. */
  readonly from?: Place | Call | undefined
}

/** An expression that names a place: "s.mu", "shards[i]". Equal `key`s in a function are the same place. */
export type Place = {
  /** As written, without parentheses, & and *. */
  readonly text: string
  /** The text with variables bound: "s#3.mu". Names of the package have no number. */
  readonly key: string
  /** undefined: it begins with a name of the package. */
  readonly root: Variable | undefined
  /** ["s", "mu"]; elements are "[]". Undefined where a call or something else is in between. */
  readonly path: readonly string[] | undefined
}

export type Call = {
  readonly name: string
  /** What stands before the dot; undefined for a function of the package. */
  readonly on: Place | undefined
  readonly arguments: readonly (Place | undefined)[]
  /** A variable that holds a function: nobody knows which. */
  readonly isValue: boolean
}

/** What is known of a condition: the truth of a text with bound variables. */
export type Fact = { readonly text: string; readonly value: boolean }

export type Step =
  | { readonly do: 'lock' | 'unlock'; readonly lock: Place; readonly mode: Mode; readonly line: number }
  /** The lock, its owner, or its Unlock, goes where it is not followed. */
  | { readonly do: 'hand'; readonly place: Place; readonly isOwner: boolean }
  | { readonly do: 'call'; readonly call: Call; readonly line: number }
  /** On a channel, in a select, for the next element of a range. */
  | { readonly do: 'wait'; readonly line: number }
  /** Run when the function is left. */
  | { readonly do: 'defer'; readonly body: readonly Step[]; readonly line: number }
  /** A function that is written here and run here; its returns are its own. */
  | { readonly do: 'run'; readonly body: readonly Step[]; readonly isHere: boolean; readonly endLine: number }
  /** Others may run it, now, later or never. */
  | { readonly do: 'spawn'; readonly body: readonly Step[] }
  /** Variables, or places (by bound text), that get another value. */
  | {
      readonly do: 'set'
      readonly texts: readonly string[]
      readonly fact?: Fact | undefined
      /** It tells whether this lock could be had. */
      readonly tried?: { readonly lock: Place; readonly mode: Mode; readonly line: number } | undefined
    }
  | { readonly do: 'return'; readonly line: number }
  /** The process, or the goroutine, ends here. */
  | { readonly do: 'stop' }
  | { readonly do: 'jump'; readonly kind: 'break' | 'continue' | 'goto'; readonly label: string }
  | { readonly do: 'if'; readonly yes: Branch; readonly no: Branch }
  /** `select` and `switch`; whole: one of the branches is always taken. */
  | {
      readonly do: 'choose'
      readonly branches: readonly Branch[]
      readonly isWhole: boolean
      readonly otherwise: readonly Fact[]
      readonly label: string
    }
  | {
      readonly do: 'loop'
      /** Ends by a jump alone. */
      readonly isEndless: boolean
      /** Over elements: whether there is one is not asked. */
      readonly isCounted: boolean
      /** Before each round; then the condition, whose last time is `exit`. */
      readonly head: readonly Step[]
      readonly body: readonly Step[]
      readonly post: readonly Step[]
      readonly exit: readonly Step[]
      readonly label: string
    }
  | { readonly do: 'label'; readonly label: string; readonly body: readonly Step[] }

export type Branch = {
  readonly facts: readonly Fact[]
  readonly body: readonly Step[]
  /** Goes on in the next branch. */
  readonly fallsThrough?: boolean
}

/** A function, or a literal that others run. */
export type GoBody = {
  /** Without the package: "(*server).AcquireLock", "run". */
  readonly name: string
  readonly firstLine: number
  readonly lastLine: number
  readonly isLiteral: boolean
  readonly receiver: Variable | undefined
  /** Type of the first result; '' for none. */
  readonly result: string
  readonly parameters: readonly Variable[]
  readonly steps: readonly Step[]
  /** In the order of the text, those of literals that are part of it too. */
  readonly locks: readonly LockTaken[]
}

export type LockTaken = { readonly lock: Place; readonly mode: Mode; readonly line: number }
