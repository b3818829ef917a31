/** What was dropped in this tab: a reload forgets the files, and the page asks for them by their names. */
import { format, type Place, START } from '../state/url.ts'
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

/** What is said where an address names a place in what was dropped, and it is gone. */
export function forgotten(place: Place): readonly string[] {
  const names = droppedBefore()
  if (names === undefined || format({ ...place, page: START.page }) === '') return []
  return [`a reload forgets what was dropped: drop ${names} again to go on here`]
}
