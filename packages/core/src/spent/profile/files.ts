/** A profile as text files that other tools draw. In pieces: a million deep stacks are longer than any one string can be. */
import { type Functions, functionStacks, placesOf } from './functions.ts'
import { totalOf } from './profile.ts'
import type { Granularity, StackSums, Stacks, Weight } from './tree.ts'

/** Stands where a stack has no frame, and a frame no name. */
export const NO_STACK = '(no stack)'
export const NO_NAME = '(unknown)'

const PIECE = 1 << 16

/** Joins small texts to pieces that are worth a write. */
function* inPieces(texts: Iterable<string>): Generator<string, void, undefined> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

// A line holds one stack, and a semicolon parts two frames; generic types of Go may have one in their names.
// biome-ignore lint/suspicious/noControlCharactersInRegex: whatever could end the line is what this is about
const BREAKS = /[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g

/**
 * "main.main;main.work;sync.(*Mutex).Lock 1203004" per line, outermost first: what flamegraph.pl and its kin take. The
 * number is nanoseconds, or how often. By line a frame is "main.work main.go:41".
 */
export function foldedText(
  trace: Stacks,
  profile: StackSums,
  by: Weight = 'time',
  granularity: Granularity = 'functions',
): Iterable<string> {
  return inPieces(foldedLines(trace, profile, by, granularity))
}

function* foldedLines(
  trace: Stacks,
  profile: StackSums,
  by: Weight,
  granularity: Granularity,
): Generator<string, void, undefined> {
  const places = placesOf(trace, granularity)
  const names = Array.from(places.name, (_, k) => nameOf(trace, places, k).replaceAll(';', ',').replace(BREAKS, ' '))
  const stacks = functionStacks(trace, profile, granularity)
  const weight = by === 'time' ? stacks.ns : stacks.count
  for (let i = 0; i < stacks.length; i++) {
    if (stacks.count[i] === 0) continue
    const path: string[] = []
    for (let at = stacks.first[i + 1] - 1; at >= stacks.first[i]; at--) path.push(names[stacks.function[at]])
    yield `${path.join(';') || NO_STACK} ${Math.round(weight[i])}\n`
  }
}

/**
 * The file format of speedscope (https://www.speedscope.app/file-format-schema.json): functions as frames, and two
 * profiles of the same stacks, by time and by count.
 */
export function speedscopeText(
  trace: Stacks,
  profile: StackSums,
  name: string,
  by: Weight = 'time',
  granularity: Granularity = 'functions',
): Iterable<string> {
  return inPieces(speedscopeParts(trace, profile, name, by, granularity))
}

/** With its line where it has one. */
function nameOf({ strings }: Stacks, { name, file, line }: Functions, k: number): string {
  const text = strings.text(name[k]) || NO_NAME
  if (line[k] === 0) return text
  const path = strings.text(file[k])
  return `${text} ${path.slice(path.lastIndexOf('/') + 1)}:${line[k]}`
}

/** Frames that a sample has: a trace has many more than one kind of waits meets. */
function framesOf(
  { first, function: functions }: Pick<ReturnType<typeof functionStacks>, 'first' | 'function'>,
  used: readonly number[],
  length: number,
): { readonly shown: readonly number[]; readonly indexOf: Int32Array } {
  const indexOf = new Int32Array(length).fill(-1)
  const shown: number[] = []
  for (const i of used)
    for (let at = first[i]; at < first[i + 1]; at++) {
      const k = functions[at]
      if (indexOf[k] < 0) indexOf[k] = shown.push(k) - 1
    }
  return { shown, indexOf }
}

function* speedscopeParts(
  trace: Stacks,
  profile: StackSums,
  name: string,
  by: Weight,
  granularity: Granularity,
): Generator<string, void, undefined> {
  const places = placesOf(trace, granularity)
  const stacks = functionStacks(trace, profile, granularity)
  const total = totalOf(profile)
  const head = { name, activeProfileIndex: by === 'time' ? 0 : 1, exporter: 'unhang' }
  yield `{"$schema":"https://www.speedscope.app/file-format-schema.json",${JSON.stringify(head).slice(1, -1)},`
  yield '"shared":{"frames":[\n'
  const used = Array.from(stacks.count.keys()).filter(i => stacks.count[i] > 0)
  const { shown, indexOf } = framesOf(stacks, used, places.length)
  for (const k of shown) {
    const file = trace.strings.text(places.file[k])
    const line = places.line[k]
    const frame = {
      name: nameOf(trace, places, k),
      ...(file === '' ? {} : { file }),
      ...(line === 0 ? {} : { line }),
    }
    yield `${JSON.stringify(frame)},\n`
  }
  yield `${JSON.stringify({ name: NO_STACK })}\n]},"profiles":[\n`
  const time = { type: 'sampled', name: `${name} (time)`, unit: 'nanoseconds', startValue: 0, endValue: total.ns }
  const count = { type: 'sampled', name: `${name} (count)`, unit: 'none', startValue: 0, endValue: total.count }
  for (const [profileHead, weight] of [[time, stacks.ns] as const, [count, stacks.count] as const]) {
    yield `${JSON.stringify(profileHead).slice(0, -1)},"samples":[\n`
    for (const [n, i] of used.entries()) {
      const path = Array.from(stacks.function.subarray(stacks.first[i], stacks.first[i + 1]), k => indexOf[k]).reverse()
      yield `[${path.join() || shown.length}]${n < used.length - 1 ? ',' : ''}\n`
    }
    yield '],"weights":['
    for (const [n, i] of used.entries()) yield `${n > 0 ? ',' : ''}${weight[i]}`
    yield profileHead === time ? ']},\n' : ']}\n'
  }
  yield ']}\n'
}
