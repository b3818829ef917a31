/**
 * What editors, terminals, tools and mails made of the lines of a text, and back: characters that look like those that Go
 * prints, numbers of lines, written control characters, lines that were put together.
 */
import { type Remade, replaced } from './pieces.ts'

type Change = {
  /** It takes nothing away that Go prints. */
  readonly isSafe?: boolean
  /** May a text be such? Looks at its begin. */
  readonly is: (head: string) => boolean
  readonly what: RegExp
  readonly to: (match: RegExpMatchArray) => string
}

const ESCAPE = '\u001b'
const LOOKS: Readonly<Record<string, string>> = { '\u00a0': ' ', '\u2026': '...', '\u2028': '\n' }

/** In this order: what one makes may be what another looks for. */
const CHANGES: readonly Change[] = [
  // Old Macs' line ends, and a blank line behind each line.
  { is: head => /\r[^\n]/.test(head) && !head.includes('\n'), what: /\r/g, to: () => '\n' },
  { is: isSpaced, what: /(\r?\n)[ \t]*\r?\n/g, to: match => match[1] },
  // Spaces that do not break, characters without width, dots as one character.
  {
    isSafe: true,
    is: head => /[\u00a0\u200b-\u200f\u2026\u2028\u2060]|.\ufeff/s.test(head),
    what: /[\u00a0\u200b-\u200f\u2026\u2028\u2060\ufeff]/g,
    to: ([character]) => LOOKS[character] ?? '',
  },
  // A terminal's colours.
  {
    isSafe: true,
    is: head => head.includes(ESCAPE),
    what: new RegExp(`${ESCAPE}\\[[\\d;:?]{0,40}[A-Za-z]`, 'g'),
    to: () => '',
  },
  // Colours whose escape was lost, or is written as two characters.
  {
    is: head => /\^\[\[[\d;]{0,20}m|\[\d{1,3}(?:;\d{1,3}){0,4}m[^\n]{0,400}?\[0?m/.test(head),
    what: /\^\[\[[\d;]{0,20}[A-Za-z]|\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m/g,
    to: () => '',
  },
  // cat -A
  {
    is: head => (head.match(/^(?:\^I|\S)[^\n]*\$$/gm)?.length ?? 0) > 3 && head.includes('^I'),
    what: /\^I|(?:\^M)?\$(?=\n|$)/g,
    to: ([found]) => (found === '^I' ? '\t' : ''),
  },
  // A mail's quoted-printable.
  {
    isSafe: true,
    is: head =>
      /^content-transfer-encoding:[ \t]*quoted-printable/im.test(head) || /=(?:09|3D)[^\n]{0,200}=\r?\n/.test(head),
    what: /=(?:([0-9A-F]{2})|\r?\n)/g,
    to: ([, code]) => (code ? String.fromCharCode(Number.parseInt(code, 16)) : ''),
  },
  // What a server sent, in pieces each behind its size: they stand in the middle of words.
  {
    isSafe: true,
    is: head => /^transfer-encoding:[ \t]*chunked/im.test(head),
    what: /\r\n[0-9a-f]{1,8}\r\n/gi,
    to: () => '',
  },
  // supervisord says before each piece of output whose it is.
  {
    isSafe: true,
    is: head => /^\d{4}-\d\d-\d\d [\d:,]{8,16} \w+ '[^'\n]{1,200}' std(?:err|out) output:$/m.test(head),
    what: /^\d{4}-\d\d-\d\d [\d:,]{8,16} \w+ '[^'\n]{1,200}' std(?:err|out) output:\n/gm,
    to: () => '',
  },
  // An address of a page.
  {
    is: head => /^[^\s%]*goroutine(?:%20|\+)\d+(?:%20|\+)%5B/i.test(head),
    what: /(?:%[0-9a-f]{2})+|\+/gi,
    to: ([codes]) => (codes === '+' ? ' ' : decoded(codes)),
  },
  // cat -n, grep -n, what a page of code shows beside it.
  { is: isNumbered, what: /^[ \t]*(?:[^\s:]{1,200}[:-])?\d{1,7}(?:[:|\t -]|$)/gm, to: () => '' },
  // Lines that a chat put together.
  {
    is: head => /\)[ \t]+(?:\/|[A-Za-z]:[\\/])[^\s:]{1,300}:\d+/.test(head),
    what: /(?:(\[[^\]\n]{1,200}\]:)|(:\d+ \+0x[0-9a-f]+)|(\.(?:go|s):\d+))[ \t]+(?=[^\s+])|[ \t]{1,40}(?=(\/|[A-Za-z]:[\\/])[^\s:]{1,300}:\d)|[ \t]{1,40}(?=(goroutine) \d+ \[|created by )/g,
    to: ([, brackets, offset, file, path, goroutine]) =>
      path ? '\n\t' : goroutine ? '\n\n' : `${brackets ?? offset ?? file ?? ''}\n`,
  },
]

/** What each change makes of a text whose begin says that it is such. */
export const TYPED = CHANGES.map(({ is, what, to, isSafe = false }) => ({
  is,
  isSafe,
  text: (bytes: Uint8Array): Remade | undefined =>
    replaced(bytes, new TextDecoder('utf-8', { ignoreBOM: true }), what, to),
}))

function decoded(codes: string): string {
  try {
    return decodeURIComponent(codes)
  } catch {
    return codes
  }
}

/** Is each line of a text's begin followed by a blank one? */
function isSpaced(head: string): boolean {
  const lines = head.split('\n', 60).slice(0, -1)
  const first = lines.findIndex(line => line.trim() !== '')
  return lines.length - first > 6 && lines.slice(first).every((line, i) => i % 2 === 0 || line.trim() === '')
}

/** Do the lines of a text's begin have numbers, each one more than the one before it? */
function isNumbered(head: string): boolean {
  const numbers = [...head.slice(0, 8000).matchAll(/^[ \t]*(?:[^\s:]{1,200}[:-])?(\d{1,7})(?:[:|\t -]|$)/gm)]
  const lines = head.slice(0, 8000).split('\n').length
  const steps = numbers.filter(({ 1: number }, i) => i > 0 && Number(number) === Number(numbers[i - 1][1]) + 1)
  return steps.length > 3 && steps.length * 5 > lines * 4
}
