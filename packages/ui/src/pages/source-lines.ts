/** Lines of source around a place, asked of the server once. */
import { type Store, sourceKey } from '../state/store.ts'
import { fetchSource } from './served.ts'

const SITE_LIMIT = 4000

export async function wantSource(
  { sources }: Store,
  site: { readonly function: string; readonly file: string; readonly line: number },
): Promise<void> {
  const key = sourceKey(site)
  // A question is a line of a request, and no server takes a hundred kilobytes of one.
  if (sources.value.has(key) || site.file === '' || key.length > SITE_LIMIT) return
  sources.value = new Map([...sources.value, [key, undefined]])
  const lines = await fetchSource(site)
  if (lines) sources.value = new Map([...sources.value, [key, lines]])
}
