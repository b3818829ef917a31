/**
 * Text that fits. Names come from strangers: they may be 100 kB long, hold newlines or marks that turn the writing
 * direction. Widths are sums of the advances of single characters, so that no text has to be measured twice, and
 * none as a whole.
 */
export type Measure = (text: string) => number

/** Longer texts are cut before anything else is done with them. */
const MAX_CHARACTERS = 400
/** Fewer, with an ellipsis, say nothing. */
const LEAST_CHARACTERS = 3

/** Controls, line breaks, and marks that turn or join the writing: shown as a middle dot. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be drawn
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

export function printable(text: string, limit = MAX_CHARACTERS): string {
  const head = text.length > limit ? `${text.slice(0, limit)}…` : text
  return head.replace(UNPRINTABLE, '·')
}

/** Widths of characters in one font. */
export class Advances {
  private readonly ascii = new Float32Array(128).fill(-1)
  private readonly others = new Map<string, number>()

  private readonly measure: Measure

  constructor(measure: Measure) {
    this.measure = measure
  }

  of(character: string): number {
    const code = character.codePointAt(0) ?? 0
    if (code < 128) {
      if (this.ascii[code] < 0) this.ascii[code] = this.measure(character)
      return this.ascii[code]
    }
    let width = this.others.get(character)
    if (width === undefined) {
      // A stranger's names may use all of Unicode.
      if (this.others.size > 4096) this.others.clear()
      width = this.measure(character)
      this.others.set(character, width)
    }
    return width
  }

  widthOf(text: string): number {
    let width = 0
    for (const character of text) width += this.of(character)
    return width
  }

  /** The text, or as much of its beginning as fits, with an ellipsis; '' where that would say nothing. */
  fit(text: string, room: number): string {
    let width = 0
    let kept = 0
    let keptCharacters = 0
    const ellipsis = this.of('…')
    for (const character of text) {
      width += this.of(character)
      if (width > room) return keptCharacters < LEAST_CHARACTERS ? '' : `${text.slice(0, kept)}…`
      if (width + ellipsis <= room) {
        kept += character.length
        keptCharacters++
      }
    }
    return text
  }

  /** As `fit`, but it is the beginning that goes: what ends alike is rarer than what begins alike. */
  fitEnd(text: string, room: number): string {
    const characters = Array.from(text)
    let width = this.of('…')
    let from = characters.length
    while (from > 0 && width + this.of(characters[from - 1]) <= room) width += this.of(characters[--from])
    if (from === 0 || this.widthOf(text) <= room) return text
    return characters.length - from < LEAST_CHARACTERS ? '' : `…${characters.slice(from).join('')}`
  }
}

/**
 * Shorter and shorter writings of a Go name: "github.com/a/b/server.(*conn).serve" loses its package's path, then the
 * package, then the receiver.
 */
export function shorterNames(name: string): string[] {
  const { inPackage, inType, ...withPackage } = writingsOf(name)
  const names = [name, ...Object.values(withPackage), inPackage, inType]
  return names.filter((shorter, index) => shorter !== '' && names.indexOf(shorter) === index)
}

/** "(*Cache[…]).Get": arguments of types may be longer than all the rest. */
function withoutArguments(name: string): string {
  const open = name.indexOf('[')
  const close = name.lastIndexOf(']')
  return open === -1 || close < open ? name : `${name.slice(0, open)}[…]${name.slice(close + 1)}`
}

/** As `printable`, but of a long name both ends stay, for the end is what tells it from others. */
export function printableName(name: string, limit = MAX_CHARACTERS): string {
  const short = name.length > limit ? withoutArguments(name) : name
  if (short.length <= limit) return printable(short)
  return printable(`${short.slice(0, limit / 2)}…${short.slice(1 - limit / 2)}`, limit)
}

function writingsOf(name: string) {
  // Slashes and dots inside of type arguments ("(*T[go.shape.struct/x]).F") are not the name's own.
  const plain = withoutArguments(name)
  const ownEnd = plain === name ? name.length : name.indexOf('[')
  const base = (text: string) => text.slice(name.slice(0, ownEnd).lastIndexOf('/') + 1)
  const short = base(plain)
  const inPackage = short.slice(short.indexOf('.') + 1)
  const inType = inPackage.slice(inPackage.indexOf(').') + 1).replace(/^\./, '')
  return { base: base(name), short, inPackage, inType }
}

/**
 * The longest of the writings that fits. Where the name is too long with its package's last part, its receiver is
 * shortened before the package goes, and goes last: "start.func1" may be anybody's. `spare`: room for something else
 * that has it as long as a name with its package fits beside it.
 */
export function fitName(name: string, room: number, advances: Advances, spare = 0): string {
  const { base, short, inPackage, inType } = writingsOf(name)
  const fitting = (width: number, ...texts: readonly string[]) =>
    texts.find(text => text !== '' && advances.widthOf(text) <= width)
  return (
    fitting(room - spare, name, base, short) ??
    fitting(room, short) ??
    withShortReceiver(short, room, advances, GOOD_RECEIVER) ??
    fitting(room, inPackage) ??
    withShortReceiver(inPackage, room, advances, LEAST_CHARACTERS) ??
    fitting(room, inType) ??
    advances.fitEnd(inType === '' ? short : inType, room)
  )
}

/** So many letters of a receiver are enough to know it by. */
const GOOD_RECEIVER = 6

/** "runtime.(*traceAdv…).start.func1"; undefined: it has no receiver, or too little of it would be left. */
function withShortReceiver(name: string, room: number, advances: Advances, least: number): string | undefined {
  const open = name.indexOf('(')
  const close = name.indexOf(')', open)
  if (open < 0 || close < 0) return undefined
  const receiver = Array.from(name.slice(open + 1, close).replace(/^\*/, ''))
  const star = name[open + 1] === '*' ? '*' : ''
  const written = (letters: number) =>
    `${name.slice(0, open)}(${star}${receiver.slice(0, letters).join('')}…${name.slice(close)}`
  // Of three letters that are left out an ellipsis takes one.
  let letters = receiver.length - 2
  while (letters >= least && advances.widthOf(written(letters)) > room) letters--
  return letters >= least ? written(letters) : undefined
}

/** "12.3 MB", as Go counts: by 1,024. */
export function bytesText(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  let value = bytes
  while (value >= 1023.5 && unit < names.length - 1) {
    value /= 1024
    unit++
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toPrecision(3).replace(/\.?0+$/, '')} ${names[unit]}`
}

/** "7", "7.5", "12,345". */
export function countText(count: number): string {
  const rounded = count >= 100 || Number.isInteger(count) ? Math.round(count) : Math.round(count * 10) / 10
  return String(rounded).replace(/\B(?=(\d{3})+$)/g, ',')
}
