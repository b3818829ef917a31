/** What was dropped in this tab: a reload forgets the files, and the page asks for them by their names. */
import { printable } from '../words.ts'
import type { Found } from './files.ts'
import { recallInTab, rememberInTab } from './memory.ts'

const KEY = 'unhang.dropped'

export const droppedBefore = () => recallInTab(KEY)

export const rememberDropped = (names: string) => rememberInTab(KEY, names)

export function namesOf(found: readonly Found[]): string {
  const names = found.slice(0, 3).map(({ name }) => printable(name, 60))
  return found.length > 3 ? `${names.join(', ')} and ${found.length - 3} more` : names.join(', ')
}
