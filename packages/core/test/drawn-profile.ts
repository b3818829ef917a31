/**
 * Profiles drawn as text, for tests of what is made of them: a line is a stack, innermost first, with its stays and their
 * nanoseconds. "f:7" is line 7 of f.
 *
 *   lock f main   3 300
 *   send f main   5 500
 */
import { Function as GoFunction, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format'
import { StackInterner } from '../src/base/stacks.ts'
import { StringInterner } from '../src/base/strings.ts'
import type { StackSums, Stacks } from '../src/spent/profile/tree.ts'

export type DrawnStack = { readonly frames: readonly string[]; readonly count: number; readonly ns: number }
export type DrawnProfile = { readonly stacks: Stacks; readonly sums: StackSums }

export function profileFromText(text: string): DrawnProfile {
  const rows = text.split('\n').flatMap(line => {
    const words = line.trim().split(/\s+/)
    if (words.length < 2) return []
    const [count, ns] = words.slice(-2).map(Number)
    return [{ frames: words.slice(0, -2), count, ns }]
  })
  return profileFrom(rows)
}

export function profileFrom(rows: readonly DrawnStack[]): DrawnProfile {
  const strings = new StringInterner(new Uint8Array(0))
  const interner = new StackInterner()
  const stack = rows.map(({ frames }) => {
    const frameRows = frames.map(frame => {
      const { name, line } = frameOf(frame)
      return interner.frameRow(strings.internText(name), strings.internText('a.go'), line)
    })
    return interner.stack(frameRows, frameRows.length)
  })
  const sums = {
    length: rows.length,
    stack: Int32Array.from(stack),
    count: Float64Array.from(rows, ({ count }) => count),
    ns: Float64Array.from(rows, ({ ns }) => ns),
  }
  return { stacks: { strings: strings.freeze(), ...interner.freeze() }, sums }
}

/** "f:7" is line 7 of f. */
function frameOf(frame: string): { name: string; line: number } {
  const [, name, line = '1'] = /^(.*?)(?::(\d+))?$/s.exec(frame)!
  return { name, line: Number(line) }
}

/** A program of some hundred functions, a few of them hot, called along ways that cross and come back; of `lines` lines. */
export function programByChance(seed: number, lines = 1): DrawnStack[] {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: 400 }, () => {
    const depth = 2 + Math.floor(random() * 12)
    const frames = Array.from({ length: depth }, (_, i) => {
      const name = `p.f${Math.floor(random() ** 2 * 12 * (i + 2))}`
      return lines > 1 ? `${name}:${1 + Math.floor(random() * lines)}` : name
    })
    return { frames: [...frames.reverse(), 'main.main'], count: 1 + Math.floor(random() ** 6 * 1e6), ns: 0 }
  })
}

/** The same as a file for `go tool pprof`: counts alone, and all of it in a.go. */
export function pprofOf(rows: readonly DrawnStack[]): Uint8Array {
  const stringTable = new StringTable()
  const functions = new Map<string, number>()
  const locations = new Map<string, number>()
  for (const frame of rows.flatMap(({ frames }) => frames)) {
    const { name } = frameOf(frame)
    if (!functions.has(name)) functions.set(name, functions.size + 1)
    if (!locations.has(frame)) locations.set(frame, locations.size + 1)
  }
  const filename = stringTable.dedup('a.go')
  const profile = new Profile({
    stringTable,
    sampleType: [new ValueType({ type: stringTable.dedup('stays'), unit: stringTable.dedup('count') })],
    function: [...functions].map(([name, id]) => new GoFunction({ id, name: stringTable.dedup(name), filename })),
    location: [...locations].map(([frame, id]) => {
      const { name, line } = frameOf(frame)
      return new Location({ id, line: [new Line({ functionId: functions.get(name)!, line })] })
    }),
    sample: rows.map(
      ({ frames, count }) => new Sample({ locationId: frames.map(frame => locations.get(frame)!), value: [count] }),
    ),
  })
  return profile.encode()
}
