/** Lines of source around a place, the hot one marked. */

export type ExcerptProps = {
  readonly lines: readonly { readonly line: number; readonly text: string }[]
  readonly hot: number
}

/** A tab in Go source is a level of indentation; two columns of it are enough. */
const TAB = '  '

export function Excerpt({ lines, hot }: ExcerptProps) {
  const shown = lines.filter(({ line, text }) => line === hot || text.trim() !== '')
  const texts = withoutCommonIndent(shown.map(({ text }) => text.replaceAll('\t', TAB)))
  return (
    // A long line scrolls, and so must be reachable by keys.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus
    <figure class="excerpt code" aria-label="source" tabIndex={0} data-scrolls="">
      {shown.map(({ line }, i) => (
        <div key={line} class={line === hot ? 'excerpt-line hot' : 'excerpt-line'}>
          <span class="excerpt-mark">{line === hot ? '▸' : ''}</span>
          <span class="excerpt-number">{line}</span>
          <span class="excerpt-text">{texts[i]}</span>
        </div>
      ))}
    </figure>
  )
}

export function withoutCommonIndent(texts: readonly string[]): string[] {
  const indents = texts.filter(text => text.trim() !== '').map(text => text.length - text.trimStart().length)
  const common = indents.length > 0 ? Math.min(...indents) : 0
  return texts.map(text => text.slice(common).trimEnd())
}
