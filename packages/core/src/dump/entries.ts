/** Entries of a log, of which each holds a line or more of the program's text: made one text. */
import { Pieces, type Remade } from './pieces.ts'

/** A value, and where it stands in the text. */
export type Entry = { readonly value: string; readonly from: number; readonly to: number }

const HEADER = /^[ \t]*goroutine \d+ (?:\w+=\w+ )*\[/
const CALL = /^\S.*\)\s*$/
const DUMP_LINE =
  /^[ \t]*(?:goroutine \d+ |created by \S|#?[ \t]*\S{1,400}:\d+(?: \+0x[0-9a-f]+)?[ \t\r]*$|\d+ @ 0x)|^\S{1,400}\(.{0,2000}\)[ \t\r]*$/gm

/** How many of its lines look like those of a dump. */
export function dumpLinesIn(value: string): number {
  return value.match(DUMP_LINE)?.length ?? 0
}

/** The entries' values, a line each, in the order of time. `text` is all of the input, of `byteLength` bytes. */
export function textOfEntries(text: string, byteLength: number, entries: readonly Entry[]): Remade {
  const pieces = new Pieces(byteLength)
  const isBack = isBackwards(entries)
  let last = 0
  for (const { value, from, to } of isBack ? entries.toReversed() : entries) {
    if (!isBack) pieces.put('', text.slice(last, from))
    pieces.put(value.endsWith('\n') ? value : `${value}\n`, isBack ? '' : text.slice(from, to))
    last = to
  }
  return pieces.text()
}

/** Clouds show the last entry first: then a header stands behind its frames. */
function isBackwards(entries: readonly Entry[]): boolean {
  let back = 0
  entries.forEach(({ value }, i) => {
    if (!HEADER.test(value)) return
    if (CALL.test(entries[i + 1]?.value ?? '')) back--
    else if (CALL.test(entries[i - 1]?.value ?? '')) back++
  })
  return back > 0
}
