/** Beside the title that a table is sorted by. */

export type Order = 'ascending' | 'descending'

export const orderOf = (isFalling: boolean | undefined): Order => (isFalling ? 'descending' : 'ascending')

export function SortMark({ order }: { readonly order: Order | undefined }) {
  if (order === undefined) return null
  return (
    <span class="sort-mark" aria-hidden="true">
      {order === 'descending' ? '▾' : '▴'}
    </span>
  )
}
