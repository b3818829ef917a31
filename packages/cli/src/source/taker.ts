/** One function and one lock: on which of its paths is it left locked, and does it release it anywhere? */
import type { Effects, LockName } from './effects.ts'
import { type Exit, innerSteps, isKnown, type Paths } from './flow.ts'
import type { Declared } from './package.ts'
import type { GoBody, LockTaken, Mode, Step } from './steps.ts'

/** One function that takes the lock. */
export type Taker = {
  readonly body: GoBody
  readonly declared: Declared
  readonly lock: LockTaken
  /** Where it is left locked; undefined: nowhere, as far as is seen. */
  readonly leaves: { readonly line: number; readonly kind: Exit['kind'] } | undefined
  /** False: on some path the lock goes out of sight. */
  readonly isSure: boolean
  /** Of all its paths, does any release the lock? */
  readonly releases: boolean
  /** Lines where an Unlock is deferred. */
  readonly deferredLines: readonly number[]
}

/** Where a function takes a lock. */
export type Found = { readonly declared: Declared; readonly body: GoBody; readonly lock: LockTaken }

export function judged({ declared, body, lock }: Found, owner: string | undefined, effects: Effects): Taker {
  const name: LockName = { mode: lock.mode, key: lock.lock.key, owner }
  const paths = effects.pathsOf(declared, body, name)
  const exit = leavingExit(paths)
  const deferredLines = deferred(body.steps, lock.lock.key, lock.mode)
  return {
    declared,
    body,
    lock: exit ? (body.locks.find(one => one.line === exit.state.line) ?? lock) : lock,
    leaves: exit && { line: exit.state.leftLine || exit.line, kind: exit.kind },
    isSure: paths.isWhole && !paths.waitsForItself && paths.exits.every(({ state }) => isKnown(state)),
    releases: paths.released.size > 0 || unlocks(body.steps, lock.lock.key, lock.mode),
    deferredLines,
  }
}

/** The first line where it is left locked for sure. */
export function leavingExit({ exits, isWhole }: Paths): Exit | undefined {
  const leaving = isWhole ? exits.filter(({ state }) => state.balance > 0 && isKnown(state)) : []
  return leaving.toSorted((a, b) => a.line - b.line)[0]
}

function unlocks(steps: readonly Step[], key: string, mode: Mode): boolean {
  return steps.some(step =>
    step.do === 'unlock'
      ? step.lock.key === key && step.mode === mode
      : innerSteps(step).some(inner => unlocks(inner, key, mode)),
  )
}

function deferred(steps: readonly Step[], key: string, mode: Mode): readonly number[] {
  return steps.flatMap(step => {
    if (step.do === 'defer') return unlocks(step.body, key, mode) ? [step.line] : []
    return innerSteps(step).flatMap(inner => deferred(inner, key, mode))
  })
}
