/**
 * People quote some goroutines of a dump above it, or below. Taken for a dump of its own, such an excerpt would say that
 * nothing moved between the two.
 */
import type { Dump } from './tables.ts'

/** Leaves out each dump with ids whose every goroutine stands in another one just so. */
export function withoutExcerpts(dumps: readonly Dump[]): readonly Dump[] {
  if (dumps.length < 2) return dumps
  const kept = [...dumps]
  for (const dump of dumps) {
    const isExcerpt = kept.some(other => other !== dump && other.rows.length >= dump.rows.length && isIn(dump, other))
    if (isExcerpt) kept.splice(kept.indexOf(dump), 1)
  }
  return kept
}

/** Ends with the first goroutine that is not the same: mostly the one that wrote the dump. */
function isIn(part: Dump, whole: Dump): boolean {
  if (part.form !== 'debug2' || whole.form !== 'debug2') return false
  const rowOf = new Map<number, number>()
  for (let row = 0; row < whole.rows.length; row++) rowOf.set(whole.rows.id[row], row)
  for (let row = 0; row < part.rows.length; row++) {
    const other = rowOf.get(part.rows.id[row])
    if (other === undefined || textOf(part, row) !== textOf(whole, other)) return false
  }
  return true
}

/** All that a dump says of a row. */
function textOf({ rows, stacks, frames, strings, frameArgs }: Dump, row: number): string {
  const text = [strings.text(rows.reason[row]), `${rows.minutes[row]}`]
  const first = stacks.first[rows.stack[row]]
  const depth = stacks.first[rows.stack[row] + 1] - first
  for (let i = 0; i < depth; i++) {
    const frame = stacks.frame[first + i]
    const args = strings.text(frameArgs[rows.firstArg[row] + i])
    text.push(
      `${strings.text(frames.function[frame])}(${args}) ${strings.text(frames.file[frame])}:${frames.line[frame]}`,
    )
  }
  return text.join('\n')
}
