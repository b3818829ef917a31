/**
 * Logs as JSON that is not one entry a line: what clouds export, what APIs of logs answer, `journalctl -o json-pretty`.
 *
 *   {"events": [{"timestamp": 1, "message": "goroutine 7 [select]:"}, {"timestamp": 2, "message": "main.f(0x1)"}]}
 *   {"data": {"result": [{"values": [["1", "goroutine 7 [select]:"], ["2", "main.f(0x1)"]]}]}}
 *   {"MESSAGE": [9, 47, 97, 46, 103, 111, 58, 49]}
 *
 * No log's own form is known: of all values that stand at the same place of their objects, those are the lines that look
 * most like a dump's. What of a text is no JSON is passed over, so that several in a row are read as one.
 */
import { dumpLinesIn, type Entry, textOfEntries } from './entries.ts'
import { LARGEST_PASTED, type Remade } from './pieces.ts'

const BEGIN = /^(?:\s|\ufeff|data:){0,99}[[{]/
/** The journal parts entries so: `-o json-seq`. */
const RECORD = 0x1e
/** A string's begin, a number, or what opens, closes and parts values. */
const TOKEN = /"|-?\d[\d.eE+-]{0,40}|[[\]{},:]/g
/** Arrays in lines of their own. */
const ROWS = /^\[[^\n]*\]\r?\n\[/m
/** Arrays of so few values in an array are rows, each of its values one of its own. */
const MAX_COLUMNS = 16
/** Places at which strings are looked at; deeper ones are no log's. */
const MAX_PLACES = 1000
const MAX_DEPTH = 64
const LONGEST_KEY = 200
const ROWS_WITHIN = 8000
const QUOTE = 0x22
const BACKSLASH = 0x5c

type Place = { readonly lines: Entry[]; found: number }
/** An object or an array that is open. */
type Level = {
  readonly place: string
  readonly isArray: boolean
  key: string
  index: number
  bytes: number[] | undefined
}

/** May this be such a text? Looks at its begin. */
export function isJson(head: string): boolean {
  return BEGIN.test(head.charCodeAt(0) === RECORD ? head.slice(1) : head)
}

/** The lines that the entries hold, in the order of their times where that is backwards. */
export function linesOfJson(bytes: Uint8Array): Remade | undefined {
  if (bytes.length > LARGEST_PASTED) return undefined
  const text = new TextDecoder().decode(bytes)
  let best: Place = { lines: [], found: 0 }
  for (const place of new Places(text).read().values()) if (place.found > best.found) best = place
  return best.found === 0 ? undefined : textOfEntries(text, bytes.length, best.lines)
}

/** Strings and arrays of bytes, by where they stand in their objects. */
class Places {
  private readonly text: string
  private readonly places = new Map<string, Place>()
  private readonly levels: Level[]

  constructor(text: string) {
    this.text = text
    // Several arrays one after the other are rows, too.
    this.levels = [levelOf('', ROWS.test(text.slice(0, ROWS_WITHIN)))]
  }

  read(): Map<string, Place> {
    const { text, places } = this
    TOKEN.lastIndex = 0
    for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
      const { 0: token, index: at } = match
      if (token === '"') TOKEN.lastIndex = this.string(at)
      else if (token === '{' || token === '[') this.open(token === '[')
      else if (token === '}' || token === ']') this.close(at)
      else if (token === ',') this.level.index++
      else if (isByte(token)) this.level.bytes?.push(Number(token))
      else this.level.bytes = undefined
      if (this.levels.length > MAX_DEPTH) break
    }
    return places
  }

  private get level(): Level {
    return this.levels[this.levels.length - 1]
  }

  private open(isArray: boolean): void {
    this.level.bytes = undefined
    this.levels.push(levelOf(this.place(), isArray))
  }

  private close(at: number): void {
    if (this.levels.length === 1) return
    const { place, bytes } = this.level
    this.levels.pop()
    if (bytes?.length) this.note(place, new TextDecoder().decode(Uint8Array.from(bytes)), at, at + 1)
  }

  /** Takes the string at `at`, a key or a value; returns where it ends. */
  private string(at: number): number {
    const { text, level } = this
    const end = stringEnd(text, at)
    level.bytes = undefined
    if (!level.isArray && /^\s*:/.test(text.slice(end, end + 20)))
      level.key = text.slice(at, Math.min(end, at + LONGEST_KEY))
    else this.note(this.place(), stringOf(text.slice(at, end)), at, end)
    return end
  }

  private note(place: string, value: string, from: number, to: number): void {
    const { places } = this
    const known = places.get(place)
    if (!known && places.size === MAX_PLACES) return
    const { lines, found } = known ?? { lines: [], found: 0 }
    lines.push({ value, from, to })
    places.set(place, { lines, found: found + dumpLinesIn(value) })
  }

  /** Where a value stands: in an object by its key, in a row by its column, else anywhere in an array. */
  private place(): string {
    const { levels } = this
    const { place, isArray, key, index } = this.level
    if (!isArray) return `${place}.${key}`
    const isRow = levels.length > 1 && levels[levels.length - 2].isArray && index < MAX_COLUMNS
    return isRow ? `${place}[${index}]` : `${place}[]`
  }
}

function levelOf(place: string, isArray: boolean): Level {
  return { place, isArray, key: '', index: 0, bytes: isArray ? [] : undefined }
}

/** Behind the quote that ends the string at `at`; of one that is cut, the text's end. */
function stringEnd(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === QUOTE) return end + 1
    if (code === BACKSLASH) end++
  }
  return text.length
}

function isByte(token: string): boolean {
  return /^\d{1,3}$/.test(token) && Number(token) < 256
}

function stringOf(token: string): string {
  try {
    return JSON.parse(token)
  } catch {
    return token.slice(1, -1)
  }
}
