/**
 * Traces drawn as text, for tests of analyses: a row is a goroutine, a column is a tick.
 *
 *   timelineFromText(`
 *     G1 main.handle  RRR.
 *     G2 main.handle  .RRLLLLLL
 *   `, { L: { reason: 'sync', stack: LOCK } })
 *
 *   .  is not there: before the first letter unborn, after the last dead. A goroutine that is there in the first column
 *      existed before the trace began
 *   R  runs        r  is runnable, preempted or woken by nobody that is seen
 *   1  (a digit) is runnable, woken by the goroutine of that row (counted from 1), whose stack then is `legend['1'].stack`, if given
 *   other letters wait: reason and stack stand in the legend; with `syscall: true` they are in a system call
 *
 * "G8<7" was started by goroutine 7 (a row above), in `legend.go.stack`, if given. A stack is written innermost first, each
 * frame as "function file:line".
 */
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, placeOf, type Trace } from '../src/trace/tables.ts'

export type Stay = { readonly reason?: string; readonly stack?: readonly string[]; readonly syscall?: boolean }
export type Legend = { readonly [letter: string]: Stay }

export const TICK_NS = 50e6

type Row = { readonly id: number; readonly creator: number; readonly entry: string; readonly states: string }

/** What a drawing cannot show is added by `more`, which gets the row of each goroutine. */
export function timelineFromText(
  text: string,
  legend: Legend,
  version = 26,
  more: (builder: TraceBuilder, goroutines: readonly number[]) => void = () => {},
): Trace {
  const rows = text.split('\n').flatMap(parseRow)
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const ticks = Math.max(...rows.map(row => row.states.length))
  const goroutines = rows.map(row => {
    const born = row.states.search(/[^.]/)
    const creator = rows.findIndex(({ id }) => id === row.creator)
    const created = creator >= 0 && legend.go?.stack ? stackRow(builder, legend.go.stack) : -1
    const g = builder.goroutine(row.id, born === 0 ? Number.NaN : born * TICK_NS, creator, created)
    builder.ownStack(g, stackRow(builder, [`${row.entry} main.go:1`]))
    return g
  })
  for (let tick = 0; tick < ticks; tick++) {
    for (const [i, row] of rows.entries()) step(builder, goroutines[i], row.states, tick, legend)
  }
  more(builder, goroutines)
  return builder.freeze(version, ticks * TICK_NS)
}

function parseRow(line: string): Row[] {
  const match = /^\s*G(\d+)(?:<(\d+))?\s+(\S+)\s+(\S+)\s*$/.exec(line)
  if (match) return [{ id: Number(match[1]), creator: Number(match[2]), entry: match[3], states: match[4] }]
  if (line.trim() === '') return []
  throw new Error(`expected "G1 main.main RRR", found ${JSON.stringify(line)}`)
}

function step(builder: TraceBuilder, g: number, states: string, tick: number, legend: Legend): void {
  const letter = states[tick] ?? '.'
  const before = tick === 0 ? '' : (states[tick - 1] ?? '.')
  if (letter === before || (letter === '.' && (before === '' || !/[^.]/.test(states.slice(0, tick))))) return
  const atNs = tick * TICK_NS
  // A row that simply ends is there until the trace ends; a dot after letters is its death.
  if (letter === '.') {
    if (tick < states.length) builder.die(atNs, g)
  } else if (letter === 'R') builder.span(atNs, g, GoState.running, 0, placeOf(0, 0), -1)
  else if (letter === 'r') builder.span(atNs, g, GoState.runnable, 0, -1, -1)
  else if (/\d/.test(letter)) woken(builder, g, atNs, Number(letter), legend[letter])
  else stays(builder, g, atNs, legend[letter], letter)
}

function woken(builder: TraceBuilder, g: number, atNs: number, by: number, stay: Stay | undefined): void {
  const stack = stay?.stack ? stackRow(builder, stay.stack) : -1
  builder.span(atNs, g, GoState.runnable, 0, by - 1, stack)
}

function stays(builder: TraceBuilder, g: number, atNs: number, stay: Stay | undefined, letter: string): void {
  if (!stay) throw new Error(`the legend has no ${letter}`)
  const stack = stay.stack ? stackRow(builder, stay.stack) : -1
  if (stay.syscall) builder.span(atNs, g, GoState.syscall, 0, placeOf(0, 0), stack)
  else builder.span(atNs, g, GoState.waiting, builder.reason(builder.strings.internText(stay.reason ?? '')), -1, stack)
}

export function stackRow(builder: TraceBuilder, frames: readonly string[]): number {
  const rows = frames.map(frame => {
    const match = /^(\S+) (\S+):(\d+)$/.exec(frame)
    if (!match) throw new Error(`expected "function file:line", found ${JSON.stringify(frame)}`)
    const [, name, file, line] = match
    return builder.stacks.frameRow(builder.strings.internText(name), builder.strings.internText(file), Number(line))
  })
  return builder.stacks.stack(rows, rows.length)
}
