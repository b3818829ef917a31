/** Findings about slots of a pool that a path of the source keeps: nobody has one any more, and none comes back. */
import type { Finding, StackFrame, Standings } from '@unhang/core'
import type { Known } from './absent.ts'
import { type Slots, slotsOf } from './slots.ts'
import { findingOf, groupsOf } from './stranded.ts'

/** Of one process. What was told of those waiters before is told better. */
export function withPools(
  findings: readonly Finding[],
  waitings: readonly Known[],
  standings: Standings,
): readonly Finding[] {
  const groups = groupsOf(waitings.filter(({ kind }) => kind === 'send' || kind === 'Acquire'))
  const more = groups.flatMap(group => {
    const slots = isTold(findings, group) ? undefined : keptFrom(group, standings)
    return slots ? [poolFinding(group, slots)] : []
  })
  if (more.length === 0) return findings
  const ids = new Set(more.flatMap(({ waiters }) => waiters.goroutines))
  return [...findings.filter(({ waiters }) => !waiters.goroutines.every(id => ids.has(id))), ...more]
}

/** As a pool already, or something else for certain. */
function isTold(findings: readonly Finding[], group: readonly Known[]): boolean {
  const ids = new Set(group.map(({ goroutine }) => goroutine.id))
  return findings.some(
    ({ cause, certainty, waiters }) =>
      waiters.goroutines.some(id => ids.has(id)) &&
      (certainty === 'certain' || (certainty === 'likely' && cause !== 'no-receiver')),
  )
}

function keptFrom(group: readonly Known[], { goroutines, isWhole }: Standings): Slots | undefined {
  const [first] = group
  const { pkg, packageName, offers, kind } = first
  const [offer] = offers
  // A context that ends lets it go.
  const isBound = kind === 'Acquire' && offers.length > 1
  const value = isBound ? undefined : offer.do === 'give' ? offer.value : offer.on
  const slots = isWhole && value?.is === 'place' ? slotsOf(pkg, packageName, value.place) : undefined
  if (!slots) return undefined
  // Whoever is in one of those functions, and not at this line, may have one and give it back.
  const waiting = new Set(group.map(({ goroutine }) => goroutine.id))
  const isInside = ({ function: name, file, line }: StackFrame) =>
    name.startsWith(`${packageName}.`) &&
    slots.users.some(
      ({ file: own, firstLine, lastLine }) => file.endsWith(own.name) && firstLine <= line && line <= lastLine,
    )
  return goroutines.some(({ id, frames }) => !waiting.has(id) && frames.some(isInside)) ? undefined : slots
}

function poolFinding(group: readonly Known[], { keeping, givenLines }: Slots): Finding {
  const { lock, leaves, declared, body } = keeping
  const file = declared.file === group[0].declared.file ? '' : ` of ${declared.file.name}`
  const given = givenLines.length > 0 ? ` and given back in line ${givenLines[0]}` : ''
  const end = leaves.kind === 'return' ? `the return in line ${leaves.line}` : `the end in line ${leaves.line}`
  const told = findingOf(group)
  const what = group[0].kind === 'Acquire' ? 'a unit' : 'a slot'
  return {
    ...told,
    cause: 'pool-exhausted',
    evidence: [
      told.evidence[0],
      `in the source, ${what} of \`${lock.lock.text}\` is taken in line ${lock.line}${file}${given}, not by ${end}`,
      `nobody else is in ${body.name}, where slots are taken and given back`,
    ],
    advice: `give ${what.replace('a ', 'the ')} back on every path: \`defer\` it behind line ${lock.line}${file}`,
  }
}
