/**
 * A channel with room for n as a pool of n: a send takes a slot, a receive gives it back. To the paths of a function that is
 * a lock (`flow.ts`): where is a slot kept?
 */
import { Effects, type SeenAs } from './effects.ts'
import { innerSteps } from './flow.ts'
import type { Declared, GoPackage } from './package.ts'
import type { Branch, GoBody, LockTaken, Place, Step } from './steps.ts'
import { judged, type Taker } from './taker.ts'

export type Slots = {
  /** A function that keeps a slot on some path, and gives it back on others. */
  readonly keeping: Taker & { readonly leaves: NonNullable<Taker['leaves']> }
  /** Where slots are taken and given back, all of it. */
  readonly users: readonly Declared[]
  /** Lines of the receives that give one back in that function. */
  readonly givenLines: readonly number[]
}

/** undefined: not used as a pool, or each function gives back what it takes, or not all of it is in sight. */
export function slotsOf(pkg: GoPackage, packageName: string, place: Place): Slots | undefined {
  const owner = pkg.owners.ownerOf(place)
  const name = /(?:^var |\.)([\p{L}_][^.[\]]*)$/u.exec(owner ?? '')?.[1]
  if (owner === undefined || name === undefined) return undefined
  // Another package may give slots back.
  if (packageName !== 'main' && /^\p{Lu}/u.test(name)) return undefined
  const is = (other: Place) => pkg.owners.ownerOf(other) === owner
  const named = new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, 'u')
  const isUse = ({ uses }: GoBody) => uses.some(use => use.do !== 'give' && use.on.is === 'place' && is(use.on.place))
  const mentioning = pkg.matching(text => named.test(text))
  const users = mentioning.filter(declared => pkg.bodiesOf(declared).some(isUse))
  // What has no room hands over, and is no pool.
  const made = new RegExp(`(?<![\\p{L}\\p{N}_])${name}\\s*:?=?\\s*make\\(chan\\b[^\\n()]*,`, 'u')
  if (!pkg.files.some(({ text }) => made.test(text))) return undefined
  const seenAs: SeenAs = { view: body => asLocks(body, is), touches: /<-|\bpanic\(|\bExit\(|\bFatal/ }
  const effects = new Effects(pkg, undefined, seenAs)
  const keeping: Taker[] = []
  for (const declared of mentioning)
    for (const own of pkg.bodiesOf(declared)) {
      if (!isInSight(own, is)) return undefined
      const body = seenAs.view(own)
      const lock = { mode: 'W', key: undefined, owner } as const
      if (effects.pathsOf(declared, body, lock).releasesForeign) return undefined
      const [taken] = body.locks
      if (taken) keeping.push(judged({ declared, body, lock: taken }, owner, effects))
    }
  const [taker] = keeping.filter(({ leaves, releases }) => leaves && releases)
  if (pkg.isCut || !taker?.leaves) return undefined
  const givenLines = unlocksIn(taker.body.steps)
  return { keeping: { ...taker, leaves: taker.leaves }, users, givenLines }
}

/** The channel is sent to, received from, made, and nothing else: neither closed, nor given away, nor in a select. */
function isInSight({ uses, isLiteral, start }: GoBody, is: (place: Place) => boolean): boolean {
  return uses.every(use => {
    if (use.do === 'give') return use.value.is !== 'place' || !is(use.value.place)
    if (use.on.is !== 'place' || !is(use.on.place)) return true
    const isPlain = (use.do === 'send' || use.do === 'receive') && use.select === undefined
    return isPlain && !(isLiteral && start === 'given')
  })
}

function asLocks(body: GoBody, is: (place: Place) => boolean): GoBody {
  const steps = body.steps.map(step => asLock(step, is))
  return { ...body, steps, locks: locksIn(steps) }
}

function asLock(step: Step, is: (place: Place) => boolean): Step {
  const list = (steps: readonly Step[]) => steps.map(one => asLock(one, is))
  const branch = (one: Branch): Branch => ({ ...one, body: list(one.body) })
  switch (step.do) {
    case 'wait':
      if (!step.op || !is(step.op.on)) return step
      return { do: step.op.do === 'send' ? 'lock' : 'unlock', lock: step.op.on, mode: 'W', line: step.line }
    case 'lock':
    case 'unlock':
      // What locks there are is of no interest here.
      return { do: 'wait', line: step.line }
    case 'defer':
    case 'run':
    case 'spawn':
    case 'label':
      return { ...step, body: list(step.body) }
    case 'if':
      return { ...step, yes: branch(step.yes), no: branch(step.no) }
    case 'choose':
      return { ...step, branches: step.branches.map(branch) }
    case 'loop': {
      const { head, body, post, exit } = step
      return { ...step, head: list(head), body: list(body), post: list(post), exit: list(exit) }
    }
    default:
      return step
  }
}

function locksIn(steps: readonly Step[]): LockTaken[] {
  return steps.flatMap(step =>
    step.do === 'lock'
      ? [{ lock: step.lock, mode: step.mode, line: step.line }]
      : step.do === 'spawn'
        ? []
        : innerSteps(step).flatMap(locksIn),
  )
}

function unlocksIn(steps: readonly Step[]): readonly number[] {
  return steps.flatMap(step => (step.do === 'unlock' ? [step.line] : innerSteps(step).flatMap(unlocksIn)))
}
