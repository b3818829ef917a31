/**
 * What `journalctl -o export` and `-o verbose` print: every line of the program is an entry with fields of its own.
 *
 *   __CURSOR=s=3b;i=1388
 *   _PID=812
 *   MESSAGE=goroutine 7 [select]:
 */
import { LARGEST_PASTED, Pieces, type Remade } from './pieces.ts'

const EXPORT = /^__(?:CURSOR|REALTIME_TIMESTAMP)=/m
const VERBOSE = /^\w{3} \d{4}-\d\d-\d\d [^\n[]{1,60}\[s=[0-9a-f]+;i=/m
const MESSAGE = /^([ \t]*MESSAGE=)([^\n]*\n?)/gm

/** May this be such a text? Looks at its begin. */
export function isJournal(head: string): boolean {
  return EXPORT.test(head) || VERBOSE.test(head)
}

/** The messages alone. */
export function messagesOf(bytes: Uint8Array): Remade | undefined {
  if (bytes.length > LARGEST_PASTED) return undefined
  const text = new TextDecoder().decode(bytes)
  const pieces = new Pieces(bytes.length)
  let last = 0
  for (const { 1: field, 2: message, index } of text.matchAll(MESSAGE)) {
    pieces.put('', text.slice(last, index) + field)
    pieces.put(message)
    last = index + field.length + message.length
  }
  return pieces.text()
}
