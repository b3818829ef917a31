/** Ways to damage a trace, each a pure function of numbers that a property test draws. */
import { EventType } from '../src/trace/events.ts'
import { HEADER_SIZE } from '../src/trace/header.ts'
import { traceFromText, traceToText } from '../src/trace/text.ts'

/** `a` and `b` are places in the trace (0 to 1), `n` is whatever the damage needs, `other` a second trace. */
export type Damage = { readonly kind: keyof typeof DAMAGES; readonly a: number; readonly b: number; readonly n: number }

/** Bytes that mean something on the wire: small and large numbers, their continuation, each end of a long one. */
const TELLING = [0, 1, 2, 0x7f, 0x80, 0xff]

type Mutation = (bytes: Uint8Array, a: number, b: number, n: number, other: Uint8Array) => Uint8Array

export const DAMAGES = {
  flip: (bytes, a, _b, n) => changed(bytes, at(bytes, a), byte => byte ^ (1 << (n & 7))),
  set: (bytes, a, _b, n) => changed(bytes, at(bytes, a), () => TELLING[n % TELLING.length]),
  cut: (bytes, a) => bytes.slice(0, at(bytes, a)),
  remove: (bytes, a, b) => joined(bytes.subarray(0, from(bytes, a, b)), bytes.subarray(to(bytes, a, b))),
  insert: (bytes, a, b, n) => {
    const run = new Uint8Array(1 + Math.floor(b * 40)).fill(TELLING[n % TELLING.length])
    return joined(bytes.subarray(0, at(bytes, a)), run, bytes.subarray(at(bytes, a)))
  },
  repeat: (bytes, a, b) => joined(bytes.subarray(0, to(bytes, a, b)), bytes.subarray(from(bytes, a, b))),
  splice: (bytes, a, b, _n, other) => joined(bytes.subarray(0, at(bytes, a)), other.subarray(at(other, b))),
  duplicateBatch: (bytes, a) =>
    rebatched(bytes, parts => parts.flatMap((part, i) => (i === nth(parts, a) ? [part, part] : [part]))),
  dropBatch: (bytes, a) => rebatched(bytes, parts => parts.filter((_, i) => i !== nth(parts, a))),
  swapBatches: (bytes, a, b) => rebatched(bytes, parts => swapped(parts, nth(parts, a), nth(parts, b))),
  swapGenerations: bytes => rebatched(bytes, parts => [...parts].reverse()),
  dropEvent: (bytes, a) => rewritten(bytes, lines => lines.filter((_, i) => i !== nth(lines, a))),
  swapEvents: (bytes, a, b) => rewritten(bytes, lines => swapped(lines, nth(lines, a), nth(lines, b))),
  changeNumber: (bytes, a, b, n) =>
    rewritten(bytes, lines => lines.map((line, i) => (i === nth(lines, a) ? withNumber(line, b, n) : line))),
  changeEvent: (bytes, a, b) =>
    rewritten(bytes, lines => lines.map((line, i) => (i === nth(lines, a) ? lines[nth(lines, b)] : line))),
} as const satisfies Record<string, Mutation>

export function damaged(bytes: Uint8Array, damage: Damage, other: Uint8Array): Uint8Array {
  const mutation: Mutation = DAMAGES[damage.kind]
  return mutation(bytes, damage.a, damage.b, damage.n, other)
}

const at = (bytes: Uint8Array, place: number) => Math.floor(place * bytes.length)
const nth = (list: readonly unknown[], place: number) => Math.floor(place * list.length)
const from = (bytes: Uint8Array, a: number, b: number) => at(bytes, Math.min(a, b))
const to = (bytes: Uint8Array, a: number, b: number) => at(bytes, Math.max(a, b))

function changed(bytes: Uint8Array, place: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice()
  if (place < copy.length) copy[place] = change(copy[place])
  return copy
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

function swapped<T>(list: readonly T[], i: number, j: number): T[] {
  const copy = [...list]
  if (i < copy.length && j < copy.length) [copy[i], copy[j]] = [copy[j], copy[i]]
  return copy
}

/** The parts of a v2 trace behind its header in another order; a trace without batches stays as it is. */
function rebatched(bytes: Uint8Array, change: (parts: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const parts = batches(bytes)
  return parts.length === 0 ? bytes : joined(bytes.subarray(0, HEADER_SIZE), ...change(parts))
}

/** The batches of a v2 trace (and bytes between them), header left out; nonsense at its end is one of them. */
export function batches(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let start = HEADER_SIZE; start < bytes.length; ) {
    let end = start + 1
    const numbers = bytes[start] === EventType.EventBatch ? 4 : bytes[start] === EventType.ExperimentalBatch ? 5 : 0
    let size = 0
    for (let i = 0; i < numbers; i++) {
      size = 0
      for (let scale = 1; ; scale *= 128) {
        size += (bytes[end] & 127) * scale
        if (!(bytes[end++] > 127)) break
      }
    }
    end = Math.min(bytes.length, end + size)
    parts.push(bytes.subarray(start, end))
    start = end
  }
  return parts
}

/** Events of a v2 trace changed line by line, with the batches sound around them; what has no text form stays as it is. */
function rewritten(bytes: Uint8Array, change: (events: string[]) => string[]): Uint8Array {
  try {
    const [header, ...events] = traceToText(bytes).replace(/\n\t/g, '\t').trimEnd().split('\n')
    const text = [header, ...change(events)].join('\n').replace(/\t/g, '\n\t')
    return traceFromText(text.replace(/^(EventBatch .*) size=\d+$/gm, '$1'))
  } catch {
    return bytes
  }
}

/** What numbers of a trace may be mistaken for: none, the next, one of another kind, the largest. */
const NUMBERS = ['0', '1', '2', '3', '4', '5', '64', '4294967295', '9007199254740993', '18446744073709551615']

function withNumber(line: string, place: number, n: number): string {
  const numbers = line.match(/=\d+/g) ?? []
  let i = -1
  return line.replace(/=\d+/g, found => {
    i++
    return i === nth(numbers, place) ? `=${NUMBERS[n % NUMBERS.length]}` : found
  })
}
