/** A text with each place marked where what is sought stands, whatever its case. */

type MarkedProps = {
  readonly text: string
  /** '': nothing is. */
  readonly sought: string
}

export function Marked({ text, sought }: MarkedProps) {
  if (sought === '') return <>{text}</>
  const lower = text.toLowerCase()
  const low = sought.toLowerCase()
  // Some letters have more of them in the other case: then places in the one are none in the other.
  if (lower.length !== text.length) return <>{text}</>
  const parts = []
  let from = 0
  for (let at = lower.indexOf(low); at >= 0; at = lower.indexOf(low, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + low.length)}</mark>)
    from = at + low.length
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  )
}
