/**
 * Locks that are taken in one function and released in another, as they are meant to be: `lock()` and `unlock()`,
 * `begin()` and `end()`, a goroutine that is given the lock. Whoever hands over is not to blame.
 */
import { Effects, type LockName } from './effects.ts'
import { innerSteps, isKnown } from './flow.ts'
import type { Declared, GoPackage } from './package.ts'
import type { GoBody, Mode } from './steps.ts'
import { leavingExit, type Taker } from './taker.ts'

/** Callers of callers that are looked at, and callers of one function. */
const MAX_DEPTH = 3
const MAX_CALLERS = 40

/** They wrap a lock, and say so. */
const WRAPPER = /^(?:try)?_?r?w?lock/i

export class Handover {
  private readonly pkg: GoPackage
  private readonly owner: string | undefined

  constructor(pkg: GoPackage, owner: string | undefined) {
    this.pkg = pkg
    this.owner = owner
  }

  /** Of those that leave it locked the ones that are not meant to, and callers of those that are. */
  toBlame(takers: readonly Taker[]): readonly Taker[] {
    const leaving = takers.filter(taker => taker.leaves !== undefined)
    if (leaving.length === 0) return []
    const modes = new Set(leaving.map(({ lock }) => lock.mode))
    const released = new Set([...modes].filter(mode => this.isReleasedElsewhere(mode)))
    const blamed = leaving
      .filter(taker => !released.has(taker.lock.mode) && !this.isReleasedBeside(taker))
      .flatMap(taker => this.blamed(taker, MAX_DEPTH))
    // A wrapper's wrapper has the same callers.
    return [...new Map(blamed.map(one => [`${one.declared.file.name}:${one.body.firstLine}`, one])).values()]
  }

  /** A literal of the same function that releases what it has not taken. */
  private isReleasedBeside({ declared, body, lock }: Taker): boolean {
    const name: LockName = { mode: lock.mode, key: lock.lock.key, owner: this.owner }
    const effects = new Effects(this.pkg)
    return this.pkg.bodiesOf(declared).some(one => one !== body && effects.pathsOf(declared, one, name).releasesForeign)
  }

  private blamed(taker: Taker, depth: number): readonly Taker[] {
    const { declared, body } = taker
    if (body.isLiteral || depth === 0) return body.isLiteral ? [taker] : []
    const callers = this.callersOf(declared)
    const judged = callers.map(caller => this.asCaller(caller, declared, taker))
    if (judged.some(({ isHandedOver }) => isHandedOver)) {
      // Some callers release it. One that does so on some of its paths alone is to blame, if it gets it locked always.
      return taker.releases ? [] : judged.flatMap(({ taker: one }) => (one?.releases && one.leaves ? [one] : []))
    }
    if (judged.some(({ mayRelease }) => mayRelease)) return []
    if (!WRAPPER.test(declared.name)) return [taker]
    return judged.flatMap(({ taker: one }) => (one?.leaves && !taker.releases ? this.blamed(one, depth - 1) : []))
  }

  /** What a caller makes of a lock that it gets from a call. */
  private asCaller(
    caller: { readonly declared: Declared; readonly body: GoBody },
    callee: Declared,
    { lock }: Taker,
  ): { readonly isHandedOver: boolean; readonly mayRelease: boolean; readonly taker: Taker | undefined } {
    const { body, declared } = caller
    const name: LockName = { mode: lock.mode, key: undefined, owner: this.owner }
    const paths = new Effects(this.pkg, callee).pathsOf(declared, body, name)
    const own = new Set(body.locks.map(({ line }) => line))
    const isHandedOver = [...paths.released].some(line => !own.has(line))
    const exit = leavingExit(paths)
    const leaves = exit && { line: exit.state.leftLine || exit.line, kind: exit.kind }
    const taken = { ...lock, line: exit?.state.line ?? lock.line }
    const taker = { declared, body, lock: taken, leaves, isSure: false, releases: isHandedOver, deferredLines: [] }
    // Two files with one function each, of which a build takes one; a method of an interface.
    const mayRelease = paths.isWhole && paths.exits.some(({ state }) => !isKnown(state))
    return { isHandedOver, mayRelease, taker }
  }

  private callersOf(callee: Declared): { readonly declared: Declared; readonly body: GoBody }[] {
    const call = new RegExp(`(?<![\\p{L}\\p{N}_])${callee.name}\\s*\\(`, 'u')
    const found = this.pkg.matching(text => call.test(text)).filter(one => one !== callee)
    return found
      .slice(0, MAX_CALLERS)
      .flatMap(declared => this.pkg.bodiesOf(declared).map(body => ({ declared, body })))
      .filter(({ body }) => callsIn(body.steps).includes(callee.name))
  }

  /** Does any function release what neither it nor its callers have taken? */
  private isReleasedElsewhere(mode: Mode): boolean {
    if (this.owner === undefined) return false
    const unlock = locking(this.owner, mode === 'W' ? 'Unlock' : 'RUnlock')
    return this.pkg.matching(text => unlock.test(text)).some(one => this.isRoot(one, mode, MAX_DEPTH))
  }

  private releasesAtTimes(declared: Declared, body: GoBody, name: LockName): boolean {
    const { exits } = new Effects(this.pkg).pathsOf(declared, body, name)
    return !this.takes(body) && exits.some(({ state }) => state.balance >= 0)
  }

  private takes({ locks }: GoBody): boolean {
    return locks.some(({ lock }) => this.pkg.owners.ownerOf(lock) === this.owner)
  }

  private isRoot(declared: Declared, mode: Mode, depth: number): boolean {
    const bodies = this.pkg.bodiesOf(declared)
    const name: LockName = { mode, key: undefined, owner: this.owner }
    const effects = new Effects(this.pkg)
    const foreign = bodies.filter(body => {
      const { exits } = effects.pathsOf(declared, body, name)
      const isForeign = exits.some(({ state }) => state.balance < 0)
      // Where it also takes the lock, a condition that was not understood makes some paths look so.
      return isForeign && (exits.every(({ state }) => state.balance < 0) || !this.takes(body))
    })
    if (foreign.length === 0) return false
    if (foreign.every(body => body.isLiteral)) return true
    // On some of its paths alone: a flag tells whether somebody has left it locked, on purpose.
    if (foreign.some(body => this.releasesAtTimes(declared, body, name))) return true
    const callers = this.callersOf(declared)
    if (callers.length === 0 || depth === 0) return true
    return callers.some(caller => this.isRoot(caller.declared, mode, depth - 1))
  }
}

/** Text that calls such a method of such a lock, whoever has it: "mu.Lock" of "server.mu"; of an embedded one just "Lock". */
export function locking(owner: string, method: string): RegExp {
  const field = owner.slice(owner.search(/[. ]/) + 1).replace(/^.*\./, '')
  const before = /^(?:RW)?Mutex$/.test(field) ? '' : `(?<![\\p{L}\\p{N}_])${field}\\s*\\)?\\s*`
  return new RegExp(`${before}\\.\\s*${method}(?![\\p{L}\\p{N}_])`, 'u')
}

function callsIn(steps: GoBody['steps']): readonly string[] {
  return steps.flatMap(step => (step.do === 'call' ? [step.call.name] : innerSteps(step).flatMap(callsIn)))
}
