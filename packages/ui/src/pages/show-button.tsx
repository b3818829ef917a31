/** From the words of a finding to where it is seen. */
import { useContext } from 'preact/hooks'
import { SessionContext } from './context.ts'
import { showFinding } from './jumps.ts'

export function ShowButton({ index }: { readonly index: number }) {
  const session = useContext(SessionContext)
  const place = session.store.answered.value?.findingPlaces[index]
  const isThere = place !== undefined && place.trace >= 0 && place.spans.length > 0
  // Without any trace the page says so where the timeline would be.
  if (!isThere && session.store.opened.value?.traces.length === 0) return null
  if (!isThere) return <span class="dim">in no trace: only the dump has it</span>
  return (
    <button type="button" class="strong" onClick={() => showFinding(session, index)}>
      show in timeline
    </button>
  )
}
