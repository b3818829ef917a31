/** What is said of source holds for the source as it was read; whoever comes back to the page may have edited it. */
import type { Store } from '../state/store.ts'
import type { Home } from './home.ts'

export async function lookForEdits({ answered, edited }: Store, home: Home): Promise<void> {
  const of = answered.value
  if (!of?.hasSource) return
  const found = await home.edited()
  // Meanwhile it may have been read anew.
  if (answered.value === of) edited.value = found
}
