/**
 * What stands in the brackets of a goroutine's header (`goroutineheader` in Go's `runtime/traceback.go`):
 *
 *   sync.WaitGroup.Wait (durable), 2 minutes, locked to thread, synctest bubble 1 labels:{"job": "mail"}
 */
import type { DraftRow } from './build.ts'
import { ascii, startsWith } from './lines.ts'

const SPACE = 0x20
const COMMA = 0x2c
const ZERO = 0x30
const NINE = 0x39
const MAX_INT32 = 0x7fffffff

const LABELS = ascii(' labels:{')
const LOCKED = ascii('locked to thread')
const MINUTES = ascii(' minute')
const SCAN = ascii(' (scan)')
const DURABLE = ascii(' (durable)')
const LEAKED = ascii(' (leaked)')

/** Where the parts are that are text: reason and labels; an empty stretch where there are none. */
export type Brackets = { reasonStart: number; reasonEnd: number; labelsStart: number; labelsEnd: number }

/** Reads `bytes[from, to)` into `brackets` and the numbers and marks of `row`. */
export function readBrackets(bytes: Uint8Array, from: number, to: number, brackets: Brackets, row: DraftRow): void {
  const end = findLabels(bytes, from, to, brackets)
  let at = from
  while (at < end && bytes[at] !== COMMA) at++
  brackets.reasonStart = from
  brackets.reasonEnd = withoutMarks(bytes, from, at, row)
  while (at < end) {
    at++
    while (at < end && bytes[at] === SPACE) at++
    let next = at
    while (next < end && bytes[next] !== COMMA) next++
    readPart(bytes, at, next, row)
    at = next
  }
}

/** Finds `labels:{…}`; returns where the part before it ends. */
function findLabels(bytes: Uint8Array, from: number, to: number, brackets: Brackets): number {
  brackets.labelsStart = brackets.labelsEnd = to
  for (let at = from; at + LABELS.length <= to; at++) {
    if (bytes[at] !== SPACE || !startsWith(bytes, at, to, LABELS)) continue
    brackets.labelsStart = at + LABELS.length
    brackets.labelsEnd = Math.max(brackets.labelsStart, to - 1)
    return at
  }
  return to
}

/** Cuts "(scan)", "(durable)" and "(leaked)" off the reason; the last one is noted. */
function withoutMarks(bytes: Uint8Array, from: number, to: number, row: DraftRow): number {
  let end = to
  for (;;) {
    if (endsWith(bytes, from, end, SCAN)) end -= SCAN.length
    else if (endsWith(bytes, from, end, DURABLE)) end -= DURABLE.length
    else if (endsWith(bytes, from, end, LEAKED)) {
      row.leaked = true
      end -= LEAKED.length
    } else return end
  }
}

function readPart(bytes: Uint8Array, from: number, to: number, row: DraftRow): void {
  let at = from
  let value = 0
  for (; at < to && bytes[at] >= ZERO && bytes[at] <= NINE; at++) value = value * 10 + bytes[at] - ZERO
  // " min" of a header that was cut is as good as " minutes".
  if (at > from && startsWith(bytes, at, to, to - at < MINUTES.length ? MINUTES.subarray(0, 4) : MINUTES))
    row.minutes = Math.min(value, MAX_INT32)
  else if (startsWith(bytes, from, to, LOCKED)) row.locked = true
}

function endsWith(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - word.length >= from && startsWith(bytes, to - word.length, to, word)
}
