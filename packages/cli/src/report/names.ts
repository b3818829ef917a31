/**
 * What captures are called in a report, which is attached to public issues: by the names of their files. Folders and hosts
 * are those of whoever wrote it, and nobody else's business.
 */
import { isUrl, publicUrl, readTarget } from '../capture/target.ts'
import { candidatesOf } from '../inputs/files.ts'
import { printable } from '../print/printable.ts'

export type ReportNames = {
  /** Of a capture, by the name under which it was opened. Two of one name are told apart by a number. */
  readonly of: (name: string) => string
  /** A sentence about files and addresses, with their names alone. */
  readonly within: (text: string) => string
}

/** A path's folders from the root on, in a sentence: where a link leads, what the system says of a file. */
const FOLDERS = /(?<![\w.:/\\-])(?:[A-Za-z]:)?[/\\](?:[^\s/\\"'`():,;]+[/\\])+/g

/** `inputs`: what was named on the command line; `opened`: the names of the captures that it led to. */
export function reportNames(inputs: readonly string[], opened: readonly string[]): ReportNames {
  const short = new Map<string, string>()
  const count = new Map<string, number>()
  for (const name of opened) {
    const base = baseOf(name)
    const nth = (count.get(base) ?? 0) + 1
    count.set(base, nth)
    short.set(name, nth === 1 ? base : `${base} (${nth})`)
  }
  const of = (name: string) => short.get(name) ?? baseOf(name)
  const known = inputs.flatMap(input => quotable(input, of))
  // The longest first: one may begin as another does.
  known.sort(([a], [b]) => b.length - a.length)
  return {
    of,
    within: text =>
      known.reduce((so, [from, to]) => replaced(so, printable(from), printable(to)), text).replace(FOLDERS, ''),
  }
}

/** What a sentence may quote of an input, and what is to stand there instead. */
function quotable(input: string, nameOf: (name: string) => string): readonly (readonly [string, string])[] {
  try {
    if (!isUrl(input)) return [input, ...candidatesOf(input).map(({ path }) => path)].map(path => [path, nameOf(path)])
    const { address } = readTarget(input)
    const name = publicUrl(address)
    return [
      [name, nameOf(name)],
      [address.host, 'the server'],
      [address.hostname, 'the server'],
    ]
  } catch {
    // It cannot be read, which is told by its name.
    return [[input, baseOf(input)]]
  }
}

/** A text where it is no part of a longer word. */
function replaced(text: string, from: string, to: string): string {
  const pattern = from.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return from === '' || from === to ? text : text.replace(new RegExp(`(?<![\\w.-])${pattern}(?![\\w-])`, 'g'), () => to)
}

/** "goroutine" of http://prod-7:6060/debug/pprof/goroutine?debug=2. */
function baseOf(name: string): string {
  const path = isUrl(name) ? name.replace(/[?#].*$/s, '') : name
  return path.split(/[/\\]/).findLast(part => part !== '') ?? name
}
