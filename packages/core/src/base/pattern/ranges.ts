/** Sets of characters as ranges of code points: [from, to, from, to, …], ascending, both ends within. */

export type Ranges = readonly number[]

export const LAST = 0x10ffff
export const DIGIT: Ranges = [0x30, 0x39]
export const WORD: Ranges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]
export const SPACE: Ranges = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20]

/** What stands between `[:` and `:]`. */
export const NAMED: { readonly [name: string]: Ranges } = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0x00, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0x00, 0x1f, 0x7f, 0x7f],
  digit: DIGIT,
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [0x09, 0x0d, 0x20, 0x20],
  upper: [0x41, 0x5a],
  word: WORD,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
}

/** In order, and those that touch as one. */
export function union(ranges: Ranges): Ranges {
  const pairs: [number, number][] = []
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i], ranges[i + 1]])
  pairs.sort((a, b) => a[0] - b[0])
  const made: number[] = []
  for (const [from, to] of pairs) {
    if (made.length > 0 && from <= made[made.length - 1] + 1)
      made[made.length - 1] = Math.max(made[made.length - 1], to)
    else made.push(from, to)
  }
  return made
}

/** All other characters. */
export function others(ranges: Ranges): Ranges {
  const made: number[] = []
  let next = 0
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] > next) made.push(next, ranges[i] - 1)
    next = ranges[i + 1] + 1
  }
  if (next <= LAST) made.push(next, LAST)
  return made
}

export function holds(ranges: Ranges, point: number): boolean {
  let low = 0
  let high = ranges.length >> 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle * 2 + 1] < point) low = middle + 1
    else high = middle
  }
  return low < ranges.length >> 1 && ranges[low * 2] <= point
}

/** Alphabets have fewer letters; of ranges that are longer only those of ASCII are looked at. */
const MOST_FOLDED = 3000

/** With the capital and small forms of their letters. */
export function bothCases(ranges: Ranges): Ranges {
  const made = [...ranges]
  for (let i = 0; i < ranges.length; i += 2) {
    const to = ranges[i + 1] - ranges[i] > MOST_FOLDED ? Math.min(ranges[i + 1], 0x7f) : ranges[i + 1]
    for (let point = ranges[i]; point <= to; point++) {
      const letter = String.fromCodePoint(point)
      for (const other of [letter.toLowerCase(), letter.toUpperCase()]) {
        const found = other.codePointAt(0) ?? point
        if (other.length === String.fromCodePoint(found).length) made.push(found, found)
      }
    }
  }
  return union(made)
}

const properties = new Map<string, Ranges | undefined>()

/** Of a general category or a script ("L", "Lu", "Greek"); undefined: there is none of the name. */
export function propertyRanges(name: string): Ranges | undefined {
  if (!properties.has(name)) properties.set(name, scanProperty(name))
  return properties.get(name)
}

function scanProperty(name: string): Ranges | undefined {
  if (!/^[A-Za-z_]{1,40}$/.test(name)) return undefined
  const test = compiled(`^\\p{gc=${name}}$`) ?? compiled(`^\\p{sc=${name}}$`)
  if (!test) return undefined
  const made: number[] = []
  for (let point = 0; point <= LAST; point++) {
    if (!test.test(String.fromCodePoint(point))) continue
    if (made.length > 0 && made[made.length - 1] === point - 1) made[made.length - 1] = point
    else made.push(point, point)
  }
  return made
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u')
  } catch {
    return undefined
  }
}
