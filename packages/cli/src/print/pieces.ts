/** Text in pieces: what is printed of half a million things is longer than a string may be. */
import type { Output } from './output.ts'

/** As `JSON.stringify({ ...head, [name]: [...items] }, undefined, 1)`, item by item. `head` is not empty. */
export function* jsonPieces(head: object, name: string, items: Iterable<object>): Generator<string> {
  yield `${JSON.stringify(head, undefined, 1).slice(0, -2)},\n ${JSON.stringify(name)}: [`
  let isFirst = true
  for (const item of items) {
    yield `${isFirst ? '' : ','}\n  ${JSON.stringify(item, undefined, 1).replaceAll('\n', '\n  ')}`
    isFirst = false
  }
  yield isFirst ? ']\n}\n' : '\n ]\n}\n'
}

/** A write for each of many pieces would cost more than the pieces. */
const PIECE = 1 << 16

export function writePieces(pieces: Iterable<string>, output: Output): void {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < PIECE) continue
    output.data(text)
    text = ''
  }
  if (text !== '') output.data(text)
}
