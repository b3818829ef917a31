/**
 * Logs as YAML, as `gcloud logging read` prints them:
 *
 *   textPayload: goroutine 7 [select]:
 *   textPayload: |2
 *     	/src/shop/cart.go:41 +0x5c
 *   textPayload: 'main.f({0x1, 0x2})'
 */
import { dumpLinesIn, type Entry, textOfEntries } from './entries.ts'
import { LARGEST_PASTED, type Remade } from './pieces.ts'

const BEGIN = /^[ \t]*(?:- )?(?:textPayload|message|log|line|msg):[ \t]/im
const VALUE = /^([ \t]*)(?:- )?(?:textPayload|message|log|line|msg):[ \t]([^\n]*)\n?/gim
const BLOCK = /^[|>][+-]?\d?[+-]?$/

/** May this be such a text? Looks at its begin. */
export function isYaml(head: string): boolean {
  return BEGIN.test(head)
}

/** The entries' texts. */
export function linesOfYaml(bytes: Uint8Array): Remade | undefined {
  if (bytes.length > LARGEST_PASTED) return undefined
  const text = new TextDecoder().decode(bytes)
  const entries: Entry[] = []
  for (const { 0: whole, 1: indent, 2: rest, index } of text.matchAll(VALUE)) {
    const from = index + whole.length
    const value = rest.trim()
    if (!BLOCK.test(value)) entries.push({ value: withoutQuotes(value), from: index, to: from })
    else entries.push(blockAt(text, from, indent.length))
  }
  return entries.some(({ value }) => dumpLinesIn(value) > 0) ? textOfEntries(text, bytes.length, entries) : undefined
}

/** The lines from `from` on that are indented by more than `indent`. */
function blockAt(text: string, from: number, indent: number): Entry {
  let value = ''
  let at = from
  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline + 1
    const line = text.slice(at, end)
    if (line.trim() !== '' && !line.startsWith(' '.repeat(indent + 2))) break
    value += line.slice(indent + 2) || '\n'
    at = end
  }
  return { value, from, to: at }
}

function withoutQuotes(value: string): string {
  if (value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1).replaceAll("''", "'")
  if (!value.startsWith('"') || !value.endsWith('"')) return value
  try {
    return JSON.parse(value)
  } catch {
    return value.slice(1, -1)
  }
}
