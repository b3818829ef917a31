/** What the source says of a channel, a WaitGroup or a Cond that somebody waits for in vain, in sentences with lines. */

import type { Known, Offer } from './absent.ts'
import { innerSteps } from './flow.ts'
import type { Op } from './life.ts'
import type { Declared } from './package.ts'
import type { Step } from './steps.ts'

/** "`prices` (unbuffered, made in line 27) is only sent to in line 36, which the return in line 34 leaves before". */
export function offerSentence({ use, life, serving }: Offer, waiting: Known): string {
  const value = use.do === 'give' ? use.value : use.on
  const name =
    value.is === 'place'
      ? `\`${value.place.text}\``
      : value.is === 'call' && value.call.on
        ? `\`${value.call.on.text}.${value.call.name}()\``
        : 'what it waits for'
  const [made] = life.made
  const where = (line: number, declared: Declared) => lineOf(line, declared, waiting)
  const capacity =
    made &&
    (made.by
      ? `${made.by === 'NewWeighted' ? 'a semaphore' : 'a context'} of \`${made.by}\``
      : made.capacity === '' || made.capacity === '0'
        ? 'unbuffered'
        : `room for ${made.capacity}`)
  const kind = made ? ` (${capacity}, made in ${where(made.line, made.declared)})` : ''
  if (serving.length === 0)
    return `in the source, ${name}${kind} is never ${waiting.kind === 'Acquire' ? 'released' : made?.by ? 'ended' : VERBS[use.do]}`
  const shown = distinct(serving).slice(0, MAX_SHOWN)
  const more = distinct(serving).length - shown.length
  const said = shown.map(op => `${DONE[op.what] ?? op.what} in ${where(op.line, op.declared)}${hintOf(op, where)}`)
  const list = said.length > 1 ? `${said.slice(0, -1).join(', ')} and ${said.at(-1)}` : said[0]
  return `in the source, ${name}${kind} is only ${list}${more > 0 ? ` and in ${more} more lines` : ''}`
}

/** "`out` is sent to in line 12 and, perhaps, elsewhere: `other.Keep` is given it in line 30". */
export function partSentence({ use, life, serving }: Offer, waiting: Known): string | undefined {
  const value = use.do === 'give' ? use.value : use.on
  const { lost } = life
  if (!lost || value.is !== 'place') return undefined
  const said = distinct(serving)
    .slice(0, MAX_SHOWN)
    .map(op => `${DONE[op.what] ?? op.what} in ${lineOf(op.line, op.declared, waiting)}`)
  const list = said.length === 0 ? '' : `is ${said.join(', ')} and, perhaps, elsewhere`
  const seen = list === '' ? `may be ${VERBS[use.do]} where that is not seen` : list
  return `in the source, \`${value.place.text}\` ${seen}: ${lost.how} in ${lineOf(lost.line, lost.declared, waiting)}`
}

const MAX_SHOWN = 3

const VERBS: Readonly<Record<string, string>> = {
  send: 'received from',
  receive: 'sent to or closed',
  range: 'sent to or closed',
  give: 'woken',
}

const DONE: Readonly<Record<string, string>> = {
  send: 'sent to',
  receive: 'received from',
  range: 'ranged over',
  close: 'closed',
  call: 'ended',
  Release: 'released',
  Done: 'counted down (`Done`)',
  Signal: 'given a Signal',
  Broadcast: 'given a Broadcast',
}

function distinct(ops: readonly Op[]): readonly Op[] {
  return [...new Map(ops.map(op => [`${op.what} ${op.declared.file.name}:${op.line}`, op])).values()]
}

function lineOf(line: number, { file }: Declared, { declared }: Known): string {
  return file === declared.file ? `line ${line}` : `line ${line} of ${file.name}`
}

/** How one can get past it. */
function hintOf(op: Op, where: (line: number, declared: Declared) => string): string {
  if (op.isDeferred) return ''
  const early = returnsIn(op.body.steps).filter(line => line < op.line)
  if (early.length > 0) return `, which the return in ${where(early[0], op.declared)} leaves before`
  const own = op.body.uses.find(use => use.do === op.what && use.line === op.line)
  const select = own && own.do !== 'give' ? own.select : undefined
  const other = op.body.uses.find(use => use.do !== 'give' && select && use.select === select && use.line !== op.line)
  if (select?.hasDefault) return `, in the select of line ${select.line}, which does not wait`
  return other ? `, in a select that the case in ${where(other.line, op.declared)} may end before` : ''
}

/** Lines of the returns of the function itself. */
function returnsIn(steps: readonly Step[]): readonly number[] {
  return steps.flatMap(step => {
    if (step.do === 'return') return [step.line]
    if (step.do === 'spawn' || step.do === 'run' || step.do === 'defer') return []
    return innerSteps(step).flatMap(returnsIn)
  })
}

export const NOBODY_LEFT = 'no living goroutine comes by there any more, but those that are stuck themselves'
