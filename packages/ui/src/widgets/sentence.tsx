/** A sentence in which what stands between backticks is code. */
import { printable } from '../words.ts'

/** Longer ones are the names of a stranger's program. */
const LIMIT = 800

export function Sentence({ text }: { readonly text: string }) {
  const parts = printable(text, LIMIT).split('`')
  // An odd one belongs to the text.
  if (parts.length % 2 === 0) return <>{parts.join('`')}</>
  return <>{parts.map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>
}
