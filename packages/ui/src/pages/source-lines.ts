/** Lines of source around a place, asked for once. */
import { sourceKey } from '../state/store.ts'
import type { Site } from './home.ts'
import type { Session } from './session.ts'

const SITE_LIMIT = 4000

export async function wantSource({ home, store: { sources } }: Session, site: Site): Promise<void> {
  const key = sourceKey(site)
  // A question is a line of a request, and no server takes a hundred kilobytes of one.
  if (sources.value.has(key) || site.file === '' || key.length > SITE_LIMIT) return
  sources.value = new Map([...sources.value, [key, undefined]])
  const lines = await home.source(site)
  if (lines) sources.value = new Map([...sources.value, [key, lines]])
}
