/** Text in a column: the label at the left, the sentence beside it, no line longer than the screen. */

/** Breaks at spaces so that no line is longer than `width`; a longer word keeps a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ (?! )/)) {
    if (line !== '' && length(line) + 1 + length(word) > width) {
      lines.push(line.trimEnd())
      line = word.trimStart()
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}

const BULLET = '• '

/** "  label    first line" and below it the others, under the first; under its text where a bullet begins it. */
export function labelled(label: string, text: string, indent: number, width: number): string[] {
  const mark = text.startsWith(BULLET) ? BULLET : ''
  const margin = ' '.repeat(indent + mark.length)
  return wrap(text.slice(mark.length), width - margin.length).map((line, i) =>
    i === 0 ? `${`  ${label}`.padEnd(indent)}${mark}${line}` : `${margin}${line}`,
  )
}

/** Two texts at the ends of a line of this width; on two lines where they do not fit. */
export function spread(left: string, right: string, width: number): string {
  const room = width - length(left) - length(right)
  return room >= 2 ? `${left}${' '.repeat(room)}${right}` : `${left}  ${right}`
}

/** Characters as a terminal counts them, near enough; colours are put on afterwards. */
function length(text: string): number {
  return [...text].length
}
