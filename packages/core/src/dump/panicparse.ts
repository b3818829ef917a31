/**
 * What panicparse makes of a dump, as people paste it: equal stacks counted, in columns, packages without their paths.
 *
 *   2: chan receive [3~12 minutes] [locked] [Created by main.main @ main.go:10]
 *       main    cart.go:41     (*cart).wait(0xc000012345)
 */
import { LARGEST_PASTED, Pieces, type Remade } from './pieces.ts'

const HEADER = /^(\d{1,9}): ([\w][^[\]\n]{0,80}?)((?: \[[^\]\n]{1,300}\]){0,4})[ \t\r]*$/
const CALL =
  /^ {4}(\S{1,300}) +(\S.{0,400}?:\d{1,9}) +(\(\*?[^()\s]{1,300}\)\.[^()\s]{1,300}|[^()\s]{1,300})\((.{0,2000})\)[ \t\r]*$/
const ELIDED = /^ {4}\(\.\.\.\)[ \t\r]*$/
const BEGIN = /^\d{1,9}: \w[^\n]{0,500}\n {4}\S{1,300} +\S{1,300}:\d{1,9} +\S/m
const SLEEP = /\[(\d+)(?:~\d+)? minutes\]/
const CREATED = /\[Created by ([^\]\n]+?) @ ([^\]\n]+)\]/
/** Arguments as Go prints them; others have names or types put in. */
const ARGS = /^[0-9a-fx, {}.?_]*$/

/** May this be such a text? Looks at its begin. */
export function isPanicparse(head: string): boolean {
  return BEGIN.test(head)
}

/** The same as Go would print it. */
export function textOfPanicparse(bytes: Uint8Array): Remade | undefined {
  if (bytes.length > LARGEST_PASTED) return undefined
  const pieces = new Pieces(bytes.length)
  let creation = ''
  for (const line of new TextDecoder().decode(bytes).split(/(?<=\n)/)) {
    const [, count, state, marks] = HEADER.exec(line.trimEnd()) ?? []
    const call = count ? undefined : CALL.exec(line.trimEnd())
    if (count) {
      pieces.put(`${creation}\n${count} goroutines [${state}${marksOf(marks)}]:\n`, line)
      const [, name, file] = CREATED.exec(marks) ?? []
      creation = name ? `created by ${name}\n\t${file}\n` : ''
    } else if (call) pieces.put(frameOf(call), line)
    else if (ELIDED.test(line)) pieces.put('...additional frames elided...\n', line)
    else {
      pieces.put(creation + line, line)
      creation = ''
    }
  }
  pieces.put(creation, '')
  return pieces.text()
}

function marksOf(marks: string): string {
  const minutes = SLEEP.exec(marks)?.[1]
  return (minutes ? `, ${minutes} minutes` : '') + (marks.includes('[locked]') ? ', locked to thread' : '')
}

function frameOf([, name, file, call, args]: RegExpExecArray): string {
  return `${name}.${call}(${ARGS.test(args) ? args : '...'})\n\t${file}\n`
}
