/** Which key does what in the table of groups: read by the table and by the help sheet, so that the two cannot disagree. */

export type GridCommand =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'toggle'
  | 'open'
  | 'close'
  | 'clear'

export type GridKey = { readonly keys: readonly string[]; readonly command: GridCommand; readonly does: string }

export const GRID_KEYS: readonly GridKey[] = [
  { keys: ['ArrowUp'], command: 'up', does: 'the group above' },
  { keys: ['ArrowDown'], command: 'down', does: 'the group below' },
  { keys: ['PageUp'], command: 'pageUp', does: 'up by a page' },
  { keys: ['PageDown'], command: 'pageDown', does: 'down by a page' },
  { keys: ['Home'], command: 'first', does: 'the first group' },
  { keys: ['End'], command: 'last', does: 'the last group' },
  { keys: ['Enter', ' '], command: 'toggle', does: 'open or close the group' },
  { keys: ['ArrowRight'], command: 'open', does: 'open it' },
  { keys: ['ArrowLeft'], command: 'close', does: 'close it' },
  { keys: ['Escape'], command: 'clear', does: 'close the open group, then clear the filter' },
]

const BY_KEY = new Map(GRID_KEYS.flatMap(({ keys, command }) => keys.map(key => [key, command] as const)))

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

export function gridCommandOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Press): GridCommand | undefined {
  return ctrlKey || metaKey || altKey || shiftKey ? undefined : BY_KEY.get(key)
}

/** Where the mark is after a command; undefined: it is none that moves it. */
export function indexAfter(command: GridCommand, at: number, length: number, page: number): number | undefined {
  const to = { up: at - 1, down: at + 1, pageUp: at - page, pageDown: at + page, first: 0, last: length - 1 }
  const next = (to as Partial<Record<GridCommand, number>>)[command]
  return next === undefined ? undefined : Math.max(0, Math.min(length - 1, next))
}
