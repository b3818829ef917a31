/** What is true of each program of testdata/hangs, as the header of its source says. */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const MODULE = 'example.com/hangs'
export const FOLDER = fileURLToPath(new URL('../../../../testdata/hangs', import.meta.url))

/** Goroutines that wait at one function and will never be woken. */
export type StuckGroup = {
  /** As dumps name it: the innermost frame in the program's own code. */
  readonly function: string
  /** Any of these may be said. */
  readonly kinds: readonly string[]
  readonly causes: readonly string[]
  /** How many; undefined: all that wait there. */
  readonly count?: number
}

export type Truth = {
  readonly name: string
  /** None in a healthy program. */
  readonly groups: readonly StuckGroup[]
  /** Functions that may be named as well, and need not. */
  readonly also: readonly string[]
}

// "// hang: abba.(*book).move mutex lock-order-cycle|unknown x2"
const LINE = /^\/\/ (hang|also): +(\S+)(?: +(\S+) +(\S+)(?: +x(\d+))?)?\s*$/

/** Reads a header. Throws where it neither names a hang nor says that the program is healthy. */
export function truthOf(name: string, source: string): Truth {
  const header = source.slice(0, source.search(/^package /m)).split('\n')
  const groups: StuckGroup[] = []
  const also: string[] = []
  for (const line of header.filter(line => /^\/\/ (?:hang|also):/.test(line))) {
    const match = LINE.exec(line)
    if (!match || (match[1] === 'hang') !== (match[3] !== undefined))
      throw new Error(`${name}: not understood: ${line}`)
    const called = match[2].includes('/') ? match[2] : `${MODULE}/cases/${match[2]}`
    if (match[1] === 'also') also.push(called)
    else groups.push({ function: called, ...kindsOf(match), ...(match[5] && { count: Number(match[5]) }) })
  }
  if ((groups.length === 0) !== header.includes('// healthy'))
    throw new Error(`${name}: its header must have lines "// hang: …", or the line "// healthy"`)
  return { name, groups, also }
}

function kindsOf(match: RegExpExecArray): Pick<StuckGroup, 'kinds' | 'causes'> {
  const words = (text: string) => text.split('|')
  return { kinds: words(match[3]).map(kind => kind.replace('chan-', 'chan ')), causes: words(match[4]) }
}

/** All of them, by name. */
export function readTruths(): readonly Truth[] {
  return caseNames().map(name => truthOf(name, fs.readFileSync(path.join(FOLDER, 'cases', name, `${name}.go`), 'utf8')))
}

export function caseNames(): readonly string[] {
  return fs.readdirSync(path.join(FOLDER, 'cases')).sort()
}
