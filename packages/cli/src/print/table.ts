/** Columns of text: the plainest way to show numbers in a terminal. */

/** How a column is aligned: 'l' left, 'r' right. The last column is never padded. */
export type Alignment = 'l' | 'r'

/** Rows of cells as lines, each indented by two and ended; cells are padded to the widest of their column. */
export function table(rows: readonly (readonly string[])[], alignment: readonly Alignment[]): string {
  const widths = alignment.map((_, column) => rows.reduce((widest, row) => Math.max(widest, width(row[column])), 0))
  return rows
    .map(row => {
      const cells = row.map((cell, column) => {
        const room = ' '.repeat(widths[column] - width(cell))
        return alignment[column] === 'r' ? room + cell : cell + room
      })
      return `  ${cells.join('  ').trimEnd()}\n`
    })
    .join('')
}

/** Characters as a terminal counts them, near enough: names of functions are hardly ever wide. Colours take no room. */
export function width(cell: string | undefined): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape begins every colour
  return cell === undefined ? 0 : [...cell.replace(/\u001b\[\d+m/g, '')].length
}
