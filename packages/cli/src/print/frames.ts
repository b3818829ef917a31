/** Groups of goroutines as a terminal shows them: what they wait for, in the colour of their state, and their stacks. */
import { alikeProblems, type DumpState, formatCount, type Problem, type ReportFrame, words } from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { wrap } from './wrap.ts'

const COLUMNS = 80
const MIN_COLUMNS = 40
const MAX_COLUMNS = 120

/** How wide text may be, on a terminal of so many columns. */
export function widthOf(columns: number | undefined): number {
  return Math.min(Math.max(columns ?? COLUMNS, MIN_COLUMNS), MAX_COLUMNS)
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** Kinds of damage that are told one by one. */
const PROBLEMS = 3

/** What of a dump is missing, in lines. */
export function lostLines(lost: readonly Problem[], colors: Colors, width: number): string[] {
  const alike = alikeProblems(lost)
  const texts = alike.slice(0, PROBLEMS).map(({ problem, more }) => {
    const like = more === 0 ? '' : `, and ${formatCount(more)} more like it`
    return `${problem.cut ? 'not whole' : 'damaged'}: ${printable(problem.message)}${like}; lost: ${printable(problem.lost)}`
  })
  if (alike.length > PROBLEMS) texts.push(`and ${counted(alike.length - PROBLEMS, 'more kind of damage', 'more kinds of damage')}`) // biome-ignore format: one line
  return texts.flatMap(text => wrap(text, width)).map(line => colors.yellow(cut(line, width)))
}

type Waiting = {
  readonly state: DumpState
  readonly reason: string
  readonly minutes: readonly [number, number]
  readonly leaked?: true
}

/** "chan send", "running"; with what Go's leak detection says. */
export function stateText({ state, reason, leaked }: Waiting): string {
  return `${printable(state === 'waiting' ? reason : state, 60)}${leaked ? ' (leaked)' : ''}`
}

/** The text in the colour of its state, as the timeline has it. */
export function stateColored(text: string, { state, leaked }: Waiting, colors: Colors): string {
  if (leaked) return colors.red(text)
  if (state === 'running') return colors.green(text)
  if (state === 'runnable') return colors.yellow(text)
  if (state === 'syscall') return colors.magenta(text)
  return state === 'waiting' ? colors.cyan(text) : text
}

/** ", at least 3 min", ", 0 to 5 min"; '' where the headers show none. */
export function minutesText([least, most]: readonly [number, number]): string {
  if (most === 0) return ''
  return least === most ? `, at least ${most} min` : `, ${least} to ${most} min`
}

/** "main.(*server).AcquireLock  server/main.go:41", cut to fit; undefined: nobody knows where. */
export function siteText(site: ReportFrame | undefined, width: number): string {
  if (!site) return cut('(no frames)', width)
  const args = site.args === undefined ? '' : `(${site.args})`
  const name = printable(`${words.shortName(site.function)}${args}`)
  if (site.file === '') return cut(name, width)
  const place = printable(words.line(site))
  // The folder is mostly the package, which the function's name begins with.
  const short = length(name) + 2 + length(place) > width ? place.replace(/^.*\//, '') : place
  // Of the two the place is what leads there.
  const room = width - length(short) - 2
  return room >= 8 ? `${cut(name, room)}  ${short}` : cut(`${name}  ${short}`, width)
}

/** All of a frame, to be searched for and copied. */
export function frameText(frame: ReportFrame): string {
  const args = frame.args === undefined ? '' : `(${frame.args})`
  return printable(`${frame.function}${args}  ${frame.file}:${frame.line}`, 2000)
}

export function isSame(frame: ReportFrame, site: ReportFrame | undefined): boolean {
  return frame.function === site?.function && frame.file === site.file && frame.line === site.line
}

/** "goroutines 32 33 34 and 7 more", as many as fit. */
export function idsText(ids: readonly number[], count: number, width: number, word = 'goroutine'): string {
  let text = count === 1 ? word : `${word}s`
  for (const [i, id] of ids.entries()) {
    const more = count - i - 1
    const rest = more > 0 ? ` and ${formatCount(more)} more` : ''
    if (i > 0 && length(`${text} ${id}${rest}`) > width) return `${text} and ${formatCount(count - i)} more`
    text += ` ${id}`
  }
  return count > ids.length ? `${text} and ${formatCount(count - ids.length)} more` : text
}

export function cut(text: string, width: number): string {
  return length(text) > width ? `${[...text].slice(0, Math.max(0, width - 1)).join('')}…` : text
}

/** Of a path the end tells. */
export function cutBegin(text: string, width: number): string {
  const letters = [...text]
  return letters.length > width ? `…${letters.slice(letters.length - width + 1).join('')}` : text
}

/** Characters as a terminal counts them, near enough. */
export function length(text: string): number {
  return [...text].length
}
