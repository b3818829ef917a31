/**
 * Forms of a text that its begin only hints at: each is tried, and taken where more of a dump is read so. None of them is
 * what Go prints, or a log as programs write it: those never come here.
 */
import { columnOf, isTable } from './columns.ts'
import { isJson, linesOfJson } from './json.ts'
import type { Remade } from './pieces.ts'
import type { Dump } from './tables.ts'
import { TYPED } from './typed.ts'
import { isYaml, linesOfYaml } from './yaml.ts'

type Form = {
  /** May this be such a text? Looks at its begin. */
  readonly is: (head: string) => boolean
  readonly text: (bytes: Uint8Array) => Remade | undefined
  /** It takes nothing away: it is right also where no more is read so. */
  readonly isSafe?: boolean
}

const FORMS: readonly Form[] = [
  { is: isJson, text: linesOfJson },
  { is: isTable, text: columnOf },
  { is: isYaml, text: linesOfYaml },
  ...TYPED,
]

/** Dumps, read better than `dumps` were if there is a way. `read` reads a text as it is. */
export function readPasted(
  bytes: Uint8Array,
  dumps: readonly Dump[],
  headOf: (bytes: Uint8Array) => string,
  read: (bytes: Uint8Array) => readonly Dump[],
): readonly Dump[] {
  let best = dumps
  let text = bytes
  let worth = worthOf(best)
  const ways: Remade[] = []
  for (const form of FORMS) {
    if (!form.is(headOf(text))) continue
    const made = form.text(text)
    const found = made ? read(made.bytes) : []
    const foundWorth = worthOf(found)
    // A message may speak of a goroutine.
    if (!made || !hasFrames(found) || foundWorth < worth || (foundWorth === worth && !form.isSafe)) continue
    best = found
    worth = foundWorth
    text = made.bytes
    ways.push(made)
  }
  if (ways.length === 0) return dumps
  const place = (offset: number) => ways.reduceRight((at, way) => way.inputOffset(at), offset)
  return best.map(dump => moved(dump, place))
}

/** A dump whose problems stand elsewhere in the input. */
export function moved(dump: Dump, place: (offset: number) => number): Dump {
  return { ...dump, problems: dump.problems.map(problem => ({ ...problem, offset: place(problem.offset) })) }
}

function hasFrames(dumps: readonly Dump[]): boolean {
  return dumps.some(({ stacks }) => stacks.frame.length > 0)
}

/** How much was read: names, files, who created whom; less what could not be. */
function worthOf(dumps: readonly Dump[]): number {
  let worth = 0
  for (const { rows, stacks, frames, problems } of dumps) {
    worth -= problems.length
    for (let row = 0; row < rows.length; row++) {
      if (!Number.isNaN(rows.id[row])) worth++
      if (!Number.isNaN(rows.creator[row])) worth++
      if (rows.createdBy[row] !== -1 && frames.file[rows.createdBy[row]] > 0) worth++
      for (let i = stacks.first[rows.stack[row]]; i < stacks.first[rows.stack[row] + 1]; i++)
        worth += frames.file[stacks.frame[i]] > 0 ? 2 : 1
    }
  }
  return worth
}
