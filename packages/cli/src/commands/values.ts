/** The values of options: text from the command line in, checked numbers and pairs out. */
import { editDistance, parseRangeText, parseTimeText } from '@unhang/core'
import { InvalidArgumentError } from 'commander'
import type { Header } from '../capture/options.ts'

/** An hour: a longer trace fills any disk, and Go keeps what it has not sent in memory. */
const LONGEST_SECONDS = 3600

/** "10", "0.5", "10s", "2m": seconds. */
export function parseSeconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m)?$/.exec(text)
  const seconds = match ? Number(match[1]) * (match[2] === 'm' ? 60 : 1) : 0
  if (!(seconds > 0 && seconds <= LONGEST_SECONDS))
    throw new InvalidArgumentError(`Expected seconds above 0 and up to ${LONGEST_SECONDS}, such as 10, 0.5 or 2m.`)
  return seconds
}

const SECONDS_OF: { readonly [unit: string]: number } = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

/** "90", "10m", "8h", "2d": seconds, of what lasts longer than a request. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text)
  const seconds = match ? Number(match[1]) * SECONDS_OF[match[2]] : 0
  // Timers of Node.js count milliseconds in 31 bits: 24 days.
  if (!(seconds > 0 && seconds <= 24 * 86_400))
    throw new InvalidArgumentError('Expected a time above 0 and up to 24d, such as 90, 10m, 8h or 2d.')
  return seconds
}

const SIZE_FACTORS: { readonly [letter: string]: number } = { '': 1, k: 1e3, m: 1e6, g: 1e9 }

/** "500000", "64k", "500M", "2GB": bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text)
  const bytes = match ? Math.floor(Number(match[1]) * SIZE_FACTORS[match[2].toLowerCase()]) : 0
  // 2^53: above it bytes can no longer be counted one by one.
  if (!(bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError('Expected a size above 0, such as 500M, 2G or 1000000.')
  return bytes
}

/** "Name: value", once more: the ones before are kept. */
export function parseHeader(text: string, before: readonly Header[] | undefined): readonly Header[] {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(0, colon)).trim()
  const value = text.slice(colon + 1).trim()
  // RFC 9110, 5.1 and 5.5: a name is a token, a value has no control characters.
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new InvalidArgumentError("Expected 'Name: value'.")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  if (/[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/.test(value))
    throw new InvalidArgumentError('The value of a header cannot hold control characters or letters beyond Latin-1.')
  return [...(before ?? []), [name, value]]
}

/** "1000000": a whole number from 1 on. */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (!(count > 0 && count <= Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError('Expected a whole number above 0.')
  return count
}

/** "8080": a port to listen at; 0 stands for any that is free. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (!(port >= 0 && port <= 65535)) throw new InvalidArgumentError('Expected a port from 0 (any) to 65535.')
  return port
}

/**
 * Is this a place where a server may be? A mistyped command ("diagnos") must not be looked up in DNS, so a target has
 * a colon, a slash or a dot.
 */
export function looksLikeTarget(text: string): boolean {
  return /[:/.]/.test(text)
}

/** The nearest of the words, when it is near enough to be meant: at most a third of its letters differ. */
export function nearestWord(text: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const word of words) {
    const distance = editDistance(text.slice(0, 40), word)
    if (distance < bestDistance && distance <= Math.ceil(word.length / 3)) {
      best = word
      bestDistance = distance
    }
  }
  return best
}

/** "500us", "10ms", "1.5s": nanoseconds, at least one. */
export function parseSpan(text: string): number {
  const ns = parseTimeText(text) ?? 0
  if (!(ns >= 1 && ns <= LONGEST_SECONDS * 1e9))
    throw new InvalidArgumentError(
      'Expected a time with its unit (ns, us, ms, s, m or h), at most 1h: 500us, 10ms or 1s.',
    )
  return ns
}

/** "0.8s-0.9s": a range of a trace, which counts from its begin; as the page has it. */
export function parseRange(text: string): { readonly startNs: number; readonly endNs: number } {
  const range = parseRangeText(text)
  if (!range)
    throw new InvalidArgumentError(
      'Expected a range of the trace that ends after its begin, such as 0.8s-0.9s, 120ms-1.5s or 2s-.',
    )
  return range
}

/** "41", once more: the ones before are kept. */
export function parseGoroutine(text: string, before: readonly number[] | undefined): readonly number[] {
  const id = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(id >= 0 && id <= Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError("Expected a goroutine's number, such as 41.")
  return [...(before ?? []), id]
}

/** "26": a task's number; 0 stands for what belongs to no task. */
export function parseTask(text: string): number {
  const id = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(id <= Number.MAX_SAFE_INTEGER)) throw new InvalidArgumentError("Expected a task's number, such as 26.")
  return id
}
