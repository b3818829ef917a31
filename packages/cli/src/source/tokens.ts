/** What takes a slot and gives it back, as steps that lock and unlock. */
import { innerSteps } from './flow.ts'
import type { Branch, Fact, GoBody, LockTaken, Place, Step, Use } from './steps.ts'

type Is = (place: Place) => boolean
type Take = LockTaken & { readonly do: 'lock' }

/** A method of a semaphore is called on it. */
export function isOfSemaphore(use: Use): boolean {
  const { do: what } = use
  if (what !== 'give' || use.to.into !== 'argument' || use.to.index !== -1) return false
  return /^(?:(?:Try)?Acquire|Release)$/.test(use.to.call.name)
}

export function asLocks(body: GoBody, is: Is): GoBody {
  const steps = listed(body.steps, is)
  return { ...body, steps, locks: locksIn(steps) }
}

/** Steps till the error of an Acquire is looked at. */
const MAX_STEPS = 4

function listed(steps: readonly Step[], is: Is): readonly Step[] {
  const made: Step[] = []
  let asked: { readonly lock: Take; readonly at: number } | undefined
  for (const [at, step] of steps.entries()) {
    const taken = acquired(step, is)
    if (asked && at === asked.at) made.push(asBranches(step, asked.lock, is))
    else if (!taken) made.push(asLock(step, is))
    else {
      const found = steps
        .slice(at + 1, at + 1 + MAX_STEPS)
        .findIndex(one => one.do === 'if' && isAbout(one, taken, steps[at + 1]))
      if (found < 0) made.push(taken)
      else asked = { lock: taken, at: at + 1 + found }
    }
  }
  return made
}

function acquired(step: Step, is: Is): Take | undefined {
  if (step.do !== 'call' || !/^(?:Try)?Acquire$/.test(step.call.name)) return undefined
  const { on } = step.call
  return on && is(on) ? { do: 'lock', lock: on, mode: 'W', line: step.line } : undefined
}

/** `err != nil` behind `err := s.Acquire(…)`, or the call itself. */
function isAbout(step: Extract<Step, { do: 'if' }>, { lock }: Take, set: Step | undefined): boolean {
  const texts = set?.do === 'set' ? set.texts : []
  return [...step.yes.facts, ...step.no.facts].some(
    ({ text }) => texts.some(one => text === one || text === `${one}==nil`) || isCallOn(text, lock),
  )
}

const isCallOn = (text: string, { key }: Place) =>
  text.startsWith(`${key}.Acquire(`) || text.startsWith(`${key}.TryAcquire(`)

/** Where it was had: no error, or true. */
function asBranches(step: Step, lock: Take, is: Is): Step {
  if (step.do !== 'if') return asLock(step, is)
  const branch = (one: Branch): Branch => {
    const isHad = one.facts.some(({ value }: Fact) => value)
    return { ...one, body: isHad ? [lock, ...listed(one.body, is)] : listed(one.body, is) }
  }
  return { ...step, yes: branch(step.yes), no: branch(step.no) }
}

function asLock(step: Step, is: Is): Step {
  const list = (steps: readonly Step[]) => listed(steps, is)
  const branch = (one: Branch): Branch => ({ ...one, body: list(one.body) })
  switch (step.do) {
    case 'wait':
      if (!step.op || !is(step.op.on)) return step
      return { do: step.op.do === 'send' ? 'lock' : 'unlock', lock: step.op.on, mode: 'W', line: step.line }
    case 'call':
      if (step.call.name !== 'Release' || !step.call.on || !is(step.call.on)) return step
      return { do: 'unlock', lock: step.call.on, mode: 'W', line: step.line }
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

export function unlocksIn(steps: readonly Step[]): readonly number[] {
  return steps.flatMap(step => (step.do === 'unlock' ? [step.line] : innerSteps(step).flatMap(unlocksIn)))
}
