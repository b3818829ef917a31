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
  /** Where it is declared. */
  readonly line: number
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
  /** What stands there if that is no place: `(&server{}).run()`, `open().run()`. */
  readonly onValue?: Value
  readonly arguments: readonly (Place | undefined)[]
  /** A variable that holds a function: nobody knows which. */
  readonly isValue: boolean
}

/** What an expression gives, as far as channels and what holds them are concerned. */
export type Value =
  | { readonly is: 'place'; readonly place: Place }
  /** `make(chan T, capacity)`: the capacity as written, '' for none. */
  | { readonly is: 'chan'; readonly capacity: string; readonly line: number }
  /** Elements of lists and maps are fields called "[]". */
  | { readonly is: 'struct'; readonly type: string; readonly fields: readonly (readonly [string, Value])[] }
  | { readonly is: 'call'; readonly call: Call; readonly result: number }
  | { readonly is: 'other' }

/** Where a value goes. What is sent goes into an element of its channel. */
export type Sink =
  | { readonly into: 'place'; readonly place: Place }
  /** Index -1: it is what the method is called on. */
  | { readonly into: 'argument'; readonly call: Call; readonly index: number }
  | { readonly into: 'result'; readonly index: number }
  | { readonly into: 'elsewhere' }
  /** It is looked at alone, or noted already. */
  | { readonly into: 'nowhere' }

/** `call`: of a function in a variable or a field. */
export type ChannelOp = 'send' | 'receive' | 'range' | 'close' | 'call'

/** What a function does with a channel, and where the things go that it has. */
export type Use = {
  readonly line: number
  readonly isDeferred: boolean
} & (
  | { readonly do: ChannelOp; readonly on: Value; readonly select: Select | undefined }
  | { readonly do: 'give'; readonly value: Value; readonly to: Sink }
)

export type Select = { readonly line: number; readonly hasDefault: boolean }

/** Lines from the first to the last of a loop. */
export type Loop = { readonly firstLine: number; readonly lastLine: number }

/** What was noted of a function, or of a literal that is run in it, beside its steps. */
export type Notes = {
  readonly locks: LockTaken[]
  readonly uses: Use[]
  readonly loops: Loop[]
}

/** What is known of a condition: the truth of a text with bound variables. */
export type Fact = { readonly text: string; readonly value: boolean }

export type Step =
  | { readonly do: 'lock' | 'unlock'; readonly lock: Place; readonly mode: Mode; readonly line: number }
  /** The lock, its owner, or its Unlock, goes where it is not followed. */
  | { readonly do: 'hand'; readonly place: Place; readonly isOwner: boolean }
  | { readonly do: 'call'; readonly call: Call; readonly line: number }
  /** On a channel, in a select, for the next element of a range. */
  | {
      readonly do: 'wait'
      readonly line: number
      /** Of a send or a receive, also as a case. */
      readonly op?: { readonly do: 'send' | 'receive'; readonly on: Place }
    }
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
  /** Of a literal: 1 in the function, 2 in a literal of it. */
  readonly depth: number
  readonly isLiteral: boolean
  /** Of a literal: `go` runs it, or it is given to somebody, who may run it at any time. */
  readonly start: 'go' | 'given' | 'call'
  /** Of a literal that is given to a function. */
  readonly givenTo: Given | undefined
  readonly receiver: Variable | undefined
  /** Type of the first result; '' for none. */
  readonly result: string
  readonly parameters: readonly Variable[]
  readonly steps: readonly Step[]
  /** In the order of the text, those of literals that are part of it too. */
  readonly locks: readonly LockTaken[]
  readonly uses: readonly Use[]
  readonly loops: readonly Loop[]
}

/** An argument. */
export type Given = { readonly call: Call; readonly index: number }

export type LockTaken = { readonly lock: Place; readonly mode: Mode; readonly line: number }
