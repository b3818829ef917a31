/** The lines of source around a place, the hot one marked. */
import type { SourceLine } from '../inputs/source.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'

/** A tab in Go source is a level of indentation; two columns of it are enough on a narrow screen. */
const TAB = '  '

/** One string a line, blank ones left out; each beginning at column `indent` and cut at `width`. */
export function excerpt(
  lines: readonly SourceLine[],
  hot: number,
  indent: number,
  width: number,
  colors: Colors,
): string[] {
  const shown = lines.filter(({ line, text }) => line === hot || text.trim() !== '')
  const texts = withoutCommonIndent(shown.map(line => line.text.replaceAll('\t', TAB)))
  const digits = String(lines.at(-1)?.line ?? 0).length
  return shown.map(({ line }, i) => {
    const number = String(line).padStart(digits)
    const room = width - indent - digits - 6
    const text = printable(texts[i], room).trimEnd()
    const row = `${' '.repeat(indent)}${line === hot ? '▸' : ' '} ${number}    ${text}`.trimEnd()
    return line === hot ? colors.bold(row) : colors.dim(row)
  })
}

function withoutCommonIndent(texts: readonly string[]): string[] {
  const indents = texts.filter(text => text.trim() !== '').map(text => text.length - text.trimStart().length)
  const common = indents.length > 0 ? Math.min(...indents) : 0
  return texts.map(text => text.slice(common))
}
