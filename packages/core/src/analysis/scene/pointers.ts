/** Pointers in the arguments that a dump prints. */

const NONE: readonly never[] = []
/** A round number of milliseconds is a time-out. */
const ROUND = 1_000_000

/**
 * The pointers in what stands between a frame's parentheses; the receiver, or first argument, comes first. A "?" behind a
 * value says that it may be stale. Heaps lie above 4 GiB (Go 1.26 puts them anywhere there), programs and libraries at
 * 0x55…, 0x56… or 0x7f…, or below. What comes first may as well be a variable of the program.
 */
export function pointersOf(args: string): readonly string[] {
  const found: string[] = []
  // By hand: a large dump has some million of these texts.
  for (let at = args.indexOf('0x'); at >= 0; ) {
    let end = at + 2
    while (isHex(args.charCodeAt(end))) end++
    const digits = end - at - 2
    if (digits >= 6 && args.charCodeAt(end) !== QUESTION_MARK && !isHex(args.charCodeAt(at - 1))) {
      const address = args.slice(at, end)
      const isPointer = (digits <= 16 && isFirst(args, at)) || isOnHeap(address)
      if (isPointer && !found.includes(address)) found.push(address)
    }
    at = args.indexOf('0x', end)
  }
  return found.length === 0 ? NONE : found
}

const QUESTION_MARK = 0x3f

function isHex(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66)
}

/** Nothing but "{" before it. */
function isFirst(args: string, at: number): boolean {
  let i = at - 1
  while (i >= 0 && args[i] === '{') i--
  return i < 0
}

/** "0xc000130000": is it an address of the heap? */
export function isOnHeap(address: string): boolean {
  const digits = address.length - 2
  if (digits < 9 || digits > 12) return false
  if (digits === 12 && /^0x(?:5[56]|7f)/.test(address)) return false
  return Number(address) % ROUND !== 0
}
