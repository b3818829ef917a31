/**
 * Roles and states of a tree grid (ARIA practices), to be spread into plain elements: HTML's own table has no rows that
 * open, and loses its meaning for some screen readers once its rows are put where they belong by a script.
 */

type GridState = {
  readonly label: string
  /** All of them, with that of the titles: those that are not on the screen are not there. */
  readonly rows: number
  readonly columns: number
  /** Id of the row that the keys are at; the focus stays with the grid. */
  readonly active: string | undefined
}

/** `role`: of a table whose rows do not open it is a plain grid. */
export function gridProps({ label, rows, columns, active }: GridState, role: 'treegrid' | 'grid' = 'treegrid') {
  return {
    role,
    tabIndex: 0,
    'aria-label': label,
    'aria-rowcount': rows,
    'aria-colcount': columns,
    'aria-activedescendant': active,
  } as const
}

export const ROW_GROUP = { role: 'rowgroup' } as const

/** `index`: from 1, with that of the titles. `isOpen` undefined: it cannot be opened. */
export function rowProps(index: number, level?: number, isOpen?: boolean, isActive?: boolean) {
  return {
    role: 'row',
    'aria-rowindex': index,
    'aria-level': level,
    'aria-expanded': isOpen,
    'aria-selected': isActive,
  } as const
}

export function titleProps(sort: 'ascending' | 'descending' | undefined) {
  return { role: 'columnheader', 'aria-sort': sort } as const
}

export function cellProps(column: number, span?: number) {
  return { role: 'gridcell', 'aria-colindex': column, 'aria-colspan': span } as const
}
